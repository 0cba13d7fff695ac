"""Near duplicates are one hit, which names the others, unless a search shows all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import searchlib
from searchlib.engines.whoosh.format.arrays import MAGIC, ArrayWriter
from searchlib.engines.whoosh.format.near_duplicates_file import NEAR_DUPLICATES
from searchlib.stores.generations import Generations
from tests.small_indexes import Write, ids
from tests.stores.sealing import seal_again

STORY = """清晨的雾还没有散，老街上的磨坊已经转了起来。磨坊主把昨夜泡好的黄豆一勺一勺舀进石磨，豆浆顺着凹槽流进木桶。
第一位客人是住在桥头的裁缝，他每天都来买两碗豆浆，一碗自己喝，一碗带给生病的邻居。
磨坊主从不收第二碗的钱，裁缝也从不说破，只在年底替他把棉衣的袖口重新缝好。
街上的人都知道这件事，却没有人提起，好像一提起，它就会像雾一样散掉。"""
OTHER = """码头的灯塔今年换了新的灯，光比从前亮了三倍，渔民说夜里回港不再需要数着浪头估计方向。
旧灯被送进了镇上的学校，孩子们围着它看了一个下午，问它照亮过多少条船，老师说没有人数过。
校长把它摆在图书室的窗边，晚上打开，从海上也能看见，渔民于是有了两座灯塔。"""


def article(title: str, body: str, *, date: str, category: str = "随笔", author: str = "甲") -> str:
    paragraphs = body.replace("\n", "\n\n")
    return f"---\ntitle: {title}\ndate: {date}\ncategories: [{category}]\nauthor: {author}\n---\n\n{paragraphs}\n"


ARTICLES = {
    "a/mill.md": article("老街的磨坊", STORY, date="2021-01-01"),
    "b/mill.md": article("磨坊与豆浆", f"{STORY}\n本刊转载。", date="2021-03-01", category="转载"),
    "c/mill.md": article("老街的磨坊", f"来自邻县的来稿：\n{STORY}", date="2021-02-01", category="转载"),
    "light.md": article("两座灯塔", OTHER, date="2021-04-01"),
    "note.md": article("雾", "雾散了。", date="2020-01-01"),
    "same-note.md": article("雾", "雾散了。", date="2020-01-02"),
}


def repeats_of(hit: searchlib.Hit) -> tuple[str, ...]:
    """Return the ids of the near duplicates of a hit, all of which it names."""
    assert len(hit.repeats) == hit.repeats_total
    return tuple(each.id for each in hit.repeats)


@pytest.fixture
def index(write: Write, tmp_path: Path) -> Iterator[searchlib.Index]:
    searchlib.build_index(write(ARTICLES), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index", settings=searchlib.Settings()) as opened:
        yield opened


def test_near_duplicates_are_one_hit(index: searchlib.Index) -> None:
    results = index.search("磨坊 豆浆")
    (hit,) = results.hits
    assert {hit.id, *repeats_of(hit)} == {"a/mill.md", "b/mill.md", "c/mill.md"}
    assert (results.total, results.folded) == (3, 2)


def test_the_best_of_near_duplicates_is_the_hit_in_every_order(index: searchlib.Index) -> None:
    found = {sort: index.search("豆浆", sort=sort).hits[0] for sort in ("newest", "oldest")}
    assert (found["newest"].id, repeats_of(found["newest"])) == ("b/mill.md", ("c/mill.md", "a/mill.md"))
    assert (found["oldest"].id, repeats_of(found["oldest"])) == ("a/mill.md", ("b/mill.md", "c/mill.md"))


def test_a_hit_names_the_newest_of_many_copies(write: Write, tmp_path: Path) -> None:
    copies = {
        f"{number:02}.md": article(f"磨坊{number}", STORY, date=f"2021-01-{number + 1:02}") for number in range(30)
    }
    searchlib.build_index(write(copies), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as opened:
        (hit,) = opened.search("豆浆").hits
        everything = opened.search("豆浆", repeats="show", sort="newest", size=30).hits
    assert (len(hit.repeats), hit.repeats_total) == (20, 29)
    names = [(each.id, each.title) for each in everything if each.id != hit.id][:20]
    assert [(each.id, each.title) for each in hit.repeats] == names


def test_only_articles_that_the_search_matches_are_near_duplicates_of_a_hit(index: searchlib.Index) -> None:
    (hit,) = index.search("豆浆", category="转载").hits
    assert {hit.id, *repeats_of(hit)} == {"b/mill.md", "c/mill.md"}
    (hit,) = index.search("豆浆 date:2021-01").hits
    assert (hit.id, repeats_of(hit)) == ("a/mill.md", ())


def test_copies_of_one_article_count_once_when_a_query_is_relaxed(write: Write, tmp_path: Path) -> None:
    copies = {f"{number}.md": article("磨坊", STORY, date="2021-01-01") for number in range(12)}
    searchlib.build_index(write(copies | {"light.md": article("裁缝", OTHER, date="2021-01-01")}), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as opened:
        folded, apart = (opened.search("裁缝 豆浆", repeats=repeats) for repeats in ("fold", "show"))
    assert (folded.relaxed, folded.total, len(folded.hits)) == (True, 13, 2)
    assert (apart.relaxed, apart.total) == (False, 12)


def test_facets_count_articles_not_hits(index: searchlib.Index) -> None:
    counts = {value.value: value.count for value in index.search("豆浆").facets["category"]}
    assert counts == {"转载": 2, "随笔": 1}


def test_pages_contain_all_hits_once(index: searchlib.Index) -> None:
    pages = [index.search(sort="newest", page=page, size=2) for page in (1, 2, 3)]
    assert [ids(page) for page in pages] == [["light.md", "b/mill.md"], ["same-note.md", "note.md"], []]
    assert {(page.total, page.folded) for page in pages} == {(6, 2)}


def test_a_quoted_phrase_shows_every_article_that_contains_it(index: searchlib.Index) -> None:
    for query in ('"一勺一勺舀进石磨"', "磨坊 “豆浆”", '灯塔 OR "豆浆"'):
        results = index.search(query)
        assert results.folded == 0
        assert {"a/mill.md", "b/mill.md", "c/mill.md"} <= {*ids(results)}, query


def test_an_excluded_phrase_does_not_show_near_duplicates(index: searchlib.Index) -> None:
    assert index.search('豆浆 -"灯塔"').folded == 2


def test_a_search_can_show_near_duplicates(index: searchlib.Index) -> None:
    results = index.search("豆浆", repeats="show")
    assert (len(results.hits), results.total, results.folded) == (3, 3, 0)
    assert all(hit.repeats == () for hit in results.hits)


def test_a_setting_turns_collapsing_off(index: searchlib.Index) -> None:
    settings = searchlib.Settings(fold_repeats=False)
    with searchlib.open_index(index.folder, settings=settings) as unfolded:
        assert len(unfolded.search("豆浆").hits) == 3
        assert len(unfolded.search("豆浆", repeats="fold").hits) == 1


def test_another_value_of_repeats_is_refused(index: searchlib.Index) -> None:
    with pytest.raises(searchlib.ParameterError, match="repeats must be one of fold, show, not 'no'"):
        index.search("豆浆", repeats="no")


def test_articles_of_a_few_words_are_never_collapsed(index: searchlib.Index) -> None:
    assert ids(index.search("雾散了")) == ["same-note.md", "note.md"]


def test_similar_articles_are_neither_the_article_nor_its_near_duplicates(write: Write, tmp_path: Path) -> None:
    retold = STORY.replace("豆浆", "米酒").replace("裁缝", "鞋匠").replace("没有人提起", "从来没有哪个人愿意提起")
    more = {f"retold-{number}.md": article("米酒", retold, date=f"2022-01-0{number}") for number in (1, 2)}
    searchlib.build_index(write(ARTICLES | more), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as opened:
        results = opened.similar("a/mill.md")
    first, *others = results.hits
    assert (first.id, repeats_of(first)) == ("retold-2.md", ("retold-1.md",))
    assert not {"a/mill.md", "b/mill.md", "c/mill.md", "retold-1.md"} & {hit.id for hit in others}


def test_an_update_finds_near_duplicates_of_older_articles(index: searchlib.Index, write: Write) -> None:
    articles = write(ARTICLES | {"d/mill.md": article("又见磨坊", STORY, date="2021-05-01")})
    (articles / "c/mill.md").unlink()
    searchlib.update_index(articles, index.folder)
    hit, *_ = index.search("豆浆", sort="newest").hits
    assert (hit.id, repeats_of(hit)) == ("d/mill.md", ("b/mill.md", "a/mill.md"))


def test_a_check_reads_the_groups(index: searchlib.Index) -> None:
    assert index.check().ok
    file = Generations(index.folder).current() / NEAR_DUPLICATES
    file.write_bytes(file.read_bytes().replace(b"firsts", b"lasts!"))
    problems = index.check().problems
    assert any(NEAR_DUPLICATES in problem and "checksum" in problem for problem in problems)
    assert any("the checksum of its directory is wrong" in problem for problem in problems)


@pytest.mark.parametrize(
    ("articles", "numbers", "firsts"),
    [
        ([6], [3, 4], [0]),
        ([6], [3], [-1]),
        ([5], [3], [0]),
        ([], [3], [0]),
        ([6], [6], [0]),
        ([6], [0], [3]),
        ([6], [1, 2], [0, 1]),
    ],
    ids=[
        "too few",
        "below all",
        "of fewer articles",
        "of no archive",
        "beyond all",
        "before the first",
        "of one that is none",
    ],
)
def test_impossible_groups_are_damage(
    index: searchlib.Index, articles: list[int], numbers: list[int], firsts: list[int]
) -> None:
    with (Generations(index.folder).current() / NEAR_DUPLICATES).open("wb") as opened:
        file = ArrayWriter(opened)
        for name, values in (("articles", articles), ("numbers", numbers), ("firsts", firsts)):
            file.write(name, np.array(values, np.int64))
        file.close()
    seal_again(Generations(index.folder).current())
    with searchlib.open_index(index.folder) as damaged:
        assert any("the near-duplicate groups do not fit" in problem for problem in damaged.check().problems)
        with pytest.raises(searchlib.IndexDamagedError, match="the near-duplicate groups do not fit"):
            damaged.search("豆浆")


def test_a_file_with_a_bottomless_directory_is_damage(index: searchlib.Index) -> None:
    directory = b"[" * 100_000
    file = Generations(index.folder).current() / NEAR_DUPLICATES
    file.write_bytes(MAGIC + directory + len(directory).to_bytes(8, "little") + MAGIC)
    assert any("the file cannot be read" in problem for problem in index.check().problems)
