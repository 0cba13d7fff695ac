"""An open index is searched through the public names."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import blake2b
from pathlib import Path

import pytest

import searchlib
from searchlib.engines.base import EngineHit, EngineResults, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.whoosh.format.arrays import ArrayFile
from searchlib.query.parser import parse
from searchlib.query.tree import Query
from searchlib.stores.generations import Generations
from searchlib.stores.manifest import CHECKSUM_FILE, FORMAT, MANIFEST_FILE
from tests.small_indexes import Write

ARTICLES = {
    "yuan.md": """---
title: 当元宇宙遇上产业互联网
date: 2021-11-20
categories: [新媒体, 热门文章]
author: 甲
---

产业正在变得深入。

互联网也一样。营销不是全部。""",
    "study.md": """---
title: 機器學習入門
date: 2021-12-01 08:00:00
categories: [编程]
tags: [Python 教程]
author: [甲, 乙]
---

學習 C++ 與 iPhone13，研究v2.0.1與.NET。""",
    "deep.md": """---
title: 入门
date: 2020-01-05
categories: [编程, 新媒体]
---

深度学习需要数据，机器学习也要。

- 第一行末尾
- 开头第二行""",
    "undated.md": """---
title: 营销
date: Invalid Date
---

营销就是营销。""",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> searchlib.Index:
    folder = tmp_path_factory.mktemp("index")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "built")
    return searchlib.open_index(folder / "built")


def found(index: searchlib.Index, query: str, **options: object) -> set[str]:
    return {hit.id.removesuffix(".md") for hit in index.search(query, size=100, **options).hits}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("元宇宙", {"yuan"}),
        ("学习", {"study", "deep"}),
        ("學習", {"study", "deep"}),
        ("学", {"study", "deep"}),
        ("入门 深度", {"deep", "study"}),
        ('"机器学习"', {"study", "deep"}),
        ("“產業互聯”", {"yuan"}),
        ('"业互联"', {"yuan"}),
        ('"业，互、联"', {"yuan"}),
        ('"末尾开头"', set()),
        ('"末尾"', {"deep"}),
        ('"C++"', {"study"}),
        ('"C"', set()),
        ("c++", {"study"}),
        ("iphone13", {"study"}),
        ("iPhone 13", {"study"}),
        ("iphone", {"study"}),
        ('"iphone"', set()),
        (".net", {"study"}),
        ("v2.0.1", {"study"}),
        ("iph*", {"study"}),
        ("-营销", {"study", "deep"}),
        ("NOT 营销", {"study", "deep"}),
        ("元宇宙 OR 深度", {"yuan", "deep"}),
        ("元宇宙｜深度", {"yuan", "deep"}),
        ("(元宇宙 OR 深度) -数据", {"yuan"}),
        ("(category:热门 OR category:没有) 营销", {"yuan"}),
        ('("元宇宙" OR "深度") 入门', {"deep"}),
        ("-机器学习", {"yuan", "undated"}),
        ("title:入门", {"study", "deep"}),
        ("标题：營銷", {"undated"}),
        ("category:编程", {"study", "deep"}),
        ("tag:教程", {"study"}),
        ("作者：乙", {"study"}),
        ("date:2021", {"yuan", "study"}),
        ("date:2021-12..", {"study"}),
        ("——", set()),
        ('"——"', set()),
        ("", {"yuan", "study", "deep", "undated"}),
    ],
)
def test_a_query_matches_these_articles(index: searchlib.Index, typed: str, expected: set[str]) -> None:
    assert found(index, typed) == expected


def test_partial_matches_follow_full_matches(index: searchlib.Index) -> None:
    results = index.search("机器学习 数据")
    assert [hit.id for hit in results.hits] == ["deep.md", "study.md"]
    assert results.relaxed
    assert results.total == 2
    assert {value.value: value.count for value in results.facets["category"]} == {"编程": 2, "新媒体": 1}
    assert not index.search("机器学习").relaxed


def test_an_empty_query_lists_the_newest_first_and_the_undated_last(index: searchlib.Index) -> None:
    assert [hit.id for hit in index.search().hits] == ["study.md", "yuan.md", "deep.md", "undated.md"]
    assert [hit.id for hit in index.search(sort="oldest").hits] == ["deep.md", "yuan.md", "study.md", "undated.md"]
    assert [hit.id for hit in index.search("营销", sort="newest").hits] == ["yuan.md", "undated.md"]


def test_a_match_in_the_title_scores_higher(index: searchlib.Index) -> None:
    assert index.search("营销").hits[0].id == "undated.md"
    assert index.search("入门").hits[0].id == "deep.md"


def test_facets_count_under_all_filters_but_their_own(index: searchlib.Index) -> None:
    facets = index.search("", category="编程", date_from="2021").facets
    assert [(each.value, each.count, each.selected) for each in facets["category"]] == [
        ("新媒体", 1, False),
        ("热门文章", 1, False),
        ("编程", 1, True),
    ]
    assert [(each.value, each.count) for each in facets["year"]] == [("2021", 1), ("2020", 1)]
    assert [(each.value, each.count) for each in facets["author"]] == [("乙", 1), ("甲", 1)]


def test_a_selected_value_stays_at_zero_and_the_undated_count_under_the_empty_value(index: searchlib.Index) -> None:
    facets = index.search("营销", category=["没有的"], date_from="2019", date_to="2019").facets
    assert [(each.value, each.count, each.selected) for each in facets["category"]] == [("没有的", 0, True)]
    assert [(each.value, each.count, each.selected) for each in facets["year"]] == [("2019", 0, True)]
    assert [(each.value, each.count) for each in index.search("营销").facets["month"]] == [("2021-11", 1), ("", 1)]


@pytest.mark.parametrize(
    ("facets", "counted"),
    [
        (True, ["category", "year", "month", "author", "tag"]),
        (False, []),
        ((), []),
        ("year", ["year"]),
        (["tag", "category", "tag"], ["category", "tag"]),
        ({"author"}, ["author"]),
    ],
)
def test_only_the_facets_of_the_request_are_counted(
    index: searchlib.Index, facets: bool | Collection[str], counted: list[str]
) -> None:
    found = index.search("入门", facets=facets).facets
    assert list(found) == counted
    assert found == {name: values for name, values in index.search("入门").facets.items() if name in counted}


def test_values_of_one_facet_are_alternatives_and_all_facets_must_match(index: searchlib.Index) -> None:
    assert found(index, "", category=["新媒体", "编程"]) == {"yuan", "study", "deep"}
    assert found(index, "", category=["新媒体", "编程"], author="乙") == {"study"}
    assert found(index, "", tag="Python 教程") == {"study"}
    assert found(index, "", tag="Python") == set()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"date_from": "2021-11-20"}, {"yuan", "study"}),
        ({"date_to": "2021-11-20"}, {"yuan", "deep"}),
        ({"date_from": "2021-11-21"}, {"study"}),
        ({"date_from": "2021-12", "date_to": "2021-12"}, {"study"}),
        ({"date_from": "2020", "date_to": "2021"}, {"yuan", "study", "deep"}),
    ],
)
def test_dates_are_inclusive(index: searchlib.Index, options: dict[str, str], expected: set[str]) -> None:
    assert found(index, "", **options) == expected


def test_matches_are_marked_in_the_original_text(index: searchlib.Index) -> None:
    hit = next(hit for hit in index.search("机器学习").hits if hit.id == "study.md")
    assert hit.title_spans == (("機器學習", True), ("入門", False))
    assert ("學習", True) in hit.snippets[0]


@dataclass
class Slow:
    """An engine that checks the deadline, and fails if the text of an article is read."""

    requests: list[Request] = field(default_factory=list)

    def with_deadline(self, deadline: Deadline) -> Slow:
        return self

    def search(self, request: Request) -> EngineResults:
        self.requests.append(request)
        request.deadline.check()
        found = EngineHit(
            id="a.md",
            path="a.md",
            title="元宇宙",
            date=None,
            author="甲",
            categories=("乙",),
            tags=("丙",),
            score=1.0,
            body=self.body,
            without_boilerplate=str,
        )
        return EngineResults(total=1, full=1, hits=[found], facets={})

    def lexicon(self) -> Slow:
        return self

    def is_value(self, name: str) -> bool:
        return False

    def is_in_value(self, name: str) -> bool:
        return False

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        return dict.fromkeys(words, 1000)

    def body(self) -> str:
        raise AssertionError("the text was read")


@pytest.fixture
def slow(index: searchlib.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Let every index that is opened in a test have this engine."""
    engine = Slow()
    monkeypatch.setattr("searchlib.stores.folder.FolderGeneration.open", lambda *_: engine)
    return engine


