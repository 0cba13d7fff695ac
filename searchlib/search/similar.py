"""Find similar articles: those that share the significant terms of an article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from itertools import islice

from searchlib.analysis.bulk import word_texts
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.terms import term
from searchlib.analysis.units import units
from searchlib.engines.base import Engine, Request
from searchlib.engines.common.deadline import Deadline
from searchlib.models import Article
from searchlib.query.plan import AllOf, AnyOf, Excluding, IdClause, Plan, RankingTerm, WordClause

MAX_TERMS = 25
"""The maximum number of significant terms of an article."""

MAX_CHARACTERS = 50_000
"""Maximum characters of the body that are read: the beginning tells the subject of an article."""

MAX_CANDIDATES = 2_000
"""Maximum number of words whose frequency is looked up; the most frequent ones of the article are taken."""

_LOOKED_UP_FIRST = 50
"""Words whose frequency is looked up first, then twice as many, and so on. Most articles need a part of their words."""

_TITLE_WEIGHT = 3
"""The weight of a word in the title, relative to the body."""

_MIN_ARTICLES = 2
"""A word must occur in at least this many articles, because a word of a single article leads to no other."""


def similar_request(
    article: Article, engine: Engine, articles: int, dictionary: Dictionary | None, size: int, deadline: Deadline
) -> Request:
    """Return the request for the articles similar to one, without itself and its near duplicates."""
    content = engine.without_boilerplate(article.body[:MAX_CHARACTERS])
    terms = significant_terms(article.title, content, engine.frequencies, articles, dictionary)
    itself = IdClause(article.id, with_near_duplicates=True)
    plan = Plan(
        required=AllOf((AnyOf(tuple(map(WordClause, terms))), Excluding(itself))),
        ranking_terms=tuple(RankingTerm("words", each) for each in terms),
    )
    return Request(plan=plan, limit=size, facets=(), collapse=True, deadline=deadline)


def significant_terms(
    title: str,
    body: str,
    frequencies: Callable[[Iterable[str]], Mapping[str, int]],
    articles: int,
    dictionary: Dictionary | None = None,
) -> list[str]:
    """Return the word terms of an article with the highest tf·idf, the best first; ``articles`` is the size of the archive.

    Words of one unit and numbers are left out, because they say little about the subject.
    """
    counts = Counter(map(term, word_texts(fold(body), dictionary)))
    for word in map(term, word_texts(fold(title), dictionary)):
        counts[word] += _TITLE_WEIGHT
    # Equally frequent words keep the order of the text.
    words = (word for word, _ in counts.most_common())
    candidates = list(
        islice((word for word in words if len(word) > 1 and not word.isdecimal() and units(word)), MAX_CANDIDATES)
    )
    weights: dict[str, float] = {}
    best: list[float] = []
    done, at_once = 0, _LOOKED_UP_FIRST
    while some := candidates[done : done + at_once]:
        # The words that follow are no more frequent, so that even the rarest of them has no greater weight.
        if len(best) == MAX_TERMS and best[0] > _weight(counts[some[0]], _MIN_ARTICLES, articles):
            break
        holding = frequencies(some)
        weights |= {
            word: _weight(counts[word], holding[word], articles) for word in some if holding[word] >= _MIN_ARTICLES
        }
        best = nlargest(MAX_TERMS, weights.values())[::-1]
        done, at_once = done + at_once, 2 * at_once
    return sorted(weights, key=lambda word: (-weights[word], word))[:MAX_TERMS]


def _weight(count: int, holding: int, articles: int) -> float:
    return (1 + math.log(count)) * math.log(1 + articles / holding)
