"""The contract of every engine: it gives the results of the reference for random articles, queries and filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchlib.analysis.boilerplate import Boilerplate, line_digest, title_suffix_digest
from searchlib.analysis.query_analyzer import PLAIN_ANALYZER, QueryAnalyzer
from searchlib.analysis.stop_words import StopWords
from searchlib.analysis.synonyms import Synonyms
from searchlib.engines.base import CATEGORY_TREE, FACETS, Engine, EngineResults, Filters, Request
from searchlib.engines.common.relaxed_matching import RELAXED_MATCHING, RelaxedMatching
from searchlib.engines.common.scoring import PROXIMITY_CANDIDATES
from searchlib.models import Article
from searchlib.query.parser import parse
from searchlib.query.plan import IdClause, Plan, Weighted, WordClause
from searchlib.query.planner import plan
from searchlib.settings import Categories, Ranking
from tests.contracts.reference import ReferenceEngine

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 15)
WEIGHTS = Ranking()
OTHER_WEIGHTS = Ranking(**{setting.name: 1 / (2 + number) for number, setting in enumerate(fields(Ranking))})
"""Every weight, also one that is 0 by default, is neither 0 nor that of another setting."""

SYNONYMS = {("元", "宇", "宙"): [("网",), ("a", "c++")], ("iphone",): [("机", "器", "学")], ("学",): [("a",)]}
WORD_LISTS = QueryAnalyzer(
    synonyms=Synonyms(synonyms=SYNONYMS), stop_words=StopWords(words=frozenset(["产业互联网", "13"]))
)

Archive = tuple[list[Article], list[str], list[Article]]
EngineOf = Callable[
    [Sequence[Article], Sequence[str], Sequence[Article], Categories, Ranking, RelaxedMatching, int],
    AbstractContextManager[Engine],
]
"""Builds an engine of the first articles without the deleted ones, and of the later ones, with these weights, rules and limits."""


FRONT_MATTER = ("series", "rating")
"""The facets of the front matter."""

# Few characters, so that random texts share phrases: words that jieba knows or not, traditional forms, full width, marks.
WORDS = [
    "学习",
    "學習",
    "机器",
    "机器学习",
    "的",
    "元",
    "宇宙",
    "元宇宙",
    "C++",
    "c",
    "iPhone13",
    "iphone",
    "13",
    "v2.0.1",
    "Ａ",
    "a",
    "𠮷",
    "产业互联网",
    "网",
    "接著",
    "Café",
    "MyIphone",
    "😀",
]
text = st.lists(st.sampled_from([*WORDS, "，", "。", "】", "“", " ", "-", "+", "#", "\n"]), max_size=12).map("".join)
# Long enough for near duplicates: each text with a few more words is nearly the same, but the two are not.
LONG = ["".join(chr(0x4E00 + (number * step) % 1999) for number in range(200)) for step in (7, 11)]
SHORT = LONG[0][:30]
# The boilerplate of the archive.
REPEATED = ["本文由元宇宙学习小组出品，机器学习版权所有", "C++与iPhone13的产业互联网联盟，网"]
SUFFIX = "｜产业互联网"
DIGESTS = [*map(line_digest, REPEATED), title_suffix_digest(SUFFIX)]
BOILERPLATE = Boilerplate(DIGESTS)
bodies = st.one_of(
    text,
    st.tuples(st.sampled_from([*LONG, SHORT]), text.map(lambda each: each[:6])).map("\n".join),
    st.permutations([*REPEATED, SHORT, "元宇宙 学习"]).map("\n".join),
    st.sampled_from([*REPEATED, f"作者：a\n{SHORT}"]),
)
headings = st.one_of(text.map(lambda each: each.replace("\n", " ")), st.sampled_from(REPEATED))
NAMES = ["编程", "Python 教程", "新媒体", "學習", "a > b"]
# Few names, so that a name is in several paths, and twice in an article.
paths = st.lists(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple), max_size=2, unique=True
)
names = st.lists(st.sampled_from(["编程", "Python 教程", "新媒体", "學習", "a"]), max_size=3, unique=True).map(tuple)
front_matter = st.fixed_dictionaries(
    {},
    optional={
        "Series": st.lists(st.sampled_from([*NAMES, "4"]), max_size=2),
        "rating": st.sampled_from(
            [4, 4.5, "-3", "2021-03-04", "2021-12-31 08:00", "四", [1, "2022-01-01"], None, True]
        ),
    },
)
ranges = st.sampled_from(["4", ">=4", "<4.5", "2021..2022", "2021-03..2021-03-04", "..", "4..", ">2021-03-04", "四"])
moments = st.none() | st.sampled_from(
    [
        datetime(2021, 11, 20, 8, tzinfo=ZONE),
        datetime(2021, 12, 31, 23, 59, 59, tzinfo=ZONE),
        datetime(1969, 5, 1, tzinfo=ZONE),
    ]
)


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    """Return articles, the ids of those that are deleted later, and articles that are added then, some with a deleted id."""
    category_paths = [tuple(draw(paths)) for _ in range(8)]
    articles = [
        Article(
            id=f"{number}.md",
            path=f"{number}.md",
            title=draw(text).replace("\n", " ") + draw(st.sampled_from(["", "", SUFFIX])),
            body=draw(bodies),
            date=draw(moments),
            author=draw(st.sampled_from(["", "甲", "甲、乙"])),
            headings=tuple(draw(st.lists(headings, max_size=2))),
            categories=tuple(dict.fromkeys(name for path in category_paths[number] for name in path)) or draw(names),
            category_paths=category_paths[number],
            tags=draw(names),
            extra=draw(front_matter) | ({"description": draw(text)} if draw(st.booleans()) else {}),
        )
        for number in range(draw(st.integers(1, 8)))
    ]
    cut = draw(st.integers(0, len(articles)))
    deleted = [article.id for article in articles[:cut] if draw(st.booleans())]
    changed = [
        replace(article, body=draw(bodies))
        for article in articles[:cut]
        if article.id in deleted and draw(st.booleans())
    ]
    return articles[:cut], deleted, [*articles[cut:], *changed]


queries = st.lists(
    st.sampled_from(
        [
            *WORDS,
            '"',
            "-",
            " ",
            " ",
            " OR ",
            "(",
            ")",
            "title:",
            "category:",
            "tag:",
            "author:",
            "series:",
            "rating:",
            ">=4",
            "2021..2022",
            "*",
            "date:2021",
            "甲",
            "编程",
            "学",
            "组",
            "版权",
            LONG[0][:2],
            "|",
            "NOT ",
        ]
    ),
    max_size=7,
).map("".join)
filters = st.builds(
    lambda category, paths, author, tag, series, rating, first, days: Filters(
        values={"category": (*category, *paths), "author": author, "tag": tag, "series": series, "rating": rating},
        first=first,
        last=first and first + timedelta(days=days),
    ),
    names,
    st.lists(st.sampled_from(["编程 >> 新媒体", ">> 编程", "编程 >> a > b", "> 编程", "无 > 处"]), max_size=1),
    st.lists(st.sampled_from(["甲", "丁"]), max_size=1, unique=True),
    names.map(lambda each: each[:1]),
    names.map(lambda each: each[1:2]),
    st.lists(ranges, max_size=2, unique=True),
    st.none() | st.sampled_from([date(2021, 11, 20), date(2021, 1, 1), date(1969, 1, 1)]),
    st.sampled_from([0, 29, 364]),
)


facets = st.one_of(
    st.just((*FACETS, *FRONT_MATTER, CATEGORY_TREE)),
    st.lists(st.sampled_from([*FACETS, *FRONT_MATTER, CATEGORY_TREE]), unique=True).map(tuple),
)


Search = tuple[str, Filters, str, int, tuple[str, ...], bool]


searches = st.lists(
    st.tuples(
        queries, filters, st.sampled_from(["relevance", "newest", "oldest"]), st.integers(1, 4), facets, st.booleans()
    ),
    min_size=5,
    max_size=10,
)


FEW = RelaxedMatching(max_candidates=3, max_hits=1)


def contract(engine_of: EngineOf, *, examples: int) -> type:
    """Return the tests of an engine, each with ``examples`` random archives."""
    with_settings = settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck], database=None
    )

    class Contract:
        @with_settings
        @given(
            archive=archives(),
            analyzer=st.sampled_from([PLAIN_ANALYZER, WORD_LISTS]),
            searches=searches,
            categories=st.sampled_from(["path", "flat"]),
            weights=st.sampled_from([WEIGHTS, OTHER_WEIGHTS]),
        )
        def test_it_gives_the_results_of_the_reference(
            self,
            archive: Archive,
            analyzer: QueryAnalyzer,
            searches: list[Search],
            categories: Categories,
            weights: Ranking,
        ) -> None:
            check(engine_of, archive, searches, analyzer, categories=categories, weights=weights)

        @with_settings
        @given(archive=archives(), searches=searches)
        def test_it_does_so_if_few_articles_are_scored_by_proximity_or_relaxed(
            self, archive: Archive, searches: list[Search]
        ) -> None:
            check(engine_of, archive, searches, PLAIN_ANALYZER, FEW, proximity_candidates=2)

    return Contract


def check(
    engine_of: EngineOf,
    archive: Archive,
    searches: list[Search],
    analyzer: QueryAnalyzer,
    relaxed: RelaxedMatching = RELAXED_MATCHING,
    proximity_candidates: int = PROXIMITY_CANDIDATES,
    categories: Categories = "flat",
    weights: Ranking = WEIGHTS,
) -> None:
    """Compare the results of the engine with those of the reference."""
    first, deleted, later = archive
    reference = ReferenceEngine(
        [*(each for each in first if each.id not in deleted), *later],
        weights,
        relaxed,
        proximity_candidates,
        BOILERPLATE,
        tree=categories == "path",
    )
    with engine_of(first, deleted, later, categories, weights, relaxed, proximity_candidates) as engine:
        for typed, filters, sort, page, facets, collapse in searches:
            planned = plan(parse(typed, today=TODAY, facets=FRONT_MATTER), analyzer)
            request = Request(
                plan=planned,
                filters=filters,
                sort=sort,
                min_full_matches=page,
                facets=facets,
                collapse=collapse,
            )
            results = engine.search(request)
            counts = engine.count(request)
            assert (counts.total, counts.full) == (results.total, results.full)
            assert comparable(results) == comparable(reference.search(request)), typed
            words = (WordClause(term.term, term.fields) for term in planned.ranking_terms if term.kind == "words")
            enough = Weighted(tuple((word, 1.0 + number / 2) for number, word in enumerate(words)), float(page))
            assert {hit.id for hit in engine.search(Request(plan=Plan(required=enough))).hits} == reference.match(
                enough
            )
            for hit in results.hits:
                article = reference.articles[hit.id]
                assert engine.article(hit.id) == article
                assert engine.without_boilerplate(article.body) == BOILERPLATE.split(article.body)[0]
        for article_id in reference.articles:
            clause = IdClause(article_id, with_near_duplicates=True)
            results = engine.search(Request(plan=Plan(required=clause)))
            assert {hit.id for hit in results.hits} == reference.match(clause)


def comparable(results: EngineResults) -> tuple[object, ...]:
    """Return all of the results in a form that can be compared: with approximate scores, and texts instead of functions."""
    hits = (
        [
            replace(hit, score=0.0, body=str, without_boilerplate=str, headings=tuple, extra=dict)
            for hit in results.hits
        ],
        [
            (
                hit.body(),
                tuple(hit.headings()),
                hit.extra(),
                hit.without_boilerplate(hit.body()),
                pytest.approx(hit.score, abs=1e-9),
            )
            for hit in results.hits
        ],
    )
    return results.total, results.collapsed, results.relaxed, results.facets, results.category_tree, hits
