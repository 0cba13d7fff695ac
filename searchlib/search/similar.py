"""Find similar articles: those that share the significant terms of an article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest

from searchlib.analysis.bulk import word_texts
from searchlib.analysis.common_words import share_of_articles
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import term
from searchlib.analysis.units import units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import NUMERALS
from searchlib.engines.base import Engine, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.models import Article
from searchlib.query.plan import AllOf, Excluding, IdClause, Plan, RankingTerm, Weighted, WordClause

MAX_TERMS = 25
"""The maximum number of significant terms of an article."""

MAX_CHARACTERS = 50_000
"""Maximum characters of the body that are read: the beginning of an article shows its subject."""

MAX_CANDIDATES = 100
"""The maximum number of words whose frequency in the archive is looked up: those that are rarest in the language."""

_TITLE_WEIGHT = 3
"""The weight of a word in the title, relative to the body."""

_MIN_ARTICLES = 2
"""A word must occur in at least this many articles, because a word of a single article leads to no other."""

_OTHER_ARTICLES = 1_000
"""The number of assumed articles that are counted with those of the archive. In them, words are as common as in their language.
In a small archive alone, 今天 can be as rare as 发酵; in a large archive, the assumed articles make no difference."""

_COMMON_SHARE = 0.05
"""A word that at least this share of articles contain is no evidence that two articles are similar."""

_MIN_EVIDENCE = 5.0
"""The minimum evidence of the words that a similar article shares (``_evidence``): about two rare words, or one that the article
repeats."""

_NUMERALS = f"0-9{NUMERALS}第几半多"
_NUMBER = lazy_pattern(f"[{_NUMERALS}](?:[{_NUMERALS}个分年月日天次点秒岁号位条张篇]|分之|分钟|小时|星期)*")
"""A number or an amount of time, which says little about the subject: 2021, 三十, 二十分钟, 三分之一."""


def similar_request(
    article: Article, engine: Engine, articles: int, dictionary: Dictionary | None, size: int, deadline: Deadline
) -> Request:
    """Return the request for the articles similar to one, without itself and its near duplicates."""
    content = engine.without_boilerplate(article.body[:MAX_CHARACTERS])
    terms = significant_terms(article.title, content, lambda words: _frequencies(engine, words), articles, dictionary)
    itself = IdClause(article.id, with_near_duplicates=True)
    # The posting lists of common words are the longest.
    rare = {each: evidence for each, evidence in terms.items() if evidence}
    shared = tuple((WordClause(each), evidence) for each, evidence in rare.items())
    plan = Plan(
        required=AllOf((Weighted(shared, _MIN_EVIDENCE), Excluding(itself))),
        ranking_terms=tuple(RankingTerm("words", each) for each in rare),
    )
    return Request(plan=plan, limit=size, facets=(), collapse=True, deadline=deadline)


def _frequencies(engine: Engine, words: Iterable[str]) -> Mapping[str, int]:
    """Return the number of articles with each word. Most words are in bodies, so that few look-ups in other fields remain."""
    in_bodies = engine.field_frequencies("body", words)
    rare = [word for word, holding in in_bodies.items() if holding < _MIN_ARTICLES]
    return {**in_bodies, **engine.frequencies(rare)}


def significant_terms(
    title: str,
    body: str,
    frequencies: Callable[[Iterable[str]], Mapping[str, int]],
    articles: int,
    dictionary: Dictionary | None = None,
) -> dict[str, float]:
    """Return the word terms of an article with the highest tf·idf, the best first, each with its evidence.

    ``articles`` is the size of the archive. The evidence is how strongly the term indicates that another article has the same
    subject: 0 for a common word. Words of one unit and numbers are left out, because they say little about the subject.
    """
    counts = Counter(map(term, word_texts(fold(body), dictionary)))
    for word in map(term, word_texts(fold(title), dictionary)):
        counts[word] += _TITLE_WEIGHT
    shares = {
        word: share_of_articles(word)
        for word in counts
        if len(word) > 1 and not _NUMBER.fullmatch(word) and units(word)
    }
    candidates = nlargest(
        MAX_CANDIDATES, shares, key=lambda word: _weight(counts[word], shares[word] + 1 / _OTHER_ARTICLES)
    )
    holding = frequencies(candidates)
    shares = {
        word: (holding[word] + _OTHER_ARTICLES * shares[word]) / (articles + _OTHER_ARTICLES)
        for word in candidates
        if holding[word] >= _MIN_ARTICLES
    }
    terms = sorted(shares, key=lambda word: (-_weight(counts[word], shares[word]), word))[:MAX_TERMS]
    return {word: _evidence(counts[word], shares[word]) for word in terms}


def _weight(count: int, share: float) -> float:
    return (1 + math.log(count)) * math.log1p(1 / share)


def _evidence(count: int, share: float) -> float:
    return (1 + math.log(count)) * max(math.log(_COMMON_SHARE / share), 0.0)
