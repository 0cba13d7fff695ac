"""A hit in a long article names the heading above its match."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib.search.results import LONG_ARTICLE
from tests.small_indexes import Write

_FILLER = "这一段说的是别的事情，与下文没有关系，只是让文章变长。"


def _article(filler: int) -> str:
    sections = {"选料": "松木要先阴干三个月。", "开榫": "燕尾榫的斜度不宜太大。", "上漆": "生漆在潮湿的屋里才干得快。"}
    text = "".join(f"\n## {name}\n\n{_FILLER * filler}\n\n{line}\n" for name, line in sections.items())
    return f"---\ntitle: 做一张板凳\n---\n# 做一张板凳\n\n工具只有一把刨子。\n{text}"


@pytest.fixture
def index(write: Write, tmp_path: Path) -> Iterator[searchlib.Index]:
    folder = write({"long.md": _article(20), "short.md": _article(1)})
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as opened:
        assert len(opened.get("long.md").body) > LONG_ARTICLE > len(opened.get("short.md").body)
        yield opened


def heading(index: searchlib.Index, query: str, article_id: str = "long.md", **options: bool) -> str:
    hits = index.search(query, repeats="show", **options).hits
    return next(hit.heading for hit in hits if hit.id == article_id)


def test_a_hit_without_a_match_shows_its_text_below_the_first_headings(write: Write, tmp_path: Path) -> None:
    texts = {
        "one.md": "---\ntitle: 年终\n---\n## 前言\n\n### 一月\n\n雪下了三天。\n\n## 后记\n\n雪停了。\n",
        "only.md": "---\ntitle: 提纲\n---\n## 起\n\n## 承\n",
    }
    searchlib.build_index(write(texts), tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as opened:
        shown = {hit.id: ["".join(text for text, _ in spans) for spans in hit.snippets] for hit in opened.search("")}
        (matching,) = opened.search("前言").hits
    assert shown == {"one.md": ["雪下了三天。"], "only.md": ["起"]}
    assert ("前言", True) in matching.snippets[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("松木", "选料"),
        ("燕尾榫", "开榫"),
        ("生漆 潮湿", "上漆"),
        ("上漆", "上漆"),
        ("刨子", ""),
        ("做一张板凳", ""),
        ("", ""),
    ],
)
def test_a_hit_names_the_heading_of_its_match(index: searchlib.Index, query: str, expected: str) -> None:
    assert heading(index, query) == expected


def test_a_short_article_and_a_hit_without_snippets_name_none(index: searchlib.Index) -> None:
    assert heading(index, "燕尾榫", "short.md") == ""
    assert heading(index, "燕尾榫", snippets=False) == ""


def test_the_heading_is_in_the_json(index: searchlib.Index) -> None:
    assert {hit["id"]: hit["heading"] for hit in index.search("燕尾榫", repeats="show").to_dict()["hits"]} == {
        "long.md": "开榫",
        "short.md": "",
    }
