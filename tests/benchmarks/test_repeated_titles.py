"""The share of snippets that repeat the title can be measured on any index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.repeated_titles import main


def test_no_first_snippet_of_the_samples_repeats_its_title(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["repeated_titles", "--index", str(sample_index), "--hits", "40"])
    main()
    assert capsys.readouterr().out.startswith("0 of 40 first snippets repeat the title (0.0%)")