@pytest.mark.usefixtures("slow")
def test_without_snippets_no_text_is_read(index: searchlib.Index) -> None:
    opened = searchlib.open_index(index.folder)
    (hit,) = opened.search("元宇宙", snippets=False).hits
    assert (hit.id, hit.title, hit.author, hit.categories, hit.tags) == ("a.md", "元宇宙", "甲", ("乙",), ("丙",))
    assert hit.title_spans == (("元宇宙", True),)
    assert hit.snippets == ()
    with pytest.raises(AssertionError, match="the text was read"):
        opened.search("元宇宙")


def test_a_search_that_takes_too_long_is_given_up(index: searchlib.Index) -> None:
    opened = searchlib.open_index(index.folder, settings=searchlib.Settings(deadline=0))
    for search in (lambda: opened.search("元宇宙"), lambda: opened.similar("study.md")):
        with pytest.raises(searchlib.SearchTimeoutError, match=r"canceled after .* s: .*`deadline` in searchlib.toml"):
            search()


def test_an_engine_gets_the_deadline_of_a_search(index: searchlib.Index, slow: Slow) -> None:
    opened = searchlib.open_index(index.folder, settings=searchlib.Settings(deadline=60))
    opened.search("元宇宙", snippets=False)
    (request,) = slow.requests
    assert request.deadline.remaining() == pytest.approx(60, abs=1)
    request.deadline.check()
    Request(plan=request.plan).deadline.check()


