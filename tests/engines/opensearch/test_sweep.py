"""A sample of the faults of ``python -m tests.engines.opensearch.sweep``."""

from __future__ import annotations

import subprocess
import sys

from tests.engines.opensearch.cluster import Cluster


def test_a_fault_at_any_request_leaves_a_whole_index(cluster: Cluster) -> None:
    # A process of its own: the program shortens the waits of all requests.
    command = [sys.executable, "-m", "tests.engines.opensearch.sweep", "--node", cluster.nodes[0].host]
    done = subprocess.run([*command, "--tries", "12", "--seed", "11"], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
