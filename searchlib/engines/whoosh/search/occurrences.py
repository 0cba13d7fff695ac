"""Where runs of units occur: in which articles, and how often."""

from __future__ import annotations

from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, term
from searchlib.analysis.units import is_han
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.fields import BOILERPLATE_FIELD
from searchlib.engines.whoosh.format.index_reader import IndexReader, Postings
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, look_up, union


def articles_holding(
    reader: IndexReader, field: str, run: tuple[str, ...], *, prefix: bool, telling: bool = False
) -> Integers:
    """The articles that hold the units one after the other; with ``prefix`` the last is the beginning of one.

    With ``telling`` what stands in boilerplate does not count.
    """
    if prefix and not is_han(run[-1]):
        # Of a longer unit its term holds no more characters.
        return _holding(reader, field, [*map(term, run[:-1]), run[-1][:MAX_TERM_LENGTH]], prefix=True, telling=telling)
    return _holding(reader, field, [*map(term, run)], prefix=False, telling=telling)


def occurrences(reader: IndexReader, field: str, run: tuple[str, ...]) -> Postings:
    """The articles that hold a run outside boilerplate, with how often they do.

    One unit that is not Han counts as a word: so does iphone in iphone13.
    """
    if len(run) == 1:
        return reader.postings(text_field(field, "units" if is_han(run[0]) else "words"), term(run[0]))
    bigrams = text_field(field, "bigrams")
    begins = _begins(reader, bigrams, [*map(term, run)], prefix=False)
    return reader.postings_of_positions(bigrams, reader.outside_boilerplate(bigrams, begins))


def _holding(reader: IndexReader, field: str, run: list[str], *, prefix: bool, telling: bool) -> Integers:
    if len(run) == 1:
        find = reader.prefix_postings if prefix else reader.postings
        numbers = find(text_field(field, "units"), run[0]).numbers
        return union(numbers, find(BOILERPLATE_FIELD, run[0]).numbers) if field == "body" and not telling else numbers
    bigrams = text_field(field, "bigrams")
    if len(run) == 2 and not prefix:
        find = reader.postings_outside_boilerplate if telling else reader.postings
        return find(bigrams, bigram_of_terms(*run)).numbers
    begins = _begins(reader, bigrams, run, prefix=prefix)
    return reader.postings_of_positions(
        bigrams, reader.outside_boilerplate(bigrams, begins) if telling else begins
    ).numbers


def _begins(reader: IndexReader, bigrams: str, run: list[str], *, prefix: bool) -> Integers:
    """The places where a run of two units or more begins."""
    # Every second pair of neighbours covers the run; places skip one between lines, so that none is crossed.
    offsets = [*range(0, len(run) - 2, 2), len(run) - 2]
    found = []
    for offset in offsets:
        find_places = reader.prefix_positions if prefix and offset == offsets[-1] else reader.positions
        found.append((offset, find_places(bigrams, bigram_of_terms(run[offset], run[offset + 1]))))
        if not len(found[-1][1]):
            return NO_INTEGERS
    (offset, places), *others = sorted(found, key=lambda each: len(each[1]))
    begins: Integers = places - offset
    for offset, places in others:
        if not len(begins):
            break
        begins = begins[look_up(begins + offset, places)[1]]
    return begins
