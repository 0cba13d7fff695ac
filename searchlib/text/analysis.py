"""Analyse a field of an article into the terms that an engine indexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from searchlib.text.fold import FOLDS, fold
from searchlib.text.terms import bigram_term, term
from searchlib.text.tokens import words
from searchlib.text.units import units

ANALYSIS_VERSION = 1
"""Raised whenever the same text would give other terms."""

_TABLE_SAMPLE = range(0x3400, 0xA000)


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text as terms.

    ``words`` and ``units`` map a term to how often it occurs. ``bigrams`` maps the term of two neighbouring units to the
    ascending positions of the first; positions count units, and one is left free between two lines, so that units on
    both sides of a line's end are never neighbours. ``length`` is the number of units.
    """

    words: Mapping[str, int]
    units: Mapping[str, int]
    bigrams: Mapping[str, list[int]]
    length: int


def analyse(text: str) -> AnalysedText:
    """Fold a text and cut it into terms; lines are analysed apart."""
    word_counts: Counter[str] = Counter()
    unit_counts: Counter[str] = Counter()
    bigrams: dict[str, list[int]] = {}
    position = length = 0
    for line in fold(text).split("\n"):
        word_counts.update(term(word.text) for word in words(line, parts=True))
        run = units(line)
        unit_counts.update(map(term, run))
        for at, (first, second) in enumerate(pairwise(run), position):
            bigrams.setdefault(bigram_term(first, second), []).append(at)
        length += len(run)
        position += len(run) + 1
    return AnalysedText(word_counts, unit_counts, bigrams, length)


@cache
def analysis_record() -> Mapping[str, Any]:
    """What decides which terms a text gives; an index is searched only with the record that it was made with.

    rjieba and jieba cut alike, so that either can search what the other has built.
    """
    table = fold("".join(map(chr, _TABLE_SAMPLE)))
    return {
        "version": ANALYSIS_VERSION,
        "segmenter": "jieba, search mode, new words by HMM",
        "dictionary": "jieba's own",
        "fold": [step.__name__ for step in FOLDS],
        "characters": blake2b(table.encode(), digest_size=8).hexdigest(),
    }
