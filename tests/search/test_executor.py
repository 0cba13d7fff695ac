"""A query without hits is replaced by a correction; a query with hits only gets an offer of one."""

from __future__ import annotations

import gc
import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

import searchlib
from searchlib import Settings
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.engines.base import Engine, EngineResults, Filters, Request
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.search.stored_articles import StoredArticles
from searchlib.search.executor import SearchExecutor
from searchlib.search.parameters import SearchRequest
from searchlib.search.results import ShownFrontMatter
from tests.engines.whoosh.array_files import change_array
from tests.engines.whoosh.small_engines import article, engine_of
from tests.small_indexes import Write, index_of
from tests.stores.sealing import seal_again

ARTICLES = {
    **{
        f"{number}.md": f"---\ntitle: 元宇宙的产业 {number}\n---\n我们已经应该努力解决问题，持续学习。\n"
        for number in range(30)
    },
    "银行.md": "---\ntitle: 重庆的银行\ncategories: [金融]\n---\n银行在重庆，绿色出行。\n",
    "python.md": "---\ntitle: Python 教程\n---\npython 与 docker\n",
    "pinyin.md": "---\ntitle: yinhang 的写法\n---\n拼音。\n",
    **{f"p{number}.md": "---\ntitle: 编程\n---\npython elasticsearch\n" for number in range(5)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    with index_of(ARTICLES, tmp_path_factory.mktemp("searching")) as opened:
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
def test_a_latin_query_without_hits_is_replaced_by_the_words_that_its_pinyin_spells(
    index: searchlib.Index, query: str, searched: str
) -> None:
    results = index.search(query)
    assert (results.query, results.searched) == (query, searched)
    assert results.correction in (None, searched)
    assert results.total == index.search(searched).total > 0
    assert any(matched for hit in results.hits for _, matched in hit.title_spans) or results.hits[0].snippets


def test_a_latin_query_with_hits_is_not_replaced(index: searchlib.Index) -> None:
    results = index.search("yinhang")
    assert results.searched == "yinhang"
    assert [hit.id for hit in results.hits] == ["pinyin.md"]


def stray(folder: Path, texts: dict[str, str]) -> searchlib.Index:
    """Build an index in which the syllables of ji qi xue xi and yuan yu zhou are words, but no article contains all of them."""
    words = ("ji", "qi", "xue", "xi", "yuan", "yu", "zhou")
    texts = {**texts, **{f"{word}.md": f"---\ntitle: {word}\n---\nabc\n" for word in words}}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    return searchlib.open_index(folder / "index")


# 元宇宙 is too rare to be a name of the archive, and is tokenized as 元 宇宙. Articles contain 预案 and 宇宙, but never both.
RARE = {
    **{f"学习{number}.md": f"---\ntitle: 机器学习 {number}\n---\n机器\n" for number in range(5)},
    **{f"预案{number}.md": "---\ntitle: 应急\n---\n预案\n" for number in range(5)},
    **{f"宇宙{number}.md": "---\ntitle: 天文\n---\n宇宙\n" for number in range(5)},
    "元宇宙.md": "---\ntitle: 新词\n---\n说的是元宇宙。\n",
}


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("ji qi xue xi", "机器学习"),
        ("yuan yu zhou", "元宇宙"),
        ("yuanyuzhou", "元宇宙"),
        ("jiqixuexi", "机器学习"),
    ],
)
def test_pinyin_whose_syllables_match_only_as_stray_words_is_replaced(
    tmp_path: Path, query: str, searched: str
) -> None:
    with stray(tmp_path, RARE) as index:
        found = index.search(query)
        assert (found.searched, found.relaxed) == (searched, False)
        assert found.total == index.search(searched).total
        assert index.search(query, verbatim=True).searched == query


def test_syllables_that_one_article_contains_as_words_are_not_pinyin(tmp_path: Path) -> None:
    held = {**RARE, "song.md": "---\ntitle: a song\n---\nji qi xue xi\n"}
    with stray(tmp_path, held) as index:
        assert index.search("ji qi xue xi").searched == "ji qi xue xi"
        assert index.search("ji qi xue xi").hits[0].id == "song.md"


def test_pinyin_does_not_spell_words_that_no_article_contains_together(tmp_path: Path) -> None:
    with stray(tmp_path, {name: text for name, text in RARE.items() if name != "元宇宙.md"}) as index:
        assert (index.search("yuanyuzhou").searched, index.search("yuanyuzhou").total) == ("yuanyuzhou", 0)


