"""Find phrases, sequences of adjacent units: the articles that contain them, and their frequencies."""

from __future__ import annotations

from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, bigram_offsets, term
from searchlib.analysis.units import is_han
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD
from searchlib.engines.whoosh.format.index_reader import IndexReader, Postings
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, intersect_shifted, union


def articles_with_phrase(
    reader: IndexReader, field: str, phrase: tuple[str, ...], *, prefix: bool, outside_boilerplate: bool = False
) -> Integers:
    """Return the articles that contain the phrase; with ``prefix``, its last unit is a prefix of a unit.

    With ``outside_boilerplate``, phrases in boilerplate do not count.
    """
    terms = [*map(term, phrase)]
    if prefix and not is_han(phrase[-1]):
        # Terms of longer units are cut off.
        terms[-1] = phrase[-1][:MAX_TERM_LENGTH]
    else:
        prefix = False
    if len(terms) == 1:
        find = reader.prefix_postings if prefix else reader.postings
        articles = find(text_field(field, "units"), terms[0]).articles
        if field == "body" and not outside_boilerplate:
            return union(articles, find(BOILERPLATE_FIELD, terms[0]).articles)
        return articles
    bigrams = text_field(field, "bigrams")
    if len(terms) == 2 and not prefix:
        find = reader.postings_outside_boilerplate if outside_boilerplate else reader.postings
        return find(bigrams, bigram_of_terms(*terms)).articles
    starts = _starts(reader, bigrams, terms, prefix=prefix)
    if outside_boilerplate:
        starts = reader.outside_boilerplate(bigrams, starts)
    return reader.postings_of_positions(bigrams, starts).articles


def phrase_postings(reader: IndexReader, field: str, phrase: tuple[str, ...]) -> Postings:
    """Return the articles that contain the phrase outside boilerplate, with its frequency in each.

    A phrase of one unit that is not Han counts as a word, so that iphone also occurs in iphone13.
    """
    if len(phrase) == 1:
        return reader.postings(text_field(field, "units" if is_han(phrase[0]) else "words"), term(phrase[0]))
    bigrams = text_field(field, "bigrams")
    starts = _starts(reader, bigrams, [*map(term, phrase)], prefix=False)
    return reader.postings_of_positions(bigrams, reader.outside_boilerplate(bigrams, starts))


def _starts(reader: IndexReader, bigrams: str, terms: list[str], *, prefix: bool) -> Integers:
    """Return the positions at which a phrase of two or more terms starts, ascending."""
    # Lines are a position apart, so that no bigram crosses them.
    offsets = bigram_offsets(len(terms))
    bigram_positions: list[tuple[int, Integers]] = []
    for offset in offsets:
        find = reader.prefix_positions if prefix and offset == offsets[-1] else reader.positions
        positions = find(bigrams, bigram_of_terms(terms[offset], terms[offset + 1]))
        if not len(positions):
            return NO_INTEGERS
        bigram_positions.append((offset, positions))
    return intersect_shifted(bigram_positions)
