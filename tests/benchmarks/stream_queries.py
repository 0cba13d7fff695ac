"""Draw a stream of different queries from the articles of an index, in the mixture that people type."""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pypinyin import lazy_pinyin

import searchlib
from searchlib.analysis.fold import fold
from searchlib.analysis.stop_words import FUNCTION_WORDS
from tests.benchmarks.cut import words

DRAWN_FROM = 4_000
"""Queries are drawn from so many random articles."""

MIXTURE: Mapping[str, int] = {
    "word": 30,
    "two words": 25,
    "three words": 10,
    "phrase": 5,
    "question": 12,
    "prefix": 6,
    "pinyin": 12,
}
"""The weight of each kind of query. A kind that many articles have no text for, such as a Latin prefix, has a lower share."""

_FILTERED = 0.2
"""The share of queries with a filter: a category or a year, one as often as the other."""

_MAX_TRIES = 200
"""Tries in a row that give no new query before a stream ends: few articles have few different queries."""

_WORD = re.compile("[\u4e00-\u9fd5]{2,5}|[a-z][a-z0-9]{2,}")
_HAN_WORD = re.compile("[\u4e00-\u9fd5]{2,4}")
_RUN = re.compile("[\u4e00-\u9fd5]{4,}")
_LATIN = re.compile("[a-z]{4,}")
_QUESTIONS = ("{}是什么", "什么是{}", "如何{}", "怎么{}", "为什么{}", "{}有哪些", "{}怎么样？")


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """One query: its ``text`` as typed, the ``parts`` that engines of words search, and at most one filter."""

    kind: str
    text: str
    parts: tuple[str, ...]
    category: str = ""
    year: str = ""


def draw(index: searchlib.Index, count: int, seed: int) -> list[TypedQuery]:
    """Return ``count`` different queries, the same ones for the same articles and seed, or fewer if there are no more."""
    chosen = random.Random(seed)
    articles = _sample(index, chosen)
    kinds = [kind for kind, share in MIXTURE.items() for _ in range(share)]
    queries: dict[str, TypedQuery] = {}
    tries = 0
    while len(queries) < count and tries < _MAX_TRIES:
        tries += 1
        article = chosen.choice(articles)
        kind = chosen.choice(kinds)
        drawn = _DRAWS[kind](chosen, article)
        if drawn is None or drawn[0] in queries:
            continue
        tries = 0
        category = year = ""
        if chosen.random() < _FILTERED:
            if chosen.random() < 1 / 2 and article.categories:
                category = article.categories[0]
            elif article.date:
                year = f"{article.date.year:04d}"
        queries[drawn[0]] = TypedQuery(kind, *drawn, category=category, year=year)
    # pypinyin has 200,000 objects, which no process that only searches has. Garbage collections leave them out.
    gc.freeze()
    return list(queries.values())


def _sample(index: searchlib.Index, chosen: random.Random) -> Sequence[searchlib.Article]:
    """Return a random sample of all articles (reservoir sampling), so that only the sample is held in memory."""
    articles: Iterator[searchlib.Article] = index._current().engine.articles()
    sample = list(islice(articles, DRAWN_FROM))
    for number, article in enumerate(articles, len(sample) + 1):
        at = chosen.randrange(number)
        if at < DRAWN_FROM:
            sample[at] = article
    return sample


_Drawn = tuple[str, tuple[str, ...]] | None


def _words(count: int) -> Callable[[random.Random, searchlib.Article], _Drawn]:
    def drawn(chosen: random.Random, article: searchlib.Article) -> _Drawn:
        # Most words that people type are those of titles.
        text = article.title if chosen.random() < 1 / 2 else article.body
        found = [word for word in dict.fromkeys(words(fold(text))) if _WORD.fullmatch(word)]
        found = [word for word in found if word not in FUNCTION_WORDS]
        if len(found) < count:
            return None
        picked = tuple(chosen.sample(found, count))
        return " ".join(picked), picked

    return drawn


def _phrase(chosen: random.Random, article: searchlib.Article) -> _Drawn:
    run = _stretch(chosen, article.body, 4, 8)
    return (f'"{run}"', (run,)) if run else None


def _question(chosen: random.Random, article: searchlib.Article) -> _Drawn:
    run = _stretch(chosen, article.title, 4, 12)
    if not run:
        return None
    text = chosen.choice(_QUESTIONS).format(run)
    return text, (text,)


def _prefix(chosen: random.Random, article: searchlib.Article) -> _Drawn:
    found = _LATIN.findall(fold(f"{article.title}\n{article.body}"))
    if not found:
        return None
    prefix = chosen.choice(found)[: chosen.randint(3, 5)]
    return f"{prefix}*", (prefix,)


def _pinyin(chosen: random.Random, article: searchlib.Article) -> _Drawn:
    found = [word for word in words(fold(article.title)) if _HAN_WORD.fullmatch(word)]
    if not found:
        return None
    spelled = "".join(lazy_pinyin(chosen.choice(found), v_to_u=False))
    return spelled, (spelled,)


def _stretch(chosen: random.Random, text: str, least: int, most: int) -> str:
    """Return a random stretch of a run of Han characters in a text; "" without such a run."""
    runs = [run for run in _RUN.findall(text) if len(run) >= least]
    if not runs:
        return ""
    run: str = chosen.choice(runs)
    length = chosen.randint(least, min(most, len(run)))
    start = chosen.randint(0, len(run) - length)
    return run[start : start + length]


_DRAWS: Mapping[str, Callable[[random.Random, searchlib.Article], _Drawn]] = {
    "word": _words(1),
    "two words": _words(2),
    "three words": _words(3),
    "phrase": _phrase,
    "question": _question,
    "prefix": _prefix,
    "pinyin": _pinyin,
}