@pytest.mark.parametrize(
    ("query", "searched"),
    [("yuan yuzhou", "元宇宙"), ("yu'an yuzhou", "预案 宇宙"), ("yingji  xuexi", "应急 学习")],
)
def test_pinyin_with_a_space_between_names_spells_them_even_if_no_article_contains_all(
    tmp_path: Path, query: str, searched: str
) -> None:
    for name, text in RARE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    with searchlib.open_index(tmp_path / "index") as index:
        results = index.search(query)
        assert results.searched == searched
        assert results.relaxed is (searched != "元宇宙")


def test_pinyin_spells_the_less_frequent_words_if_only_they_occur_together(tmp_path: Path) -> None:
    texts = {f"{number}.md": "---\ntitle: 接器\n---\n说的是接器，很多。\n" for number in range(6)}
    texts |= {"节气.md": "---\ntitle: 节气\n---\n清明是一个节气。\n", "清明.md": "---\ntitle: 清明\n---\n清明。\n"}
    with index_of(texts, tmp_path) as index:
        results = index.search("qingmingjieqi")
        assert (results.searched, [hit.id for hit in results]) == ("清明 节气", ["节气.md", "清明.md"])


def test_a_query_with_hits_under_other_filters_is_not_replaced(index: searchlib.Index) -> None:
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
        ("問提", "問題"),
        ("「問提」 元宇宙", "「問題」 元宇宙"),
        ('"问提" -努力', '"问题" -努力'),
        ("标题：问提", "标题：问题"),
        ("pyhton", "python"),
        ("pythn 教程", "python 教程"),
        ("elasticserach", "elasticsearch"),
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
def test_correct_words_and_words_in_other_fields_are_not_corrected(index: searchlib.Index, query: str) -> None:
    assert index.search(query).correction is None


def test_a_correction_is_searched_only_without_hits_and_if_this_is_allowed(index: searchlib.Index) -> None:
    nothing = index.search("elasticserach", corrected=True)
    assert (nothing.searched, nothing.correction) == ("elasticsearch", "elasticsearch")
    assert nothing.total == 5
    half = index.search("问提", corrected=True)
    assert (half.searched, half.correction, half.total) == ("问提", "问题", 0)
    offered = index.search("问提")
    assert (offered.searched, offered.correction, offered.total) == ("问提", "问题", 0)
    some = index.search("元宇宙 问提", corrected=True)
    assert (some.searched, some.correction) == ("元宇宙 问提", "元宇宙 问题")


@pytest.mark.parametrize("query", ['"问提"', "“yuanyuzhou”", '元宇宙 "问提"', '-"问提" 特续'])
def test_a_quoted_phrase_is_never_replaced(index: searchlib.Index, query: str) -> None:
    results = index.search(query)
    assert (results.searched, results.total) == (query, 0)


def test_a_verbatim_query_is_never_replaced(index: searchlib.Index) -> None:
    for query in ("问提", "yuanyuzhou", "pyhton"):
        results = index.search(query, verbatim=True)
        assert (results.searched, results.total, results.hits) == (query, 0, ())
    assert index.search("问提", verbatim=True).correction == "问题"


def test_suggestions_follow_an_update(tmp_path: Path, write: Write) -> None:
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


