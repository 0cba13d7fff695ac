"""Fixtures: a cluster for the tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.engines.opensearch.cluster import Cluster, NoClusterError, fetch, java_home, running_cluster

NODES_VARIABLE = "SEARCHLIB_TEST_NODES"


@pytest.fixture(scope="session")
def can_run_clusters() -> None:
    """Skip the test on a machine that cannot run a cluster; in CI, let it fail."""
    try:
        java_home()
        fetch()
    except NoClusterError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def cluster(can_run_clusters: None) -> Iterator[Cluster]:
    """Run a cluster during the session."""
    with running_cluster(int(os.environ.get(NODES_VARIABLE, "1"))) as running:
        yield running
