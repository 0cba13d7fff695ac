"""Typed text becomes a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.fold import fold
from searchlib.analysis.terms import bigram_term, units_of_bigram
from searchlib.analysis.units import HighlightTerm, units
from searchlib.query.parser import parse
from searchlib.query.plan import (
    MATCHED_FIELDS,
    NOTHING,
    SEARCHED_FIELDS,
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    Plan,
    RankingTerm,
    ValueClause,
    WordClause,
)
from searchlib.query.planner import plan
from searchlib.query.tree import DateRange

TODAY = date(2021, 5, 20)


def planned(typed: str) -> Plan:
    return plan(parse(typed, today=TODAY))


def written(clause: Clause) -> str:
    """Return a clause in short: ``"产 业"`` for a phrase, ``<c++>`` for a word, ``first(…)`` for ``FirstMatching``."""

    def several(name: str, children: tuple[Clause, ...]) -> str:
        return f"{name}({', '.join(map(written, children))})"

    match clause:
        case PhraseClause(phrase, fields, prefix):
            where = "" if fields in (SEARCHED_FIELDS, MATCHED_FIELDS) else f"{'/'.join(fields)}:"
            return f'{where}"{" ".join(phrase)}{"*" if prefix else ""}"'
        case WordClause(word, fields):
            where = "" if fields in (SEARCHED_FIELDS, MATCHED_FIELDS) else f"{'/'.join(fields)}:"
            return f"{where}<{word}>"
        case ValueClause(field, phrase):
            return f"{field}={written(phrase)}"
        case IdClause(article_id):
            return f"id={article_id}"
        case DateRange(first, last):
            return f"{first}..{last}"
        case AllOf((only,)):
            return written(only)
        case AllOf(children):
            return several("all", children)
        case AnyOf(children):
            return several("any", children)
        case FirstMatching(children):
            return several("first", children)
        case Excluding(child):
            return f"not {written(child)}"
    raise TypeError(clause)


EVERYTHING = "all()"

PLANS = [
    # typed, required, words
    ("", EVERYTHING, []),
    ("学习", EVERYTHING, ['"学 习"']),
    ("學習", EVERYTHING, ['"学 习"']),
    ("学", EVERYTHING, ['"学"']),
    ("元宇宙", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("元宇宙 产业", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))', '"产 业"']),
    ("手机壳", EVERYTHING, ['first("手 机 壳", all("手 机", "壳"))']),
    ("机器学习", EVERYTHING, ['"机 器"', '"学 习"']),
    ("学习 学习", EVERYTHING, ['"学 习"']),
    # a word of the dictionary that consists of other words, without a character left over
    ("美国签证", EVERYTHING, ['first("美 国 签 证", all("美 国", "签 证"))']),
    ("美国签证*", EVERYTHING, ['"美 国 签 证*"']),
    ("中华人民共和国", EVERYTHING, ['first("中 华 人 民 共 和 国", all("中 华", "人 民", "共 和 国"))']),
    ("出租车", EVERYTHING, ['"出 租 车"']),
    ("-美国签证", 'not "美 国 签 证"', []),
    # function words are required only if there are no other words
    ("什么是机器学习", EVERYTHING, ['"机 器"', '"学 习"']),
    ("机器学习是什么？", EVERYTHING, ['"机 器"', '"学 习"']),
    ("如何学习", EVERYTHING, ['"学 习"']),
    ("为什么要用 学习", EVERYTHING, ['"学 习"']),
    ("学习 怎么", EVERYTHING, ['"学 习"']),
    ("学习怎么办", EVERYTHING, ['"学 习"']),
    ("学习vs机器", EVERYTHING, ['"学 习"', '"机 器"']),
    ("学习vs", EVERYTHING, ['"学 习"', 'any("vs", <vs>)']),
    # nor is a question about the words before it, to which the tokenizer would join its first character
    ("元宇宙指什么", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("元宇宙讲的是什么？", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("元宇宙能干嘛", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("元宇宙是干什么的", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("学习要多少钱", EVERYTHING, ['"学 习"']),
    ("学习 多少钱", EVERYTHING, ['"学 习"']),
    ("社会什么意思", EVERYTHING, ['"社 会"']),
    ("人工智能多少钱", EVERYTHING, ['first("人 工 智 能", all("人 工", "智 能"))']),
    ("学习好不好", EVERYTHING, ['"学 习"']),
    ("多少钱", EVERYTHING, ['first("多 少 钱", all("多 少", "钱"))']),
    ("学习要点", EVERYTHING, ['"学 习"', '"要 点"']),
    ("怎么 什么", EVERYTHING, ['"怎 么"', '"什 么"']),
    ("中 国", EVERYTHING, ['"中"', '"国"']),
    ("的", EVERYTHING, ['"的"']),
    ("什么", EVERYTHING, ['"什 么"']),
    ("什么是", EVERYTHING, ['first("什 么 是", all("什 么", "是"))']),
    # a word that is not Han has several alternatives
    ("docker", EVERYTHING, ['any("docker", <docker>, <^docker>, "docker*")']),
    ("Docker 镜像", EVERYTHING, ['any("docker", <docker>, <^docker>)', '"镜 像"']),
    ("go", EVERYTHING, ['any("go", <go>)']),
    ("iphone13", EVERYTHING, ['any("iphone13", <iphone13>, "iphone 13", "iphone13*", "iphone 13*")']),
    ("ｉＰｈｏｎｅ１３", EVERYTHING, ['any("iphone13", <iphone13>, "iphone 13", "iphone13*", "iphone 13*")']),
    ("GPT-4", EVERYTHING, ['any("gpt 4", <gpt-4>, "gpt 4*")']),
    ("c++", EVERYTHING, ['any("c++", <c++>)']),
    ("C#", EVERYTHING, ['any("c#", <c#>)']),
    (".net", EVERYTHING, ['any("net", <.net>)']),
    ("v2.0.1", EVERYTHING, ['any("v2 0 1", <v2.0.1>, "2 0 1")']),
    ("2.0-rc.1", EVERYTHING, ['any("2 0 rc 1", <2.0-rc.1>, "v2 0 rc 1", "2 0 rc 1*")']),
    ("b端", EVERYTHING, ['any("b 端", <b端>)']),
    ("2021年", EVERYTHING, ['any("2021 年", <2021年>)']),
    ("a.b", EVERYTHING, ['any("a b", <a.b>, "a b*")']),
    # prefixes
    ("Docker*", EVERYTHING, ['"docker*"']),
    ("学习Dock*", EVERYTHING, ['"学 习"', '"dock*"']),
    ("元宇宙*", EVERYTHING, ['first("元 宇 宙*", all("元", "宇 宙*"))']),
    # phrases
    ('"产业互联"', '"产 业 互 联"', []),
    ("“產業，互聯”", '"产 业 互 联"', []),
    ('"c++ 11"', '"c++ 11"', []),
    ('"产业互联" 学习', '"产 业 互 联"', ['"学 习"']),
    ('"什么是学习"', '"什 么 是 学 习"', []),
    # fields
    ("title:学习", 'title:"学 习"', []),
    ("title:机器学习", 'first(title:"机 器 学 习", all(title:"机 器", title:"学 习"))', []),
    # function words of one character can be a part of a word
    ("个税", EVERYTHING, ['first("个 税", "税")']),
    ("让税", EVERYTHING, ['first("让 税", "税")']),
    ("去中心化", EVERYTHING, ['first("去 中 心 化", "中 心 化")']),
    ("什么是个税", EVERYTHING, ['first("个 税", "税")']),
    ("美国的税是多少", EVERYTHING, ['"美 国"', '"税"']),
    ("元宇宙的", EVERYTHING, ['first("元 宇 宙", all("元", "宇 宙"))']),
    ("机器学习 OR 营销", EVERYTHING, ['any(first("机 器 学 习", all("机 器", "学 习")), "营 销")']),
    ("标题：iphone13", 'any(title:"iphone13", title:<iphone13>, title:"iphone 13")', []),
    ('title:"产业互联"', 'title:"产 业 互 联"', []),
    ("title:Dock*", 'title:"dock*"', []),
    ("category:新媒体", 'category="新 媒 体"', []),
    ("分类：“新媒体”", 'category="新 媒 体"', []),
    ("tag:新*", 'tag="新*"', []),
    ("author:鲁迅 学习", 'author="鲁 迅"', ['"学 习"']),
    # negation, alternatives, brackets
    ("-营销", 'not "营 销"', []),
    ("学习 -营销", 'not "营 销"', ['"学 习"']),
    ("学习 -营销 -tag:广告", 'all(not "营 销", not tag="广 告")', ['"学 习"']),
    ('-"产业互联"', 'not "产 业 互 联"', []),
    ("学习 OR 营销", EVERYTHING, ['any("学 习", "营 销")']),
    ("学习｜营销 产业", EVERYTHING, ['any("学 习", "营 销")', '"产 业"']),
    ("(学习 产业) OR 营销", EVERYTHING, ['any(all("学 习", "产 业"), "营 销")']),
    ("-(学习 产业)", 'not all("学 习", "产 业")', []),
    # dates
    ("date:2021-11", "2021-11-01..2021-11-30", []),
    ("日期：去年 学习", "2020-01-01..2020-12-31", ['"学 习"']),
    ("近三个月 学习", "2021-02-21..2021-05-20", ['"学 习"']),
    ("date:2021-03..", "2021-03-01..None", []),
    ("-date:2021", "not 2021-01-01..2021-12-31", []),
    # text without units
    ("，。！", "any()", []),
    ("学习 ，。！", EVERYTHING, ['"学 习"']),
    ("学习 OR ，。", EVERYTHING, ['"学 习"']),
    ("学习 NOT ，。", EVERYTHING, ['"学 习"']),
    ("学习 -title:，", EVERYTHING, ['"学 习"']),
    ('"，。" -学习', 'all(any(), not "学 习", any())', []),
]


@pytest.mark.parametrize(("typed", "required", "words"), PLANS)
def test_typed_text_has_this_plan(typed: str, required: str, words: list[str]) -> None:
    found = planned(typed)
    assert written(found.required) == required
    assert [written(clause) for clause in found.words] == words


RUNS = [
    ("机器学习", ['"机 器 学 习"']),
    ("机器学习 元宇宙", ['"机 器 学 习"']),
    ("什么是机器学习", ['"什 么 是 机 器 学 习"']),
    ("元宇宙的", ['"元 宇 宙 的"']),
    ("学习Dock*", ['"学 习 dock*"']),
    ("学习", []),
    ("元宇宙", []),
    ("个税", []),
    ("node.js", []),
    ("-机器学习", []),
    ('"机器学习"', []),
    ("学" * 65, []),
]


@pytest.mark.parametrize(("typed", "runs"), RUNS)
def test_a_text_of_several_words_has_a_run(typed: str, runs: list[str]) -> None:
    assert [written(run) for run in planned(typed).runs] == [f"first({run}, {EVERYTHING})" for run in runs]


def test_an_empty_query_has_the_default_plan() -> None:
    assert planned("") == planned(" ") == Plan()


@pytest.mark.parametrize(
    "typed", ['""', '"，。"', "，。！", "“……”", "title:，", "分类：！", "+", "#", "。 OR ！", '"😀"']
)
def test_text_without_units_matches_nothing_and_has_a_note(typed: str) -> None:
    found = planned(typed)
    clauses = found.required.children if isinstance(found.required, AllOf) else (found.required,)
    assert NOTHING in clauses
    assert (found.ranking_terms, found.highlight_terms) == ((), ())
    assert "没有可搜索的文字" in found.notes[-1]


@pytest.mark.parametrize("typed", ["学习", "-学习", "date:2021", "", "学习 ！", "category:新媒体"])
def test_other_queries_have_no_such_note(typed: str) -> None:
    assert planned(typed).notes == ()


def test_the_notes_of_the_parser_are_in_the_plan() -> None:
    notes = planned("date:胡说").notes
    assert len(notes) == 1
    assert "胡说" in notes[0]


def ranking(typed: str) -> set[str]:
    """Return the ranking terms in short: ``kind:term``, with the fields unless these are title and body."""

    def short(each: RankingTerm) -> str:
        where = "" if each.fields == SEARCHED_FIELDS else f"@{'/'.join(each.fields)}"
        return f"{each.kind}:{each.term}{'*' if each.prefix else ''}{where}"

    return set(map(short, planned(typed).ranking_terms))


RANKINGS = [
    ("学习", {"words:学习"}),
    ("學習", {"words:学习"}),
    ("学", {"units:学"}),
    ("元宇宙", {"words:元", "words:宇宙", "bigrams:元!宇"}),
    ("全文检索", {"words:全文", "words:检索", "words:全文检索", "bigrams:文!检"}),
    ("学习产业", {"words:学习", "words:产业", "bigrams:习!产"}),
    ("c++", {"words:c", "words:c++"}),
    ("linux", {"words:linux", "words:^linux", "units:linux*"}),
    ("Dock*", {"words:dock", "units:dock*"}),
    ('"学习"', {"words:学习"}),
    ("title:学习", {"words:学习@title"}),
    ("学习 -营销", {"words:学习"}),
    ("学习 OR 营销", {"words:学习", "words:营销"}),
    ("-营销", set()),
    ("NOT (学习 产业)", set()),
    ("category:新媒体", set()),
    ("date:2021", set()),
    ("", set()),
]


@pytest.mark.parametrize(("typed", "expected"), RANKINGS)
def test_typed_text_has_these_ranking_terms(typed: str, expected: set[str]) -> None:
    assert ranking(typed) == expected


def test_a_pair_inside_a_word_counts_like_a_part_of_it() -> None:
    roles = {term.term: term.role for term in planned("全文检索 学习产业").ranking_terms if term.kind == "bigrams"}
    assert roles == {"文!检": "part", "习!产": "whole"}


TITLE_WORDS = [
    ("学习", None),
    ("学习 产业", [["学 习"], ["产 业"]]),
    ("Linux 用户体验", [["linux"], ["用 户"], ["体 验"]]),
    ("学习 的 产业", [["学 习"], ["产 业"]]),
    ("学习 Dock*", [["学 习"], ["dock*"]]),
    (" ".join(map(str, range(100, 120))), None),
]


@pytest.mark.parametrize(("typed", "expected"), TITLE_WORDS)
def test_a_title_should_contain_these_words(typed: str, expected: list[list[str]] | None) -> None:
    words = planned(typed).title_words
    found = words and [[" ".join(each.units) + "*" * each.prefix for each in phrases] for phrases in words.phrases]
    assert found == expected
    assert words is None or all(each.fields == ("title",) for phrases in words.phrases for each in phrases)


HIGHLIGHTS = [
    ("学习", [("学 习", False, False), ("学 习", True, False)]),
    ("學習", [("学 习", False, False), ("学 习", True, False)]),
    ("元宇宙", [("元 宇 宙", False, False)]),
    ("美国签证", [("美 国 签 证", False, False), ("美 国 签 证", True, False)]),
    ("个税", [("个 税", False, False)]),
    ("什么是个税", [("什 么 是 个 税", False, False), ("个 税", False, False)]),
    ("的", [("的", False, False), ("的", True, False)]),
    (
        "iphone13",
        [
            ("iphone13", False, False),
            ("iphone13", False, True),
            ("iphone 13", False, True),
            ("iphone13", True, False),
            ("iphone 13", False, False),
        ],
    ),
    ("Dock*", [("dock", False, True), ("dock", True, True)]),
    ("学习Dock*", [("学 习 dock", False, True), ("学 习", True, False), ("dock", True, True)]),
    ('"产业互联"', [("产 业 互 联", False, False)]),
    ("title:学习", [("学 习", False, False), ("学 习", True, False), ("title 学 习", False, False)]),
    ("-营销", []),
    ("category:新媒体", [("category 新 媒 体", False, False)]),
    ("date:2021", []),
    ("，。", []),
    ("", []),
]


@pytest.mark.parametrize(("typed", "expected"), HIGHLIGHTS)
def test_typed_text_has_these_highlight_terms(typed: str, expected: list[tuple[str, bool, bool]]) -> None:
    # What is marked as typed, operators included, may have punctuation.
    assert [replace(each, unbroken=False) for each in planned(typed).highlight_terms] == [
        HighlightTerm(tuple(phrase.split()), loose=loose, prefix=prefix) for phrase, loose, prefix in expected
    ]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [("元宇宙", ["宇宙"]), ("美国签证", ["美国", "签证"]), ("个税", ["税"]), ("学习", []), ('"元宇宙"', [])],
)
def test_parts_of_words_are_highlighted_if_no_article_contains_the_words(typed: str, parts: list[str]) -> None:
    found = planned(typed)
    assert ["".join(term.units) for term in found.part_highlight_terms] == parts
    assert found.terms_to_highlight(is_taken_apart=True) == (*found.highlight_terms, *found.part_highlight_terms)
    assert found.terms_to_highlight(is_taken_apart=False) == found.highlight_terms


PIECES = st.sampled_from(
    [
        *[
            "学习",
            "學",
            "的",
            "元宇宙",
            "iphone13",
            "c++",
            "v2.0",
            "，。",
            "+",
            "😀",
            "\ud800",
            "\n",
            " ",
            " ",
            '"',
            "“",
            "”",
        ],
        *["OR", "NOT ", "-", "(", ")", "*", "title:", "分类：", "date:", "2021", "去年", "近三个月", "｜"],
    ]
)
ANY_TEXT = st.one_of(st.text(st.characters()), st.lists(PIECES, max_size=20).map("".join))


@settings(max_examples=200)
@given(ANY_TEXT)
def test_any_text_has_a_plan_without_repetitions(typed: str) -> None:
    found = planned(typed)
    assert written(found.required)
    for each in (found.words, found.ranking_terms, found.highlight_terms):
        assert len(set(each)) == len(each)
    assert all(term.units for term in found.highlight_terms)
    assert all(term.term and term.fields for term in found.ranking_terms)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("个税", {True}),
        ("我的世界", {True}),
        # Words that are typed in a row may have breaks between them.
        ("机器学习", {True, False}),
        ("title:机器学习", {True, False}),
        ("-机器学习", {True}),
        ("kuber*", {True}),
        ("元 宇宙", {True}),
        ('"机器学习"', {False}),
        ('-"机器学习"', {False}),
        ("12:30", {True, False}),
        ("机器，学习", {True, False}),
    ],
)
def test_only_text_without_quotes_and_punctuation_is_unbroken(typed: str, expected: set[bool]) -> None:
    def phrases(clause: Clause) -> Iterator[PhraseClause]:
        match clause:
            case PhraseClause():
                yield clause
            case AllOf(children) | AnyOf(children) | FirstMatching(children):
                for child in children:
                    yield from phrases(child)
            case Excluding(child):
                yield from phrases(child)

    found = planned(typed)
    clauses = (found.required, *found.words, *found.runs)
    assert {phrase.unbroken for clause in clauses for phrase in phrases(clause)} == expected


@settings(max_examples=100)
@given(st.text(st.sampled_from("学习机器的元宇宙abc1+# ，。-"), max_size=12))
def test_a_phrase_has_the_units_of_its_text(quoted: str) -> None:
    phrase = tuple(units(fold(quoted)))
    found = planned(f'"{quoted}"')
    if not phrase:
        assert found.notes
        return
    assert found.required == PhraseClause(phrase)
    assert found.highlight_terms == (HighlightTerm(phrase),)
    bigrams = {tuple(units_of_bigram(each.term)) for each in found.ranking_terms if each.kind == "bigrams"}
    words = {tuple(units(each.term)) for each in found.ranking_terms if each.kind == "words"}
    pairs = set(pairwise(phrase))
    # A pair that is a word has no term of its own, unless it also occurs across words.
    assert pairs - words <= bigrams <= pairs


def test_a_phrase_without_units_has_a_note_beside_words_too() -> None:
    found = planned('学习 "，。"')
    assert found.required == NOTHING
    assert "没有可搜索的文字" in found.notes[-1]


def test_a_negated_text_is_excluded_as_a_whole() -> None:
    assert planned("-机器学习").required == Excluding(PhraseClause(tuple("机器学习"), MATCHED_FIELDS, unbroken=True))
    assert planned("-title:机器学习").required == Excluding(PhraseClause(tuple("机器学习"), ("title",), unbroken=True))
    assert planned("-学习").required == Excluding(PhraseClause(tuple("学习"), MATCHED_FIELDS, unbroken=True))


def test_function_words_of_a_longer_text_are_not_highlighted() -> None:
    assert [term.units for term in planned("什么是机器学习").highlight_terms] == [
        tuple("什么是机器学习"),
        tuple("机器"),
        tuple("学习"),
    ]
    assert [term.units for term in planned("什么").highlight_terms] == [tuple("什么"), tuple("什么")]


def roles(typed: str) -> dict[str, str]:
    """Return the role of each ranking term."""
    return {each.term: each.role for each in planned(typed).ranking_terms}


def test_ranking_terms_have_roles() -> None:
    found = roles("什么是产业互联网")
    assert {found[word] for word in ("什么", "是", bigram_term("么", "是"), bigram_term("是", "产"))} == {"function"}
    assert {found[word] for word in ("产业", "互联网", bigram_term("业", "互"))} == {"whole"}
    assert found["互联"] == "part"


PROXIMITY_PAIRS = [
    ("元宇宙 产业", ["宇宙 产业"]),
    ("风车和磨坊的原理", ["风车 磨坊", "磨坊 原理"]),
    ("风车 -磨坊 原理", ["风车 原理"]),
    ("风车 OR 磨坊", []),
    ("风车 风车", []),
    ("title:风车 磨坊", []),
    ("docker 镜像", []),
    ("风车", []),
]


@pytest.mark.parametrize(("typed", "expected"), PROXIMITY_PAIRS)
def test_neighboring_words_are_proximity_pairs(typed: str, expected: list[str]) -> None:
    assert [f"{each.first} {each.second}" for each in planned(typed).proximity_pairs] == expected


WHOLE_QUERIES = [
    # typed, title phrase, is one word, number of texts, requires text
    ("元宇宙 产业", "元 宇 宙 产 业", False, 2, False),
    ("机器学习", "机 器 学 习", True, 1, False),
    ("机器学习 -入门", "机 器 学 习", True, 1, False),
    ("什么是学习", "什 么 是 学 习", False, 1, False),
    ("第七届香港立法会议员", "第 七 届 香 港 立 法 会 议 员", False, 1, False),
    ("“会通河”的位置", "会 通 河 的 位 置", False, 1, True),
    ("title:Dock*", "dock", False, 0, False),
    ("风车 (磨坊 OR 水车)", None, False, 2, False),
    ("学" * 65, None, False, 1, False),
    ("", None, False, 0, False),
]


@pytest.mark.parametrize(("typed", "title_phrase", "is_one_word", "text_count", "requires_text"), WHOLE_QUERIES)
def test_a_plan_describes_the_whole_query(
    typed: str, title_phrase: str | None, is_one_word: bool, text_count: int, requires_text: bool
) -> None:
    found = planned(typed)
    assert found.title_phrases == (
        (PhraseClause(tuple(title_phrase.split()), ("title",), typed.endswith("*")),) if title_phrase else ()
    )
    assert (found.is_one_word, found.text_count, found.requires_text) == (is_one_word, text_count, requires_text)


@pytest.mark.parametrize("typed", ["学习 的", "为什么 学习", "学习 是"])
def test_function_words_beside_other_words_are_not_highlighted(typed: str) -> None:
    assert {term.units for term in planned(typed).highlight_terms} == {("学", "习")}


def test_a_word_that_the_tokenizer_splits_is_highlighted_whole() -> None:
    assert ("元", "宇", "宙") in {term.units for term in planned("今年的元宇宙").highlight_terms}