def test_a_search_for_frequent_words_opens_no_lexicon(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def lexicon(_: object) -> None:
        raise AssertionError("the lexicon was opened")

    monkeypatch.setattr("searchlib.engines.whoosh.search.engine.WhooshEngine.lexicon", lexicon)
    with searchlib.open_index(index.folder) as opened:
        for query in ("元宇宙 产业", "我们", "问题", "", "学习"):
            assert opened.search(query).correction is None


def test_titles_with_the_same_beginning_are_counted_after_an_update_without_reading_them(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {f"{number}.md": f"---\ntitle: 每日新闻播报第{number:03}期\n---\n正文\n" for number in range(300)}
    texts |= {f"无题{number}.md": "---\ntitle: 无题的文章啊\n---\n正文\n" for number in range(60)}
    folder = write(texts)
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    write({"新.md": "---\ntitle: 无题的文章啊\n---\n新的\n", "8.md": "---\ntitle: 别的\n---\n新的\n"})
    for name in ("7.md", "无题3.md", "无题4.md"):
        (folder / name).unlink()
    searchlib.update_index(folder, tmp_path / "index")
    with searchlib.open_index(tmp_path / "index") as index:
        engine = index._current().engine
        assert not engine.lexicon().is_exact
        assert index.suggest("无题的") == [searchlib.Suggestion(text="无题的文章啊", kind="title", count=59)]
        assert engine.name_frequency("title", "无题的文章啊") == 59
        assert (
            engine.name_frequency("title", "每日新闻播报第007期")
            == engine.name_frequency("title", "每日新闻播报第008期")
            == 0
        )
        assert engine.name_frequency("title", "每日新闻播报第009期") == 1
        read: list[int] = []
        head = StoredArticles.head
        monkeypatch.setattr(StoredArticles, "head", lambda self, number: read.append(number) or head(self, number))
        found = index.suggest("meirixinwenbobao", size=20)
        assert len(found) == 20
        assert {each.count for each in found} == {1}
        assert not {"每日新闻播报第007期", "每日新闻播报第008期"} & {each.text for each in found}
        assert len(read) < 20


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collection")
def test_a_replaced_generation_is_freed_at_once(tmp_path: Path, write: Write) -> None:
    folder = write({f"{number}.md": f"---\ntitle: 文章{number}\n---\n量子计算与元宇宙\n" for number in range(9)})
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    files: list[int] = []
    with searchlib.open_index(tmp_path / "index") as index:
        for number in range(4):
            for query in ("量子", "圆宇宙", "pyhton", "去年的量子", "liangzi"):
                index.search(query)
                index.suggest(query)
                index.mark(query, query)
            generation = weakref.ref(index._current())
            engine = weakref.ref(index._current().engine)
            executor = weakref.ref(index._current().executor)
            if Path("/proc/self/fd").exists():
                files.append(len(os.listdir("/proc/self/fd")))
            (folder / "0.md").write_text(f"---\ntitle: 第{number}版\n---\n量子计算\n", encoding="utf-8")
            searchlib.update_index(folder, tmp_path / "index")
            index.search("量子")
            assert (generation(), engine(), executor()) == (None, None, None)
    # Two files for each of two segments, and what they were opened for.
    assert not files or max(files[1:]) <= files[1] + 3


def test_a_long_query_is_not_corrected_and_few_words_are_looked_up(
    index: searchlib.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    engine = type(index._current().engine)
    frequencies = engine.phrase_frequencies

    def counted(self: object, runs: list[str]) -> object:
        looked_at.extend(runs)
        return frequencies(self, runs)

    monkeypatch.setattr(engine, "phrase_frequencies", counted)
    assert index.search("问提 " * 64, verbatim=True).correction is None
    assert not looked_at
    index.search("逆竟特续 " * 8, verbatim=True)
    assert len(set(looked_at)) < 200


def test_words_of_the_users_own_lists_are_never_corrected(tmp_path: Path, write: Write) -> None:
    folder = write(
        {f"{number}.md": f"---\ntitle: 文章{number}\n---\n马铃薯在土地里，问题很多，python\n" for number in range(40)}
    )
    searchlib.build_index(folder, tmp_path / "index", settings=Settings(), jobs=1)
    for name, text in {"synonyms": "土豆 = 马铃薯\npyhton = python\n", "stop": "问提\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    own = Settings(synonyms=str(tmp_path / "synonyms"), stop_words=str(tmp_path / "stop"))
    queries = ("土豆", "pyhton", "问提", "土豆 问提", "土豆问提")
    with (
        searchlib.open_index(tmp_path / "index", settings=Settings()) as plain,
        searchlib.open_index(tmp_path / "index", settings=own) as index,
    ):
        assert plain.search("pyhton").correction == "python"
        assert plain.search("问提").correction == "问题"
        assert [index.search(query).correction for query in queries] == [None] * len(queries)
        assert (index.search("土豆").searched, index.search("土豆").total) == ("土豆", 40)
    (tmp_path / "dictionary").write_text("问提\n", encoding="utf-8")
    own = Settings(dictionary=str(tmp_path / "dictionary"))
    searchlib.build_index(folder, tmp_path / "other", settings=own, jobs=1)
    with searchlib.open_index(tmp_path / "other", settings=own) as index:
        assert index.search("问提", verbatim=True).correction is None


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("kinds", lambda array: array + 200, "kinds is out of range"),
        ("sources", lambda array: array + 10**6, "has an unknown source"),
        ("lengths", lambda array: array + 1, "lengths of the keys do not fit"),
        ("lengths", lambda array: array[1:], "one kind, count and length each"),
        ("chars", lambda array: array[1:], "lengths of the keys do not fit"),
        ("chars", lambda array: array.astype("u4"), "chars is not u2"),
        ("sources", lambda array: array[1:], "one source each"),
        ("irregular_at", lambda array: array + 10**6, "irregular_at is out of range"),
        ("irregular_at", lambda array: array[1:], "one syllable each"),
        ("irregular_syllables", lambda array: array + 5000, "irregular_syllables is out of range"),
        ("inner_starts", lambda array: array + 10**6, "inner_starts is out of range"),
        ("default_syllables", lambda array: array[1:], "one default syllable each"),
        ("default_syllables", lambda array: array + 5000, "default_syllables is out of range"),
    ],
)
def test_a_damaged_lexicon_is_named(
    index: searchlib.Index, tmp_path: Path, name: str, change: Callable[[Any], Any], message: str
) -> None:
    shutil.copytree(index.folder, tmp_path / "copy")
    (path,) = (tmp_path / "copy").rglob("*.lexicon")
    change_array(path, name, change)
    seal_again(path.parent)
    with searchlib.open_index(tmp_path / "copy") as damaged:
        with pytest.raises(searchlib.IndexDamagedError, match=f"{message}.*: build the index again"):
            damaged.suggest("元")
        assert any(message in problem for problem in damaged.check().problems)


def test_a_missing_lexicon_is_named(index: searchlib.Index, tmp_path: Path) -> None:
    shutil.copytree(index.folder, tmp_path / "copy")
    (path,) = (tmp_path / "copy").rglob("*.lexicon")
    path.unlink()
    with pytest.raises(searchlib.IndexDamagedError, match=f"{path.name}: the file is missing"):
        searchlib.open_index(tmp_path / "copy")


def test_a_suggestion_runs_no_search(index: searchlib.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object) -> None:
        raise AssertionError("a search was run")

    monkeypatch.setattr("searchlib.engines.whoosh.search.engine.WhooshEngine.search", search)
    with searchlib.open_index(index.folder) as opened:
        assert [each.text for each in opened.suggest("的 产业 1", size=2)] == ["元宇宙的产业 1", "元宇宙的产业 10"]


def test_a_name_is_suggested_by_each_of_its_readings(tmp_path: Path, write: Write) -> None:
    folder = write({f"{n}.md": f"---\ntitle: 第{n}篇\nauthor: 统计之都\n---\n甲\n" for n in range(3)})
    searchlib.build_index(folder, tmp_path / "index", jobs=1)
    expected = searchlib.Suggestion(text="统计之都", kind="author", count=3)
    with searchlib.open_index(tmp_path / "index") as index:
        for typed in ("tongjizhidu", "tongjizhidou", "tjzd", "统计之都", "zhidu"):
            assert index.suggest(typed) == [expected]


class CountingEngine:
    """An engine that counts its searches."""

    def __init__(self, engine: WhooshEngine) -> None:
        self.engine = engine
        self.searches = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def with_deadline(self, deadline: Deadline) -> CountingEngine:
        return self

    def search(self, request: Request) -> EngineResults:
        self.searches += 1
        return self.engine.search(request)


def test_texts_in_the_values_of_one_search_are_found_with_one_search(tmp_path: Path) -> None:
    articles = [
        replace(article(str(number), "喝茶"), tags=(tag,)) for number, tag in enumerate(("绿茶", "紅茶", "咖啡"))
    ]
    search = SearchRequest(
        query="喝茶", filters=Filters(), today=date(2021, 5, 12), sort="newest", size=1, facets=("tag",)
    )

    def found(texts: tuple[str, ...], engine: CountingEngine) -> list[set[str]]:
        executor = SearchExecutor(
            cast("Engine", engine), articles=3, analyzer=QueryAnalyzer(), front_matter=ShownFrontMatter()
        )
        return [{each.value for each in executor.facet_values("tag", text, search, NO_DEADLINE)} for text in texts]

    with engine_of(tmp_path, articles) as engine:
        one, several = CountingEngine(engine), CountingEngine(engine)
        assert found(("",), one) == [{"绿茶", "紅茶", "咖啡"}]
        assert found(("茶", " 红 ", "没有"), several) == [{"绿茶", "紅茶"}, {"紅茶"}, set()]
    assert several.searches == one.searches
