"""The file of the facets agrees with the articles, and impossible values in it are damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchlib
from searchlib.engines.whoosh.format.facet_values_file import FACET_VALUES
from searchlib.stores.generations import Generations
from tests.engines.whoosh.array_files import change_array
from tests.stores.sealing import seal_again

Change = Callable[[Any], Any]
MANY_TAGS = [f"标签{number}" for number in range(7)]


def _text(title: str, date: str, categories: str, tags: str, series: str) -> str:
    return (
        f"---\ntitle: {title}\ndate: {date}\ncategories: {categories}\ntags: [{tags}]\nseries: {series}\n---\n\n"
        f"{title}说的是茶。\n"
    )


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    texts = {
        "a.md": _text("绿茶", "2021-11-20", "[食品, 茶叶]", "饮料", "春"),
        "b.md": _text("红茶", "2020-01-02", "[食品]", ", ".join(MANY_TAGS), "春"),
        "c.md": _text("花茶", "2021-03-04", "[[食品, 茶叶], [手艺, 茶叶]]", f"饮料, {', '.join(MANY_TAGS)}", "秋"),
        "d.md": "---\ntitle: 白茶\n---\n\n白茶说的是茶。\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


SETTINGS = searchlib.Settings(facets=("series", "city"), categories="tree")


def _counts(index: Path) -> dict[str, dict[str, int]]:
    with searchlib.open_index(index, settings=SETTINGS) as opened:
        results = opened.search("茶")
        tree = {" > ".join(node.path): node.count for node in results.category_tree}
        return {"tree": tree} | {
            facet: {each.value: each.count for each in values} for facet, values in results.facets.items()
        }


def test_facets_after_updates_are_those_of_a_new_build(tmp_path: Path, articles: Path) -> None:
    searchlib.build_index(articles, tmp_path / "index", settings=SETTINGS)
    first = _counts(tmp_path / "index")
    assert first["tree"] == {"食品": 3, "食品 > 茶叶": 2, "手艺": 1, "手艺 > 茶叶": 1}
    assert first["category"] == {"食品": 3, "茶叶": 2, "手艺": 1}
    assert first["tag"] == {**dict.fromkeys(MANY_TAGS, 2), "饮料": 2}
    assert (first["series"], first["city"]) == ({"春": 2, "秋": 1}, {})
    assert first["month"] == {"2021-11": 1, "2021-03": 1, "2020-01": 1, "": 1}
    (articles / "c.md").unlink()
    (articles / "a.md").write_text(_text("绿茶", "2022-01-01", "[手艺]", "标签3, 新", "冬"), encoding="utf-8")
    (articles / "e.md").write_text(_text("黄茶", "2019-05-06", "[食品, 器具]", "饮料", "夏"), encoding="utf-8")
    searchlib.update_index(articles, tmp_path / "index", settings=SETTINGS)
    searchlib.build_index(articles, tmp_path / "new", settings=SETTINGS)
    assert _counts(tmp_path / "index") == _counts(tmp_path / "new") != first


HOSTILE: dict[str, tuple[str, Change]] = {
    "an ordinal of no value": ("tag.layer_0", lambda layer: layer + 200),
    "a layer of too few articles": ("category.layer_0", lambda layer: layer[1:]),
    "texts that overlap": ("tag.text_ends", lambda ends: ends[::-1]),
    "texts beyond their end": ("series=.text_ends", lambda ends: ends + 1),
    "texts that are no text": ("month.texts", lambda texts: texts * 0 + 255),
    "further values of no article": ("tag.overflow_articles", lambda articles: articles + 100),
    "further values of two articles": ("tag.overflow_articles", lambda articles: articles * 0 + 1),
    "further values that do not exist": ("tag.overflow", lambda overflow: overflow + 200),
    "further values beyond their end": ("tag.overflow_starts", lambda starts: starts + 1),
    "no start of further values": ("tag.overflow_starts", lambda starts: starts[:0]),
    "a year of no value": ("year.layer_0", lambda layer: layer + 100),
    "a path with no name": ("category_tree.names", lambda names: names + 100),
    "a path without a parent": ("category_tree.texts", lambda texts: texts[::-1].copy()),
    "more paths than texts": ("category_tree.paths", lambda paths: paths + 1000),
    "no number of paths": ("category_tree.paths", lambda paths: paths[:0]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_impossible_values_are_damage(tmp_path: Path, articles: Path, name: str) -> None:
    searchlib.build_index(articles, tmp_path / "index", settings=SETTINGS)
    generation = Generations(tmp_path / "index").current()
    change_array(generation / FACET_VALUES, *HOSTILE[name])
    seal_again(generation)
    with searchlib.open_index(tmp_path / "index", settings=SETTINGS) as opened:
        with pytest.raises(searchlib.IndexDamagedError, match=FACET_VALUES):
            opened.search("茶")
        assert any(FACET_VALUES in problem for problem in opened.check().problems)