def test_a_query_is_parsed_and_planned_once(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counted(text: str, *, today: date, is_literal: bool, facets: Sequence[str]) -> Query:
        parsed.append(text)
        return parse(text, today=today, is_literal=is_literal, facets=facets)

    monkeypatch.setattr("searchlib.search.parsed_query.parse", counted)
    with searchlib.open_index(index.folder) as opened:
        for explain in (False, True):
            assert not opened.search("无人写过的", category="没有", explain=explain, corrected=True).total
        assert parsed == ["无人写过的"]


def test_a_search_without_hits_is_not_repeated_to_be_explained(
    index: searchlib.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with searchlib.open_index(index.folder) as opened:
        engine = opened._current().engine
        searches: list[Request] = []

        def counted(request: Request) -> EngineResults:
            searches.append(request)
            return type(engine).search(engine, request)

        monkeypatch.setattr(engine, "search", counted)
        plain = opened.search("元宇宙", tag="没有")
        explained = opened.search("元宇宙", tag="没有", explain=True)
        assert (plain.total, explained.total, len(searches)) == (0, 0, 1)
        assert plain.facets == explained.facets
        assert (plain.explanation, plain.advice) == (None, ())
        assert explained.explanation is not None
        assert [each.kind for each in explained.advice] == ["tag"]


def test_pages_join_to_the_whole(index: searchlib.Index) -> None:
    pages = [index.search("", page=page, size=1).hits[0].id for page in (1, 2, 3, 4)]
    assert pages == [hit.id for hit in index.search("").hits]
    beyond = index.search("", page=5, size=1)
    assert (beyond.hits, beyond.total, beyond.page) == ((), 4, 5)


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"page": 0}, "page"),
        ({"size": 0}, "size"),
        ({"sort": "best"}, "sort"),
        ({"date_from": "2021-13"}, "date_from"),
        ({"date_to": "改天"}, "date_to"),
        ({"facets": ["category", "color"]}, "facets"),
    ],
)
def test_a_parameter_out_of_range_is_named(index: searchlib.Index, options: dict[str, object], parameter: str) -> None:
    with pytest.raises(searchlib.ParameterError, match=parameter) as raised:
        index.search("", **options)
    assert raised.value.parameter == parameter


def test_a_query_that_is_too_long_has_a_note(index: searchlib.Index) -> None:
    assert index.search("元宇宙").notes == ()
    assert "1000" in index.search("元宇宙 " * 300).notes[0]
    assert "标点" in index.search("——").notes[0]


