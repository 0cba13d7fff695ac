"""Match the clauses of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np

from searchlib.engines.common.days import day_bounds
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.common.fields import text_field
from searchlib.engines.common.scoring import SCORE_TOLERANCE
from searchlib.engines.whoosh.format.fields import NO_MONTH
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers, union_of
from searchlib.engines.whoosh.search.doc_values import DocValues, Mask
from searchlib.engines.whoosh.search.near_duplicates import NearDuplicates
from searchlib.engines.whoosh.search.phrases import articles_with_phrase
from searchlib.engines.whoosh.search.value_units import ValueUnits
from searchlib.query.plan import (
    AllOf,
    AnyOf,
    Clause,
    Excluding,
    FirstMatching,
    IdClause,
    PhraseClause,
    ValueClause,
    Weighted,
    WordClause,
)
from searchlib.query.tree import DateRange, FieldRange


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches clauses in one open index, for one search, until its deadline. Days begin in ``zone``."""

    reader: IndexReader
    doc_values: DocValues
    near_duplicates: NearDuplicates
    zone: ZoneInfo
    deadline: Deadline

    def mask(self, clause: object, *, outside_boilerplate: bool = False) -> Mask:
        """Return the live articles that match a clause, or a query of Whoosh's; ``outside_boilerplate`` ignores boilerplate."""
        self.deadline.check()
        match clause:
            case AllOf(children):
                masks = (self.mask(child, outside_boilerplate=outside_boilerplate) for child in children)
                return reduce(np.logical_and, masks, self.doc_values.live)
            case AnyOf(children):
                masks = (self.mask(child, outside_boilerplate=outside_boilerplate) for child in children)
                return reduce(np.logical_or, masks, np.zeros(self.doc_values.size, bool))
            case Weighted(words, minimum):
                self.reader.read_words([(word.term, word.fields) for word, _ in words])
                weights = np.zeros(self.doc_values.size)
                for word, weight in words:
                    # Faster than to add masks, and the articles of a clause are distinct.
                    weights[self.articles(word)] += weight
                enough: Mask = self.doc_values.live & (weights >= minimum - SCORE_TOLERANCE)
                return enough
            case FirstMatching(children):
                for child in children:
                    if (mask := self.mask(child)).any():
                        return self.mask(child, outside_boilerplate=True) if outside_boilerplate else mask
                return np.zeros(self.doc_values.size, bool)
            case Excluding(child):
                return self.doc_values.live & ~self.mask(child)
            case DateRange(first, last):
                return self.days(first, last)
            case FieldRange(field, values):
                return self.doc_values.mask(self.doc_values.articles_in(field, values)) & self.doc_values.live
            case PhraseClause() if outside_boilerplate:
                return self.doc_values.mask(self._articles_outside_boilerplate(clause))
            case WordClause() | PhraseClause() | ValueClause() | IdClause():
                return self.doc_values.mask(self.articles(clause))
            case _:
                # Imported here: Whoosh imports slowly, and no typed query needs it.
                from searchlib.engines.whoosh.codec.whoosh_index import matching_articles

                return self.doc_values.mask(matching_articles(self.reader.folder, clause))

    def first_matching(self, clause: FirstMatching) -> Clause | None:
        """Return the first child that matches any article."""
        return next((child for child in clause.children if self.mask(child).any()), None)

    def articles(self, clause: WordClause | PhraseClause | ValueClause | IdClause) -> Integers:
        """Return int64[n]: the live articles that match a clause without children, ascending."""
        return self.reader.cache.get(clause, lambda: self._articles(clause))

    def _articles_outside_boilerplate(self, phrase: PhraseClause) -> Integers:
        return self.reader.cache.get(
            ("outside boilerplate", phrase), lambda: self._with_phrase(phrase, outside_boilerplate=True)
        )

    def _with_phrase(self, phrase: PhraseClause, *, outside_boilerplate: bool = False) -> Integers:
        self.deadline.check()
        parts = [
            articles_with_phrase(self.reader, field, phrase, outside_boilerplate=outside_boilerplate)
            for field in phrase.fields
        ]
        return union_of(parts, self.doc_values.size)

    def _articles(self, clause: WordClause | PhraseClause | ValueClause | IdClause) -> Integers:
        match clause:
            case WordClause(term, fields):
                parts = [self.reader.postings(text_field(field, "words"), term).articles for field in fields]
                return union_of(parts, self.doc_values.size)
            case PhraseClause():
                return self._with_phrase(clause)
            case ValueClause(field, phrase):
                values = self.doc_values.values(field)
                value_units = self.reader.cache.get(
                    ("value units", field), lambda: ValueUnits.of(values.values, self.deadline.check)
                )
                return values.articles_of(value_units.containing(phrase))
            case IdClause(article_id, with_near_duplicates):
                articles = self.reader.postings("id", article_id).articles
                if with_near_duplicates and len(articles):
                    return np.sort(self.near_duplicates.group(int(articles[0])))
                return articles

    def days(self, first: date | None, last: date | None) -> Mask:
        """Return the live articles from the first to the last day, both inclusive. Articles without a date do not match."""
        mask: Mask = self.doc_values.live & (self.doc_values.months != NO_MONTH)
        start, end = day_bounds(first, last, self.zone)
        if start is not None:
            mask &= self.doc_values.dates >= start
        if end is not None:
            mask &= self.doc_values.dates < end
        return mask
