"""An index that has its segments several times finds each article as often."""

from __future__ import annotations

from pathlib import Path

import searchlib
from tests.benchmarks.first_search import first_search, repeat_segments


def test_segments_are_repeated(tmp_path: Path) -> None:
    articles = [
        searchlib.Article(id=f"{at}.md", path=f"{at}.md", title=f"风车{at}", body="河边有风车。", tags=("河",))
        for at in range(4)
    ]
    searchlib.build_index(articles, tmp_path / "index")
    repeat_segments(tmp_path / "index", 3, tmp_path / "larger")
    with searchlib.open_index(tmp_path / "larger") as index:
        results = index.search("风车")
        assert (results.total, results.facets["tag"][0].count) == (12, 12)
    assert first_search(tmp_path / "larger")[0] == 12