def test_suggestions_and_similar_articles(index: searchlib.Index) -> None:
    assert [(each.text, each.kind) for each in index.suggest("py")] == [("Python 教程", "tag")]
    assert [each.text for each in index.suggest("機器")] == ["機器", "機器學習", "機器學習入門"]
    assert index.suggest("jiqi")[0] == searchlib.Suggestion(text="机器", kind="word", count=1)
    similar = index.similar("study.md")
    assert [hit.id for hit in similar.hits] == ["deep.md"]
    # They are cached.
    assert replace(index.similar("study.md"), took_ms=similar.took_ms) == similar
    assert not any(hit.snippets for hit in index.similar("study.md", snippets=False).hits)


def test_many_threads_get_the_results_of_one(index: searchlib.Index) -> None:
    queries = ["元宇宙", "学习", '"机器学习"', "", "营销 -元宇宙", "iph*"]
    expected = {query: index.search(query).to_dict() | {"took_ms": 0} for query in queries}
    wrong: list[str] = []

    def search() -> None:
        with searchlib.open_index(index.folder) as fresh:
            for opened in (index, fresh):
                for query in queries * 10:
                    if opened.search(query).to_dict() | {"took_ms": 0} != expected[query]:
                        wrong.append(query)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def copy_of(index: searchlib.Index, folder: Path) -> Path:
    return Path(shutil.copytree(index.folder, folder / "copy"))


@pytest.mark.parametrize("name", ["", "a\0b", "redis://host:6379/name"])
def test_a_location_that_is_not_a_folder_is_refused(write: Write, name: str) -> None:
    folder = write(ARTICLES)
    for use in (searchlib.open_index, lambda place: searchlib.build_index(folder, place)):
        with pytest.raises(searchlib.NoIndexError, match="is not a folder"):
            use(name)


@pytest.mark.parametrize("name", ["../../etc", "/tmp", "..", "nope", ""])
def test_a_pointer_to_anything_but_a_generation_is_damage(index: searchlib.Index, tmp_path: Path, name: str) -> None:
    folder = copy_of(index, tmp_path)
    (folder / "current").write_text(name)
    with pytest.raises(searchlib.NoIndexError):
        searchlib.open_index(folder)


@pytest.mark.parametrize(
    ("key", "value", "error", "message"),
    [
        ("format", 999, searchlib.IndexMismatchError, "format 999"),
        (
            "format",
            1,
            searchlib.IndexMismatchError,
            f"format 1, but this program reads format {FORMAT}: build the index again",
        ),
        ("analysis", {"version": 0}, searchlib.IndexMismatchError, "analysis"),
        ("unknown", 1, searchlib.IndexDamagedError, "manifest.json"),
        ("engine", "nope", searchlib.IndexMismatchError, "nope"),
    ],
)
def test_an_index_of_another_kind_is_refused(
    index: searchlib.Index, tmp_path: Path, key: str, value: object, error: type[Exception], message: str
) -> None:
    folder = copy_of(index, tmp_path)
    manifest = Generations(folder).current() / MANIFEST_FILE
    changed = json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {key: value}).encode()
    manifest.write_bytes(changed)
    (manifest.parent / CHECKSUM_FILE).write_text(blake2b(changed, digest_size=16).hexdigest())
    with pytest.raises(error, match=message) as raised:
        searchlib.open_index(folder)
    assert "build" in str(raised.value)


# Whoosh leaves files open where it fails on them.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_check_names_every_damaged_file_and_a_search_in_it_says_that_it_is_damaged(
    index: searchlib.Index, tmp_path: Path
) -> None:
    folder = copy_of(index, tmp_path)
    generation = Generations(folder).current()
    files = [file for file in generation.iterdir() if file.stat().st_size]
    assert {MANIFEST_FILE, CHECKSUM_FILE} < {file.name for file in files}
    for file in files:
        whole = file.read_bytes()
        middle = len(whole) // 2
        for spoiled in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], b""):
            file.write_bytes(spoiled)
            assert file.name in problems_of(folder)
        file.unlink()
        assert file.name in problems_of(folder)
        file.write_bytes(whole)
    assert problems_of(folder) == ""


