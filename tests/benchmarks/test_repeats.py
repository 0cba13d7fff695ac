"""The table of near duplicates can be made for any index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import searchlib
from tests.benchmarks.repeats import main


def test_the_table_counts_the_folds_and_shows_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story = "钟楼的钟慢了三分钟，镇上没有人去拨快它，因为末班车的司机也按这口钟开车。" * 2
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(3):
        (articles / f"{number}.md").write_text(f"---\ntitle: 钟楼\n---\n{story}", encoding="utf-8")
    searchlib.build_index(articles, tmp_path / "index")
    monkeypatch.setattr(sys, "argv", ["repeats", "--index", str(tmp_path / "index"), "--pairs", "1"])
    main()
    shown = capsys.readouterr().out
    assert shown.startswith("3 articles, 1 groups of repeats, 2 articles folded away\n")
    assert "| 3 | 1 |" in shown
    assert "likeness 1.00, Jaccard 1.00" in shown
