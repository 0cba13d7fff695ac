"""A sample of the signals of ``python -m tests.faults.signals``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.signals import prepare, run, tries


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_signal_at_any_instant_ends_a_command_at_once(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert [result for each in tries(16, 7, 2.0) if (result := run(tmp_path, each)).problem] == []
