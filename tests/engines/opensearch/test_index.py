"""An index in a cluster fulfils the contract of all indexes."""

from __future__ import annotations

import pytest

from tests.contracts.index import IndexContract, Locate
from tests.contracts.typed import TypedContract
from tests.engines.opensearch.cluster import Cluster


class TestCluster(IndexContract, TypedContract):
    @pytest.fixture(scope="class")
    @classmethod
    def location(cls, cluster: Cluster) -> Locate:
        replicas = min(len(cluster.nodes) - 1, 1)
        return lambda name: cluster.address(name, f"?replicas={replicas}")
