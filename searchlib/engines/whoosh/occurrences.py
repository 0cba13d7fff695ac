"""Where runs of units occur: in which articles, and how often."""

from __future__ import annotations

import numpy as np

from searchlib.engines.whoosh.fields import text_field
from searchlib.engines.whoosh.reader import NO_POSTINGS, IndexReader, Numbers, Postings
from searchlib.text.terms import LONGEST, bigram_of_terms, term
from searchlib.text.units import is_han


def articles_holding(reader: IndexReader, field: str, run: tuple[str, ...], *, prefix: bool) -> Numbers:
    """The articles that hold the units one after the other; with ``prefix`` the last is the beginning of one."""
    if prefix and not is_han(run[-1]):
        # Of a longer unit its term holds no more characters.
        return _postings(reader, field, [*map(term, run[:-1]), run[-1][:LONGEST]], prefix=True).numbers
    return _postings(reader, field, [*map(term, run)], prefix=False).numbers


def occurrences(reader: IndexReader, field: str, run: tuple[str, ...]) -> Postings:
    """The articles that hold a run, with how often they do.

    One unit that is not Han counts as a word: so does iphone in iphone13.
    """
    if len(run) == 1 and not is_han(run[0]):
        return reader.postings(text_field(field, "words"), term(run[0]))
    return _postings(reader, field, [*map(term, run)], prefix=False)


def _postings(reader: IndexReader, field: str, run: list[str], *, prefix: bool) -> Postings:
    units_field, bigrams = text_field(field, "units"), text_field(field, "bigrams")
    if len(run) == 1:
        return (reader.prefix_postings if prefix else reader.postings)(units_field, run[0])
    if len(run) == 2 and not prefix:
        return reader.postings(bigrams, bigram_of_terms(*run))
    # Every second pair of neighbours covers the run; places skip one between lines, so that none is crossed.
    offsets = [*range(0, len(run) - 2, 2), len(run) - 2]
    found = []
    for offset in offsets:
        find_places = reader.prefix_places if prefix and offset == offsets[-1] else reader.places
        found.append((offset, find_places(bigrams, bigram_of_terms(run[offset], run[offset + 1]))))
        if not len(found[-1][1]):
            return NO_POSTINGS
    (offset, places), *others = sorted(found, key=lambda each: len(each[1]))
    begins = places - offset
    for offset, places in others:
        if not len(begins):
            break
        wanted = begins + offset
        at = np.minimum(places.searchsorted(wanted), len(places) - 1)
        begins = begins[places[at] == wanted]
    return reader.postings_of_places(bigrams, begins)
