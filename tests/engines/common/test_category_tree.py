"""Categories that form a tree are counted and selected by path."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from searchlib import CategoryNode, Settings
from searchlib.engines.common.categories import are_paths
from tests.conftest import Corpus

FILED = {
    "a.md": "[编程, Python]",
    "b.md": "[编程, 随笔]",
    "c.md": "[[生活, 随笔], [旅行]]",
    "d.md": "生活",
    "e.md": "[生活, 读书, 随笔]",
    "f.md": "[[生活, 随笔], [编程, 随笔]]",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filed")
    for name, categories in FILED.items():
        (folder / name).write_text(f"---\ntitle: 风车 {name}\ncategories: {categories}\n---\n风车 {name}\n", "utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    return folder / "index"


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[searchlib.Index]:
    with searchlib.open_index(folder, settings=Settings(categories="path")) as opened:
        yield opened


def drawn(nodes: tuple[CategoryNode, ...]) -> list[str]:
    """Return each path with its count, indented by its level; selected ones have an asterisk."""
    return [f"{'  ' * (len(each.path) - 1)}{each.path[-1]} {each.count}{'*' * each.selected}" for each in nodes]


def test_each_path_follows_its_parent_and_counts_all_below_it(index: searchlib.Index) -> None:
    results = index.search("风车")
    assert drawn(results.category_tree) == [
        *("生活 4", "  随笔 2", "  读书 1", "    随笔 1", "编程 3", "  随笔 2", "  Python 1", "旅行 1"),
    ]
    # Names count an article once, even if two of its paths end in the name.
    assert {each.value: each.count for each in results.facets["category"]} == {
        **{"生活": 4, "随笔": 4, "编程": 3, "Python": 1, "旅行": 1, "读书": 1},
    }


def test_every_path_and_every_name_matches_as_many_articles_as_it_counts(index: searchlib.Index) -> None:
    results = index.search("风车")
    names = {each.value: each.count for each in results.facets["category"]}
    for value, count in {**{each.value: each.count for each in results.category_tree}, **names}.items():
        chosen = index.search("风车", category=value)
        assert chosen.total == count, value
        assert [node.value for node in chosen.category_tree if node.selected] == [value]
        # The facet counts without its own choice.
        counts = {node.path: node.count for node in chosen.category_tree}
        assert all(counts[node.path] == node.count for node in results.category_tree)


def test_the_most_frequent_of_many_paths_are_returned_with_their_ancestors(index: searchlib.Index) -> None:
    assert drawn(index.search("风车", most_values=3).category_tree) == ["生活 4", "  随笔 2", "编程 3"]
    chosen = index.search("风车", most_values=1, category="生活 > 读书 > 随笔").category_tree
    assert drawn(chosen) == ["生活 4", "  读书 1", "    随笔 1*"]
    assert [each.value for each in index.search("风车", most_values=1).facets["category"]] == ["生活"]
    for most in (0, 10**6, "3"):
        with pytest.raises(searchlib.ParameterError, match="most_values must be "):
            index.search("风车", most_values=most)


def test_several_selected_paths_are_alternatives_and_other_filters_narrow_them(index: searchlib.Index) -> None:
    assert index.search(category=["生活 > 随笔", "编程 > 随笔"]).total == 3
    narrowed = index.search("-b", category=["生活 > 随笔", "编程 > 随笔", "没有"])
    assert narrowed.total == 2
    assert drawn(narrowed.category_tree)[-1] == "没有 0*"


def test_a_name_of_several_paths_matches_all_of_them(index: searchlib.Index) -> None:
    found = index.search(category="随笔")
    assert found.total == 4
    assert drawn(found.category_tree)[-1] == "随笔 4*"
    assert index.search("分类:随笔").total == 4


def test_a_selected_path_without_articles_is_returned(index: searchlib.Index) -> None:
    found = index.search("title:d.md", category="编程 > Python")
    assert found.total == 0
    assert drawn(found.category_tree) == ["生活 1", "编程 0", "  Python 0*"]


def test_an_archive_without_a_tree_has_no_paths(folder: Path) -> None:
    with searchlib.open_index(folder, settings=Settings(categories="flat")) as index:
        results = index.search("风车")
        assert results.category_tree == ()
        assert {each.value: each.count for each in results.facets["category"]}["随笔"] == 4
        assert index.search(category="编程 > 随笔").total == 0
        assert index.search(category="随笔").total == 4


def test_an_update_changes_the_tree(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: 一\ncategories: [甲, 乙]\n---\n{number}\n", "utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    (tmp_path / "0.md").unlink()
    (tmp_path / "3.md").write_text("---\ntitle: 二\ncategories: [甲, 丙]\n---\n三\n", "utf-8")
    searchlib.update_index(tmp_path, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert drawn(index.search().category_tree) == ["甲 3", "  乙 2", "  丙 1"]


def test_articles_and_hits_have_their_paths(index: searchlib.Index) -> None:
    assert index.get("c.md").category_paths == (("生活", "随笔"), ("旅行",))
    assert index.get("c.md").categories == ("生活", "随笔", "旅行")
    (hit,) = index.search("title:e.md").hits
    assert hit.category_paths == (("生活", "读书", "随笔"),)


def test_paths_are_neither_suggested_nor_searched_as_names(index: searchlib.Index) -> None:
    assert {each.text for each in index.suggest("随笔") if each.kind == "category"} == {"随笔"}
    assert index.stats().categories == 6
    assert index.search("分类:生活随笔").total == 0


def test_values_of_a_facet_are_found_by_their_text(index: searchlib.Index) -> None:
    found = index.facet_values("category", "风车", holding="隨筆")
    assert [(each.value, each.count) for each in found] == [
        *(("生活 > 随笔", 2), ("编程 > 随笔", 2), ("生活 > 读书 > 随笔", 1)),
    ]
    assert [each.value for each in index.facet_values("category", holding=" PYTHON ")] == ["Python"]
    with pytest.raises(searchlib.ParameterError, match="facet must be one of category, author, tag, not 'year'"):
        index.facet_values("year")


def paths_below(folder: Path) -> dict[str, Counter[tuple[str, ...]]]:
    """Return the paths of the articles in each folder of a corpus, and of all of them under ""."""
    counts: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for article in searchlib.read_articles(folder):
        if isinstance(article, searchlib.Article):
            for name in ("", article.id.partition("/")[0]):
                counts[name].update(article.category_paths)
    return counts


def test_feeds_have_trees(corpus: Corpus) -> None:
    assert are_paths(paths_below(corpus("seed"))[""])
    news = paths_below(corpus("news", "--limit", "5000"))[""]
    assert are_paths(news)
    assert ("新闻", "中新网", "快讯") in news


def test_blogs_with_and_without_trees_are_told_apart(corpus: Corpus) -> None:
    counts = paths_below(corpus("blogs"))
    # Hexo, and others that go from the general to the special.
    assert [name for name in ("small-blogs", "xianmin.org", "halfrost", "SwiftGG") if not are_paths(counts[name])] == []
    # Lists of topics; and many blogs of both kinds together.
    assert [name for name in ("cosx.org", "poychang", "") if are_paths(counts[name])] == []


def test_the_first_archive_of_the_project_has_a_tree(corpus: Corpus, tmp_path: Path) -> None:
    searchlib.build_index(corpus("seed"), tmp_path)
    with searchlib.open_index(tmp_path) as index:
        tree = {node.path: node for node in index.search().category_tree}
        assert ("新媒体", "人人都是产品经理", "热门文章") in tree
        for path, node in tree.items():
            assert index.search(category=node.value, facets=False).total == node.count, path