def problems_of(folder: Path) -> str:
    """Return the problems that a check finds, or the error of opening the index; a search may fail in the same way."""
    try:
        with searchlib.open_index(folder) as opened:
            said = "\n".join(opened.check().problems)
            with suppress(searchlib.IndexDamagedError):
                opened.search("元宇宙")
    except searchlib.IndexDamagedError as error:
        return str(error)
    return said


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_update_of_a_damaged_index_is_refused(index: searchlib.Index, write: Write, tmp_path: Path) -> None:
    folder = copy_of(index, tmp_path)
    generation = Generations(folder).current()
    articles = write(ARTICLES | {"new.md": "新文章"})
    for file in generation.iterdir():
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if whole else b"no longer empty")
        with pytest.raises(searchlib.IndexDamagedError, match="build the index again"):
            searchlib.update_index(articles, folder)
        assert [each.name for each in (folder / "generations").iterdir()] == [generation.name]
        file.write_bytes(whole)
    assert searchlib.update_index(articles, folder).added == 1


def test_filters_do_not_decide_whether_a_query_is_relaxed(write: Write, tmp_path: Path) -> None:
    articles = {
        f"{number}.md": f"---\ncategories: [{'甲' if number % 2 else '乙'}]\n---\n苹果 手机" for number in range(12)
    }
    articles |= {
        f"part{number}.md": f"---\ncategories: [甲]\n---\n{'苹果' if number % 2 else '手机'}" for number in range(6)
    }
    searchlib.build_index(write(articles), tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as opened:
        whole = opened.search("苹果 手机")
        assert (whole.total, whole.relaxed) == (12, False)
        counts = {each.value: each.count for each in whole.facets["category"]}
        for values in (["甲"], ["乙"], ["甲", "乙"]):
            assert opened.search("苹果 手机", category=values).total == sum(counts[value] for value in values)
        more = opened.search("苹果 手机", size=20)
        assert (more.total, more.relaxed) == (12, False)


def test_relative_dates_count_from_the_day_that_is_passed(index: searchlib.Index) -> None:
    assert index.search("日期：去年", today=date(2022, 6, 1)).total == 2
    assert index.search("日期：去年", today=date(2021, 6, 1)).total == 1
    offer = index.search("去年的营销", today=date(2022, 6, 1)).date_offer
    assert offer is not None
    assert (offer.label, offer.query) == ("2021", "营销")
    assert index.search(offer.query, date_from=offer.date_from, date_to=offer.date_to).date_offer is None
    assert index.search("去年的营销", date_from="2020", today=date(2022, 6, 1)).date_offer is None
    # There are no articles of that time.
    assert index.search("去年的营销", today=date(2026, 6, 1)).date_offer is None


@pytest.mark.parametrize(
    ("name", "at", "flip"),
    [("id.lists", 3, 128), ("tag.lists", 3, 128), ("category.lists", 3, 128), ("category.groups", 0, 1)],
)
def test_a_changed_byte_in_the_index_is_reported_as_damage(
    index: searchlib.Index, tmp_path: Path, name: str, at: int, flip: int
) -> None:
    folder = copy_of(index, tmp_path)
    (file,) = Generations(folder).current().glob("*.terms")
    opened = ArrayFile(file)
    _, _, begin = opened._entry(name)
    opened.close()
    data = bytearray(file.read_bytes())
    data[begin + at] ^= flip
    file.write_bytes(data)
    assert file.name in problems_of(folder)
    with suppress(searchlib.IndexDamagedError), searchlib.open_index(folder) as rotten:
        # What the byte has no part in is found as before.
        for search in (rotten.search, partial(rotten.search, category="x"), partial(rotten.search, sort="newest")):
            with suppress(searchlib.IndexDamagedError):
                search("元宇宙")


def test_a_check_reads_the_latest_generation(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = write({"a.md": "元宇宙", "b.md": "产业互联网"})
    searchlib.build_index(articles, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as index:
        # As in a cluster, which is not asked for each search.
        monkeypatch.setattr(index._store, "stamp", lambda deadline: "unchanged")
        assert index.search("互联网").total == 1
        (articles / "b.md").unlink()
        searchlib.update_index(articles, tmp_path / "index")
        report = index.check()
        assert report.ok
        assert report.generation == Generations(tmp_path / "index").current().name
        assert index.search("互联网").total == 0
