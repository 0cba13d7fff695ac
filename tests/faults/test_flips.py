"""A sample of the changed bytes of ``python -m tests.faults.flips``."""

from __future__ import annotations

from pathlib import Path

from tests.faults.flips import flip


def test_a_changed_byte_is_an_error_or_changes_nothing(tmp_path: Path) -> None:
    _, _, lines = flip(tmp_path, 150, 3)
    assert lines == []
