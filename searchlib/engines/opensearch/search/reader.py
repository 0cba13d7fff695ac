"""Search one index of a cluster, always in the same copies of its shards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.clause_limit import Query, fitted, fitted_body
from searchlib.engines.opensearch.client.cluster import Cluster


@dataclass(frozen=True, slots=True)
class IndexReader:
    """An index by its name; whatever is asked goes to the same copies, as they may differ in what was deleted, and so in scores.

    Queries may be of any size.
    """

    cluster: Cluster
    index: str
    deadline: Deadline = NO_DEADLINE

    def search(self, body: Mapping[str, Any]) -> Any:
        """The answer to a search."""
        return self.cluster.search(self.index, fitted_body(body), deadline=self.deadline, preference=self.index)

    def document(self, key: str) -> Any:
        """Return a document by its ``_id``, as searches see it: not what an update has written so far."""
        return self.cluster.get(f"/{self.index}/_doc/{key}", deadline=self.deadline, realtime="false")

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many articles each query finds, all in one request."""
        wanted = [fitted(query) for query in queries]
        return self.cluster.counts(self.index, wanted, deadline=self.deadline, preference=self.index)
