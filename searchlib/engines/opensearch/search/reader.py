"""Search one index of a cluster, always in the same copies of its shards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.opensearch.client.clause_limit import Query, fitted, fitted_body
from searchlib.engines.opensearch.client.cluster import Call, Cluster


@dataclass(frozen=True, slots=True)
class IndexReader:
    """An index by its name; whatever is asked goes to the same copies, as they may differ in what was deleted, and so in scores.

    Queries may be of any size.
    """

    cluster: Cluster
    index: str

    def search(self, body: Mapping[str, Any], *, limits: Call | None = None) -> Any:
        """The answer to a search."""
        return self.cluster.search(self.index, fitted_body(body), limits=limits, preference=self.index)

    def counts(self, queries: Sequence[Query], *, limits: Call | None = None) -> list[int]:
        """How many articles each query finds, all in one request."""
        wanted = [fitted(query) for query in queries]
        return self.cluster.counts(self.index, wanted, limits=limits, preference=self.index)
