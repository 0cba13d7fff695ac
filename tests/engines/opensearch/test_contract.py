"""The engine on OpenSearch keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchlib.engines.opensearch.client import clause_limit
from searchlib.engines.opensearch.search import facets, matching, ranking
from tests.contracts.engine import contract
from tests.engines.opensearch.cluster import Cluster
from tests.engines.opensearch.one_index import OneIndex

ONE_INDEX = OneIndex()


@pytest.fixture(scope="module", autouse=True)
def index(cluster: Cluster) -> None:
    """The index that holds the articles of one example after the other."""
    ONE_INDEX.create(cluster.address("contract"))


TestOpenSearch = contract(ONE_INDEX.engine_of, examples=8)


class TestWhereNodesTakeLittle(contract(ONE_INDEX.engine_of, examples=4)):  # type: ignore[misc]
    """The same where every query has too many leaves, every text too many terms, and every facet too many values."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def limits(cls) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for module, name, number in (
                (clause_limit, "MOST_LEAVES", 4),
                (clause_limit, "_MOST_BESIDE", 2),
                (clause_limit, "_MOST_PARTS", 1),
                (matching, "MOST_SCORED", 2),
                (ranking, "MOST_SCORED", 2),
                (ranking, "_FEW", 0),
                (facets, "_MOST_BUCKETS", 1),
            ):
                patch.setattr(module, name, number)
            yield
