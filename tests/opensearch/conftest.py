"""A cluster for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.opensearch.cluster import Cluster, NoClusterError, running_cluster

NODES_VARIABLE = "SEARCHLIB_TEST_NODES"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running cluster; on a machine that cannot run one skip, but fail in CI."""
    try:
        with running_cluster(int(os.environ.get(NODES_VARIABLE, "1"))) as running:
            yield running
    except NoClusterError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
