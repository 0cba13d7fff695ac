"""Corrections know their limits: names are offered, words still being typed are completed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchlib
from tests.small_indexes import index_of, titled

TEXTS = {
    **{f"person{number}.md": ("何瑞东", "何瑞东和杨萍萍参加会议。") for number in range(30)},
    **{f"it{number}.md": ("kubernetes 集群", "python 与 javascript，path 变量，人工智能") for number in range(30)},
    **{f"path{number}.md": ("path 变量", "path 的 ring 缓冲，人工 生产") for number in range(40)},
    **{f"fat{number}.md": ("胖墩墩", "胖墩墩的绝缘子，一分钟，next 主题") for number in range(30)},
    "tender.md": ("人工", "人工与稚嫩"),
    **{f"marx{number}.md": ("布尔什维克", "布尔什维克的历史") for number in range(30)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchlib.Index]:
    folder = tmp_path_factory.mktemp("corrections")
    with index_of(titled(TEXTS), folder) as opened:
        yield opened


@pytest.mark.parametrize("query", ["何瑞娟", "杨平萍", "何瑞冬"])
def test_a_name_is_never_searched_as_another(index: searchlib.Index, query: str) -> None:
    results = index.search(query, corrected=True)
    assert results.searched == query


@pytest.mark.parametrize(
    ("query", "meant"), [("kubern", "kubernetes"), ("pyth", "python"), ("javascrip", "javascript")]
)
def test_the_beginning_of_a_word_finds_the_word(index: searchlib.Index, query: str, meant: str) -> None:
    results = index.search(query, corrected=True)
    assert (results.searched, results.total) == (query, 30)
    texts = [hit.title + "".join(text for snippet in hit.snippets for text, _ in snippet) for hit in results.hits]
    assert all(meant in text.lower() for text in texts)


def test_a_word_with_a_typo_is_corrected(index: searchlib.Index) -> None:
    results = index.search("pyhton", corrected=True)
    assert (results.searched, results.correction, results.total) == ("python", "python", 30)


@pytest.mark.parametrize("query", ["冰墩墩", "绝绝子", "五分钟", "nuxt"])
def test_a_new_word_is_not_searched_as_a_word_that_neither_sounds_nor_looks_like_it(
    index: searchlib.Index, query: str
) -> None:
    results = index.search(query, corrected=True)
    assert (results.searched, results.total) == (query, 0)


def test_a_mistyped_word_with_a_function_word_is_corrected_although_its_characters_occur(tmp_path: Path) -> None:
    files = {f"{number}.md": "# 操作系统\n\n体操与系统，操作系统，做操。\n" for number in range(30)}
    with index_of(files, tmp_path) as index:
        results = index.search("操做系统")
        assert (results.full, results.correction) == (30, "操作系统")
        assert index.search("操作系统").correction is None


def test_letters_after_a_number_and_a_hyphen_are_a_code(index: searchlib.Index) -> None:
    assert index.search("kubernets").correction == "kubernetes"
    assert index.search("2019-kubernets").correction is None


def test_a_number_is_never_corrected_to_another(index: searchlib.Index) -> None:
    assert index.search("五分钟").correction is None
    assert index.search("十一分钟").correction is None
    assert index.search("一份钟", corrected=True).searched == "一分钟"


def test_a_clear_correction_that_articles_match_fully_replaces_matches_of_parts(index: searchlib.Index) -> None:
    results = index.search("人工只能", corrected=True)
    assert (results.searched, results.full) == ("人工智能", 30)
    assert index.search("人工只能").searched == "人工只能"
    assert index.search("人工只能", corrected=True, verbatim=True).searched == "人工只能"


def test_pinyin_beside_a_word_is_searched_as_the_name_that_it_spells_there(tmp_path: Path) -> None:
    files = {
        **{f"formula{number}.md": "# 表格\n\nexcel 公式的写法。\n" for number in range(12)},
        **{f"consensus{number}.md": "# 会议\n\n大家达成共识。\n" for number in range(30)},
        **{f"other{number}.md": "# excel 表格\n\n表格的边框。\n" for number in range(15)},
        "latin.md": "# 人名\n\nlishi 是一个人名，共识与历史。\n",
        **{f"history{number}.md": "# 历史\n\nexcel 的历史。\n" for number in range(12)},
    }
    with index_of(files, tmp_path) as index:
        results = index.search("excel gongshi", corrected=True)
        assert (results.searched, results.correction, results.full) == ("excel 公式", "excel 公式", 12)
        assert index.search("excel gongshi").searched == "excel gongshi"
        # A word of the archive may be meant.
        results = index.search("excel lishi", corrected=True)
        assert (results.searched, results.correction) == ("excel lishi", "excel 历史")


@pytest.mark.parametrize("query", ["珺", "码"])
def test_a_single_character_is_not_corrected(tmp_path: Path, query: str) -> None:
    files = {f"{number}.md": "# 军马\n\n军队中的马，中间的军马。\n" for number in range(40)}
    with index_of(files, tmp_path) as index:
        assert index.search(query, corrected=True).correction is None


def test_a_small_archive_corrects_words_of_single_articles(tmp_path: Path) -> None:
    blog = {"a.md": "---\ntitle: 笔记\n---\n用 python 的 asyncio 与 kubernetes 部署\n"}
    with index_of(blog, tmp_path) as index:
        for typed, meant in [("pyhton", "python"), ("aysncio", "asyncio"), ("kubernets", "kubernetes")]:
            results = index.search(typed, corrected=True)
            assert (results.searched, results.total) == (meant, 1)


@pytest.mark.parametrize("query", ["rengongzhinen", "reng", "rengongzhin"])
def test_the_beginning_of_pinyin_is_completed(index: searchlib.Index, query: str) -> None:
    assert index.search(query, corrected=True).searched in ("人工智能", "人工")


@pytest.mark.parametrize("query", ["人工zhineng", "rengong智能", "人工智neng", "人工zhin"])
def test_pinyin_among_han_characters_is_read_with_them(index: searchlib.Index, query: str) -> None:
    results = index.search(query)
    assert (results.searched, results.full) == ("人工智能", 30)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("chongqing", "重庆"),
        ("chong qing", "重庆"),
        ("Chong Qing", "重庆"),
        ("he he", None),
        ("path ring", None),
        ("ali baba", None),
    ],
)
def test_the_name_is_offered_for_pinyin_that_articles_also_contain(
    tmp_path: Path, query: str, meant: str | None
) -> None:
    city = {f"city{number}.md": "# 重庆\n\n重庆的早晨。\n" for number in range(200)}
    city |= {f"father{number}.md": "# 爸爸\n\n爸爸的早晨。\n" for number in range(100)}
    files = {**city, "zone.md": "# 时区\n\nAsia/Chongqing\n", "code.md": "# he\n\nhe he path ring, ali baba\n"}
    with index_of(files, tmp_path) as opened:
        results = opened.search(query, corrected=True)
    assert (results.searched, results.correction) == (query, meant)


def test_pinyin_without_spaces_finds_a_part_of_its_words_if_nothing_else_matches(index: searchlib.Index) -> None:
    results = index.search("jiqunlishi")
    assert (results.searched, results.full, results.total) == ("集群 历史", 0, 60)


@pytest.mark.parametrize("query", ["rengong股票", "a股", "python智能"])
def test_letters_that_spell_nothing_among_han_characters_stay(index: searchlib.Index, query: str) -> None:
    assert index.search(query).searched == query


def test_a_word_that_is_completed_is_not_corrected(index: searchlib.Index) -> None:
    assert index.search("javascrip").correction is None
    assert index.search("javascrip 人工智能").correction == "javascript 人工智能"


def test_a_query_with_an_impossible_word_keeps_the_others(index: searchlib.Index) -> None:
    results = index.search("kubernetes 魑魅鬽魍", corrected=True)
    assert (results.searched, results.total, results.full) == ("kubernetes 魑魅鬽魍", 30, 0)


def test_words_that_many_articles_contain_are_not_checked(
    index: searchlib.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("searchlib.search.did_you_mean.QueryCorrector.correct", checked)
    for query in ("变量", "变量 人工"):
        results = index.search(query, corrected=True)
        assert results.full > 20
        assert results.correction is None
    with pytest.raises(AssertionError):
        index.search("变量 魑魅鬽魍", corrected=True)
    for query in ("稚嫩", "变量 OR 魑魅鬽魍"):
        with pytest.raises(AssertionError):
            index.search(query, corrected=True)
        # These calls offer no correction, so they look for none if articles match the whole query.
        index.passages(query)
        index.facet_values("tag", query)
