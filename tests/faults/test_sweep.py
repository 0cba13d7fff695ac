"""A sample of the faults of ``python -m tests.faults.sweep``."""

from __future__ import annotations

import sys

import pytest

from tests.faults.sweep import start


@pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is of Linux")
def test_a_fault_at_any_file_call_leaves_a_whole_index() -> None:
    done = start("--tries", "30", "--seed", "11")
    assert done.returncode == 0, done.stdout
