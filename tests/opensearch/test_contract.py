"""The engine on OpenSearch keeps the contract of all engines."""

from __future__ import annotations

import pytest

from searchlib.engines.opensearch import matching
from tests.engines.contract import Subject, contract
from tests.opensearch.cluster import Cluster
from tests.opensearch.one_index import OneIndex

LIMITS = {
    "close_look": (matching, "CLOSE_LOOK"),
    "most_relaxed": (matching, "MOST_RELAXED"),
    "relaxed_hits": (matching, "RELAXED_HITS"),
}

ONE_INDEX = OneIndex()


@pytest.fixture(scope="module", autouse=True)
def index(cluster: Cluster) -> None:
    """The index that holds the articles of one example after the other."""
    ONE_INDEX.create(cluster.address("contract"))


TestOpenSearch = contract(Subject(ONE_INDEX.engine_of, LIMITS), examples=8)
