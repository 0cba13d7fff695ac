"""Read the terms of a segment, their statistics and their postings for Whoosh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchlib.engines.whoosh.codec.files import SegmentFiles, damage_reported
from searchlib.engines.whoosh.codec.matcher import PostingsMatcher
from searchlib.engines.whoosh.codec.postings import ArticlePostings, PositionPostings, Postings
from searchlib.engines.whoosh.codec.term_extras import length_bounds
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.segment import SegmentField
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary

_TERM_BATCH = 512
"""The number of terms that are read from a term dictionary together."""

Term = tuple[str, bytes]


class TermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the terms of a segment."""

    def __init__(self, files: SegmentFiles, block_size: int) -> None:
        self._files = files
        self._block_size = block_size
        self._fields = files.fields

    def __contains__(self, term: Term) -> bool:
        return self._number(*term) is not None

    def _number(self, fieldname: str, text: bytes) -> int | None:
        field = self._fields.get(fieldname)
        return None if field is None else field.terms.find(text)

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor | base.EmptyCursor:
        field = self._fields.get(fieldname)
        if field is None:
            return base.EmptyCursor()
        return FieldCursor(field.terms, fieldobj, lambda number: self._info(fieldname, number))

    def indexed_field_names(self) -> list[str]:
        return list(self._fields)

    def terms(self) -> Iterator[Term]:
        return ((name, text) for name, _, text in self._terms_from("", b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        return ((name, text) for name, _, text in self._terms_from(fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return (((name, text), self._info(name, number)) for name, number, text in self._terms_from("", b""))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return (((name, text), self._info(name, number)) for name, number, text in self._terms_from(fieldname, prefix))

    def _terms_from(self, first_field: str, first_term: bytes) -> Iterator[tuple[str, int, bytes]]:
        """Yield the field, number and text of each term from one term on, in order."""
        for name, field in self._fields.items():
            if name < first_field:
                continue
            begin = field.terms.lower_bound(first_term) if name == first_field and first_term else 0
            for first in range(begin, len(field.terms), _TERM_BATCH):
                end = min(first + _TERM_BATCH, len(field.terms))
                for number, text in enumerate(field.terms.terms(first, end), first):
                    yield name, number, text

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return self._info(fieldname, number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        number = self._number(fieldname, text)
        return 0 if number is None else self._info(fieldname, number).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        number = self._number(fieldname, text)
        return 0 if number is None else self._info(fieldname, number).doc_frequency()

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        postings = _postings(self._files, fieldname, number, format_)

        def lengths(ids: Integers) -> Integers:
            return _lengths_of(self._files.lengths(fieldname), ids)

        return PostingsMatcher(postings, format_, (fieldname, text), scorer, lengths, self._block_size)

    def _info(self, fieldname: str, number: int) -> LazyTermInfo:
        return LazyTermInfo(self._files, fieldname, number)

    def close(self) -> None:
        self._files.close()


def _postings(files: SegmentFiles, name: str, number: int, format_: Any) -> Postings:
    field = files.fields[name]
    with damage_reported(files.terms):
        if field.stride_bits is None:
            return ArticlePostings(*field.postings(number), files.extras[name].of(number), format_)
        return PositionPostings(field.positions(number), field.article_starts, field.stride_bits, format_)


def _lengths_of(lengths: Integers, ids: Integers) -> Integers:
    """Return the lengths of a field in articles, or 0 where they are unknown."""
    if not len(lengths):
        return np.zeros(len(ids), np.int64)
    return np.where(ids < len(lengths), lengths[np.minimum(ids, len(lengths) - 1)], 0)


class LazyTermInfo(TermInfo):  # type: ignore[misc]  # Whoosh has no types
    """The statistics of a term, each computed on demand."""

    def __init__(self, files: SegmentFiles, fieldname: str, number: int) -> None:
        self._files = files
        self._fieldname = fieldname
        self._number = number

    @property
    def _field(self) -> SegmentField:
        return self._files.fields[self._fieldname]

    @cached_property
    def _postings(self) -> Postings:
        return _postings(self._files, self._fieldname, self._number, None)

    @cached_property
    def _length_bounds(self) -> tuple[int, int]:
        """The least and the greatest length of the field in the articles of the term. Unknown lengths do not count."""
        bounds = length_bounds(self._files.terms, self._fieldname, self._number)
        if bounds is not None:
            return bounds
        lengths = _lengths_of(self._files.lengths(self._fieldname), self._postings.ids)
        lengths = lengths[lengths > 0]
        return (int(lengths.min()), int(lengths.max())) if len(lengths) else (0, 0)

    # Whoosh's ``min_id`` and ``max_id`` return these two attributes, and Whoosh sets them when it merges several segments.
    @cached_property
    def _minid(self) -> int:
        return int(self._postings.ids[0])

    @cached_property
    def _maxid(self) -> int:
        return int(self._postings.ids[-1])

    def weight(self) -> float:
        return float(self._postings.weights.sum())

    def doc_frequency(self) -> int:
        return len(self._postings.ids) if self._field.has_positions else self._field.list_size(self._number)

    def min_length(self) -> int:
        return self._length_bounds[0]

    def max_length(self) -> int:
        return self._length_bounds[1]

    def max_weight(self) -> float:
        return float(self._postings.weights.max(initial=0.0))


class FieldCursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """Iterates over the terms of a field, from the first one. After the last one, its text is None."""

    def __init__(self, terms: TermDictionary, fieldobj: Any, info: Callable[[int], TermInfo]) -> None:
        self._terms = terms
        self._fieldobj = fieldobj
        self._info = info
        self._at = 0
        self._batch_start = 0
        self._batch: list[bytes] = []

    def first(self) -> Any:
        self._at = 0
        return self.text()

    def find(self, term: Any) -> Any:
        self._at = self._terms.lower_bound(term if isinstance(term, bytes) else self._fieldobj.to_bytes(term))
        return self.text()

    def next(self) -> Any:
        self._at += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._term()) if self.is_valid() else None

    def _term(self) -> bytes:
        if not 0 <= self._at - self._batch_start < len(self._batch):
            self._batch_start = self._at
            self._batch = self._terms.terms(self._at, min(self._at + _TERM_BATCH, len(self._terms)))
        return self._batch[self._at - self._batch_start]

    def term_info(self) -> TermInfo | None:
        return self._info(self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._at < len(self._terms)
