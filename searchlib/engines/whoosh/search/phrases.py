"""Find phrases, and the gaps between words, by the positions of units and bigrams."""

from __future__ import annotations

import numpy as np

from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, bigram_offsets, bigram_term, term
from searchlib.analysis.units import is_han, units
from searchlib.engines.common.fields import text_field
from searchlib.engines.common.scoring import NO_GAP, word_gaps
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD
from searchlib.engines.whoosh.format.index_reader import IndexReader, Postings
from searchlib.engines.whoosh.format.integers import (
    NO_INTEGERS,
    Integers,
    expand_ranges,
    intersect_shifted,
    look_up,
    run_starts,
    union,
)
from searchlib.query.plan import PhraseClause


def articles_with_phrase(
    reader: IndexReader, field: str, clause: PhraseClause, *, outside_boilerplate: bool
) -> Integers:
    """Return the articles with the phrase of a clause in a field; ``outside_boilerplate`` ignores boilerplate."""
    phrase = clause.units
    terms = [*map(term, phrase)]
    prefix = clause.prefix and not is_han(phrase[-1])
    if prefix:
        # Terms of longer units are cut off.
        terms[-1] = phrase[-1][:MAX_TERM_LENGTH]
    if len(terms) == 1:
        find = reader.prefix_postings if prefix else reader.postings
        articles = find(text_field(field, "units"), terms[0]).articles
        if field == "body" and not outside_boilerplate:
            return union(articles, find(BOILERPLATE_FIELD, terms[0]).articles)
        return articles
    bigrams = text_field(field, "bigrams")
    if len(terms) == 2 and not prefix and clause.unbroken:
        find = reader.postings_outside_boilerplate if outside_boilerplate else reader.postings
        return find(bigrams, bigram_of_terms(*terms)).articles
    starts = _starts(reader, bigrams, terms, prefix=prefix, unbroken=clause.unbroken)
    if outside_boilerplate:
        starts = reader.outside_boilerplate(bigrams, starts)
    return reader.postings_of_positions(bigrams, starts).articles


def phrase_postings(reader: IndexReader, field: str, phrase: tuple[str, ...]) -> Postings:
    """Return the articles that contain the phrase, unbroken and outside boilerplate, with its frequency in each.

    A phrase of one unit that is not Han counts as a word, so that iphone also occurs in iphone13.
    """
    if len(phrase) == 1:
        return reader.postings(text_field(field, "units" if is_han(phrase[0]) else "words"), term(phrase[0]))
    bigrams = text_field(field, "bigrams")
    starts = _starts(reader, bigrams, [*map(term, phrase)], prefix=False, unbroken=True)
    return reader.content_postings(bigrams, starts)


def _starts(reader: IndexReader, bigrams: str, terms: list[str], *, prefix: bool, unbroken: bool) -> Integers:
    """Return the positions at which a phrase of two or more terms starts, ascending."""
    # A position between lines is free, so no phrase crosses them. Punctuation shows only in the bigram of the units around it.
    offsets = [*range(len(terms) - 1)] if unbroken else bigram_offsets(len(terms))
    bigram_positions: list[tuple[int, Integers]] = []
    for offset in offsets:
        find = reader.prefix_positions if prefix and offset == offsets[-1] else reader.positions
        positions = find(bigrams, bigram_of_terms(terms[offset], terms[offset + 1]))
        if not unbroken:
            broken = find(bigrams, bigram_of_terms(terms[offset], terms[offset + 1], is_broken=True))
            positions = union(positions, broken)
        if not len(positions):
            return NO_INTEGERS
        bigram_positions.append((offset, positions))
    return intersect_shifted(bigram_positions)


class WordGaps:
    """The gaps between unbroken words in the bodies of some articles, ``articles`` int64[n], ascending.

    Positions are looked up in the ranges of these articles only, which are a small part of those of a frequent word.
    """

    def __init__(self, reader: IndexReader, articles: Integers) -> None:
        self._reader = reader
        self._field = text_field("body", "bigrams")
        self._starts, self._ends = reader.position_bounds(self._field, articles)
        self._occurrences: dict[str, tuple[Integers, Integers]] = {}

    def between(self, first: str, second: str) -> Integers:
        """Return int64[n]: the fewest units between the two words, in either order, or ``NO_GAP``."""
        (of_first, _), (of_second, owners) = self._find(first), self._find(second)
        lengths = len(units(first)), len(units(second))
        return word_gaps(of_first, of_second, owners, self._starts, self._ends, lengths)

    def before(self, word: str) -> Integers:
        """Return int64[n]: the units before the first occurrence of the word, or ``NO_GAP``."""
        positions, owners = self._find(word)
        offsets = np.full(len(self._starts), NO_GAP)
        # Positions ascend, so the first of an article is where the owner changes.
        first = run_starts(owners)
        owners = owners[first]
        offsets[owners] = positions[first] - self._starts[owners]
        return offsets

    def _find(self, word: str) -> tuple[Integers, Integers]:
        """Return the positions of a word of two or more units, ascending, and the index of the article of each."""
        if word not in self._occurrences:
            word_units = units(word)
            positions, owners = self._bigram_positions(word_units[0], word_units[1])
            for offset in range(1, len(word_units) - 1):
                others, _ = self._bigram_positions(word_units[offset], word_units[offset + 1])
                continues = look_up(positions + offset, others)[1] if len(others) else np.zeros(len(positions), bool)
                positions, owners = positions[continues], owners[continues]
            self._occurrences[word] = positions, owners
        return self._occurrences[word]

    def _bigram_positions(self, first: str, second: str) -> tuple[Integers, Integers]:
        """Return the positions of a bigram in the articles, and the index of the article of each."""
        positions = self._reader.positions(self._field, bigram_term(first, second))
        starts = positions.searchsorted(self._starts)
        sizes = positions.searchsorted(self._ends) - starts
        return positions[expand_ranges(starts, sizes)], np.repeat(np.arange(len(sizes)), sizes)
