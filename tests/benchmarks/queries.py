"""Draw queries from the articles' own words and lines, the same ones every time."""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import searchlib
from searchlib.analysis.fold import fold
from searchlib.analysis.stop_words import FUNCTION_WORDS
from tests.benchmarks.articles import Article
from tests.benchmarks.cut import words

Kind = Literal["one", "and", "or", "phrase", "question"]
WORD_KINDS: tuple[Kind, ...] = ("one", "and", "or")
KINDS: tuple[Kind, ...] = (*WORD_KINDS, "phrase", "question")

DRAWN_FROM = 2_000
"""Queries are drawn from the first so many articles, so that runs of all sizes ask the same."""
OF_EACH = 40
QUESTIONS = 300
IN_COMMON = 10
"""Articles that hold both words of an AND: with fewer, searchlib would add those that hold one of them."""

_MOST_FREQUENT = 0.3
_NEAR = 12
_WORD = re.compile("[\u4e00-\u9fd5]{2,4}")
_RUN = re.compile("[\u4e00-\u9fd5]{4,}")
_LONGEST_PHRASE = 8


@dataclass(frozen=True, slots=True)
class Query:
    """One query: the words of one, and, or; the text of phrase and question."""

    kind: Kind
    parts: tuple[str, ...]


def draw(articles: Sequence[Article]) -> list[Query]:
    """Return forty queries of each kind but questions. Words are spread evenly over a logarithmic scale of frequencies."""
    chosen = random.Random("queries")
    vocabulary = _Vocabulary(articles, chosen)
    scale = [at / (OF_EACH - 1) for at in range(OF_EACH)]
    queries = [Query("one", (vocabulary.word(at),)) for at in scale]
    queries += [Query("and", vocabulary.pair(at)) for at in scale]
    queries += [Query("or", tuple(vocabulary.word((at + shift) % 1) for shift in (0, 1 / 3, 2 / 3))) for at in scale]
    return queries + [Query("phrase", (text,)) for text in _phrases(articles, chosen)]


def read_questions(file: Path) -> list[Query]:
    """Return the first questions of a relevance set, as typed."""
    with file.open(encoding="utf-8") as lines:
        return [
            Query("question", (json.loads(line)["text"],)) for line, _ in zip(lines, range(QUESTIONS), strict=False)
        ]


class _Vocabulary:
    """The words of the articles by the number of articles that hold them; none is drawn twice where that can be."""

    def __init__(self, articles: Iterable[Article], chosen: random.Random) -> None:
        self._chosen = chosen
        self._words_of: list[list[str]] = []
        self._holders: dict[str, set[int]] = {}
        for number, article in enumerate(articles):
            found = sorted({word for word in words(fold(f"{article.title}\n{article.body}")) if _WORD.fullmatch(word)})
            self._words_of.append(found)
            for word in found:
                self._holders.setdefault(word, set()).add(number)
        self._sorted = sorted((len(holders), word) for word, holders in self._holders.items())
        self._drawn: set[str] = set()

    def word(self, at: float) -> str:
        """Return a word that was not drawn before. ``at`` is its frequency: two articles at 0, a third of all at 1."""
        word = next(word for word in self._near(at, least=2) if word not in self._drawn)
        self._drawn.add(word)
        return word

    def pair(self, at: float) -> tuple[str, str]:
        """Return two words that enough articles contain together. ``at`` is the frequency of the first word on this scale."""
        for first in self._near(at, least=2 * IN_COMMON):
            for number in self._chosen.sample(sorted(self._holders[first]), IN_COMMON):
                second = self._chosen.choice(self._words_of[number])
                common = self._holders[first] & self._holders[second]
                if first not in second and second not in first and len(common) >= IN_COMMON and _is_one_word(second):
                    return first, second
        raise ValueError("the articles have too few words in common to draw queries from")

    def _near(self, at: float, *, least: int) -> Iterator[str]:
        """Yield the words of about the frequency ``at``, nearest first: ``least`` articles at 0, a third of all at 1."""
        most = len(self._words_of) * _MOST_FREQUENT
        place = bisect_left(self._sorted, (round(least * (most / least) ** at), ""))
        seen: set[str] = set()
        for reach in range(_NEAR, len(self._sorted) + _NEAR, _NEAR):
            near = self._sorted[max(0, place - reach) : place + reach]
            self._chosen.shuffle(near)
            for held, word in near:
                if held >= least and word not in seen and _is_one_word(word):
                    yield word
                seen.add(word)


def _is_one_word(word: str) -> bool:
    """Whether searchlib takes the word for one as well, and for one that narrows a query."""
    whole = any((token.start, token.end) == (0, len(word)) for token in searchlib.tokenize(word))
    return whole and word not in FUNCTION_WORDS


def _phrases(articles: Sequence[Article], chosen: random.Random) -> list[str]:
    """Runs of four to eight Han characters, as they stand in lines of the articles."""
    phrases: set[str] = set()
    while len(phrases) < OF_EACH:
        runs = _RUN.findall(chosen.choice(articles).body)
        if runs:
            run = chosen.choice(runs)
            length = chosen.randint(4, min(_LONGEST_PHRASE, len(run)))
            start = chosen.randint(0, len(run) - length)
            phrases.add(run[start : start + length])
    return sorted(phrases)
