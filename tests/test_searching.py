"""What is searched for in the place of a query that finds nothing, and what is offered beside one that finds something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchlib

ARTICLES = {
    **{
        f"{number}.md": f"---\ntitle: 元宇宙的产业 {number}\n---\n我们已经应该努力解决问题，持续学习。\n"
        for number in range(30)
    },
    "银行.md": "---\ntitle: 重庆的银行\ncategories: [金融]\n---\n银行在重庆，绿色出行。\n",
    "python.md": "---\ntitle: Python 教程\n---\npython 与 docker\n",
    "pinyin.md": "---\ntitle: yinhang 的写法\n---\n拼音。\n",
    **{f"p{number}.md": "---\ntitle: 编程\n---\npython\n" for number in range(5)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("searching")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    with searchlib.open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("yuanyuzhou", "元宇宙"),
        ("yuan yu zhou", "元宇宙"),
        ("YUANYUZHOU", "元宇宙"),
        ("yyz", "元宇宙"),
        ("yuanyuz", "元宇宙"),
        ("chongqing", "重庆"),
        ("jiejuewenti", "解决问题"),
    ],
)
def test_a_latin_query_without_hits_is_searched_as_what_its_pinyin_spells(
    index: searchlib.Index, query: str, searched: str
) -> None:
    results = index.search(query)
    assert (results.query, results.searched) == (query, searched)
    assert results.correction in (None, searched)
    assert results.total == index.search(searched).total > 0
    assert any(matched for hit in results.hits for _, matched in hit.title_spans) or results.hits[0].snippets


def test_pinyin_does_not_touch_a_query_that_has_hits_of_its_own(index: searchlib.Index) -> None:
    results = index.search("yinhang")
    assert results.searched == "yinhang"
    assert [hit.id for hit in results.hits] == ["pinyin.md"]


def test_a_query_with_hits_under_other_filters_is_left_as_it_is(index: searchlib.Index) -> None:
    results = index.search("yinhang", category="金融")
    assert (results.searched, results.total) == ("yinhang", 0)
    assert index.search("chongqing", category="金融").searched == "重庆"


@pytest.mark.parametrize(
    ("query", "correction"),
    [
        ("问提", "问题"),
        ("特续", "持续"),
        ("我们应该解决问提", "我们应该解决问题"),
        ("元宇宙 问提", "元宇宙 问题"),
        ("問提", "问题"),
        ("「問提」 元宇宙", "「问题」 元宇宙"),
        ('"问提" -努力', '"问题" -努力'),
        ("标题：问提", "标题：问题"),
        ("pyhton", "python"),
        ("pythn 教程", "python 教程"),
        ("圆宇宙", "元宇宙"),
    ],
)
def test_mistyped_words_are_replaced_in_the_whole_query(index: searchlib.Index, query: str, correction: str) -> None:
    assert index.search(query).correction == correction


@pytest.mark.parametrize(
    "query",
    [
        "",
        "问题",
        "元宇宙",
        "持续 学习",
        "python",
        "重庆",
        "银行",
        "-问提",
        "category:问提",
        "——",
        "xyzzyx",
        "的",
        "我们 应该",
        "元宇宙的产业",
    ],
)
def test_what_is_right_or_not_looked_for_in_texts_is_left_alone(index: searchlib.Index, query: str) -> None:
    assert index.search(query).correction is None


def test_a_correction_is_searched_for_only_where_nothing_is_found_and_where_it_may_be(index: searchlib.Index) -> None:
    nothing = index.search("问提", corrected=True)
    assert (nothing.searched, nothing.correction) == ("问题", "问题")
    assert nothing.total == 30
    offered = index.search("问提")
    assert (offered.searched, offered.correction, offered.total) == ("问提", "问题", 0)
    some = index.search("元宇宙 问提", corrected=True)
    assert (some.searched, some.correction) == ("元宇宙 问提", "元宇宙 问题")


@pytest.mark.parametrize("query", ['"问提"', "“yuanyuzhou”", '元宇宙 "问提"', '-"问提" 特续'])
def test_a_phrase_in_quotes_is_never_replaced(index: searchlib.Index, query: str) -> None:
    results = index.search(query)
    assert (results.searched, results.total) == (query, 0)


def test_verbatim_replaces_nothing(index: searchlib.Index) -> None:
    for query in ("问提", "yuanyuzhou", "pyhton"):
        results = index.search(query, verbatim=True)
        assert (results.searched, results.total, results.hits) == (query, 0, ())
    assert index.search("问提", verbatim=True).correction == "问题"


def test_suggestions_follow_an_update(tmp_path: Path, write: Callable[[dict[str, str]], Path]) -> None:
    folder = write({f"{number}.md": f"---\ntitle: 文章{number}\n---\n量子计算\n" for number in range(9)})
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    write({"新.md": "---\ntitle: 新的\ntags: [区块链]\n---\n量子计算，元宇宙\n"})
    (folder / "0.md").unlink()
    searchlib.update_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.suggest("qkl") == [searchlib.Suggestion(text="区块链", kind="tag", count=1)]
        assert index.suggest("liangzi")[0] == searchlib.Suggestion(text="量子", kind="word", count=9)
        assert index.suggest("文章0") == []
        assert [each.text for each in index.suggest("wenzhang")][:3] == ["文章", "文章1", "文章2"]
    (folder / "新.md").unlink()
    searchlib.update_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        assert index.suggest("qkl") == []


def test_a_search_for_known_words_opens_no_lexicon(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def lexicon(_: object) -> None:
        raise AssertionError("the lexicon was opened")

    monkeypatch.setattr("searchlib.engines.whoosh.engine.WhooshEngine.lexicon", lexicon)
    with searchlib.open_index(index.folder) as opened:
        for query in ("元宇宙 产业", "我们", "问题", "", "学习"):
            assert opened.search(query).correction is None


def test_a_suggestion_runs_no_search(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object) -> None:
        raise AssertionError("a search was run")

    monkeypatch.setattr("searchlib.engines.whoosh.engine.WhooshEngine.search", search)
    with searchlib.open_index(index.folder) as opened:
        assert [each.text for each in opened.suggest("的 产业 1", size=2)] == ["元宇宙的产业 1", "元宇宙的产业 10"]


def test_a_name_is_suggested_by_either_reading(tmp_path: Path, write: Callable[[dict[str, str]], Path]) -> None:
    folder = write({f"{n}.md": f"---\ntitle: 第{n}篇\nauthor: 统计之都\n---\n甲\n" for n in range(3)})
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    expected = searchlib.Suggestion(text="统计之都", kind="author", count=3)
    with searchlib.open_index(tmp_path / "index") as index:
        for typed in ("tongjizhidu", "tongjizhidou", "tjzd", "统计之都", "zhidu"):
            assert index.suggest(typed) == [expected]
