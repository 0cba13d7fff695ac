"""The engine of OpenSearch fulfils the contract of all engines."""

from __future__ import annotations

import pytest

from searchlib.engines.opensearch.client.limits import Limits
from tests.contracts.engine import contract
from tests.engines.opensearch.cluster import Cluster
from tests.engines.opensearch.one_index import OneIndex

ONE_INDEX = OneIndex()

# So small that every query is split, every term is looked up in a table, and every facet is read in pages.
SMALL_LIMITS = Limits(
    clauses=4, scoring_clauses=2, list_clauses=2, detached_clauses=1, buckets=1, values_per_page=2, single_terms=0
)
ONE_INDEX_WITH_SMALL_LIMITS = OneIndex(SMALL_LIMITS)


@pytest.fixture(scope="module", autouse=True)
def index(cluster: Cluster) -> None:
    """Create the index that holds the articles of one example after the other."""
    ONE_INDEX.create(cluster.address("contract"))
    ONE_INDEX_WITH_SMALL_LIMITS.create(cluster.address("contract-with-small-limits"))


TestOpenSearch = contract(ONE_INDEX.engine_of, examples=8)


class TestOpenSearchWithSmallLimits(contract(ONE_INDEX_WITH_SMALL_LIMITS.engine_of, examples=4)):
    """The same if every request is larger than a node accepts."""
