"""Read the terms of a segment for Whoosh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchlib.engines.whoosh.codec.files import SegmentFiles, reading
from searchlib.engines.whoosh.codec.length_bounds import length_bounds
from searchlib.engines.whoosh.codec.matcher import PostingsMatcher
from searchlib.engines.whoosh.codec.postings import ListedPostings, PlacedPostings, Postings
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.segment import SegmentField
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary

_AT_A_TIME = 512

Term = tuple[str, bytes]


class TermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """The terms of a segment, and the postings of each."""

    def __init__(self, files: SegmentFiles, block: int) -> None:
        self._files = files
        self._block = block
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
        return ((name, text) for name, _, text in self._all("", b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        return ((name, text) for name, _, text in self._all(fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return (((name, text), self._info(name, number)) for name, number, text in self._all("", b""))

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return (((name, text), self._info(name, number)) for name, number, text in self._all(fieldname, prefix))

    def _all(self, first_field: str, first_term: bytes) -> Iterator[tuple[str, int, bytes]]:
        """The fields, numbers and texts of all terms from one on, in their order."""
        for name, field in self._fields.items():
            if name < first_field:
                continue
            begin = field.terms.lower_bound(first_term) if name == first_field and first_term else 0
            for first in range(begin, len(field.terms), _AT_A_TIME):
                end = min(first + _AT_A_TIME, len(field.terms))
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
        lengths = self._files.lengths
        return PostingsMatcher(
            postings, format_, (fieldname, text), scorer, lambda ids: _of(lengths(fieldname), ids), self._block
        )

    def _info(self, fieldname: str, number: int) -> LazyTermInfo:
        return LazyTermInfo(self._files, fieldname, number)

    def close(self) -> None:
        self._files.close()


def _postings(files: SegmentFiles, name: str, number: int, format_: Any) -> Postings:
    field = files.fields[name]
    with reading(files.terms):
        if field.stride_bits is None:
            return ListedPostings(*field.postings(number), files.extras[name].of(number), format_)
        return PlacedPostings(field.positions(number), field.article_starts, field.stride_bits, format_)


def _of(lengths: Integers | None, ids: Integers) -> Integers:
    """The lengths of these articles, and 0 for those of which nothing is known."""
    if lengths is None:
        return np.zeros(len(ids), np.int64)
    return (
        np.where(ids < len(lengths), lengths[np.minimum(ids, len(lengths) - 1)], 0)
        if len(lengths)
        else np.zeros_like(ids)
    )


class LazyTermInfo(TermInfo):  # type: ignore[misc]  # Whoosh has no types
    """The statistics of one term, each computed when it is asked for."""

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
    def _bounds(self) -> tuple[int, int]:
        """The least and the greatest length of the field in the articles of the term, those without a length left out."""
        bounds = length_bounds(self._files.terms, self._fieldname, self._number)
        if bounds is not None:
            return bounds
        lengths = _of(self._files.lengths(self._fieldname), self._postings.ids)
        lengths = lengths[lengths > 0]
        return (int(lengths.min()), int(lengths.max())) if len(lengths) else (0, 0)

    # Whoosh reads these two, and writes to them, where it joins the terms of several segments.
    @cached_property
    def _minid(self) -> int:
        return int(self._postings.ids[0])

    @cached_property
    def _maxid(self) -> int:
        return int(self._postings.ids[-1])

    def weight(self) -> float:
        return float(self._postings.weights.sum())

    def doc_frequency(self) -> int:
        return self._field.list_size(self._number) if self._field.stride_bits is None else len(self._postings.ids)

    def min_length(self) -> int:
        return self._bounds[0]

    def max_length(self) -> int:
        return self._bounds[1]

    def max_weight(self) -> float:
        return float(self._postings.weights.max(initial=0.0))

    def min_id(self) -> int:
        return self._minid

    def max_id(self) -> int:
        return self._maxid


class FieldCursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """Goes through the terms of a field; it stands on the first to begin with, and on None behind the last."""

    def __init__(self, vocabulary: TermDictionary, fieldobj: Any, info: Callable[[int], TermInfo]) -> None:
        self._vocabulary = vocabulary
        self._fieldobj = fieldobj
        self._info = info
        self._at = 0
        self._page_begin = 0
        self._page: list[bytes] = []

    def first(self) -> Any:
        self._at = 0
        return self.text()

    def find(self, term: Any) -> Any:
        self._at = self._vocabulary.lower_bound(term if isinstance(term, bytes) else self._fieldobj.to_bytes(term))
        return self.text()

    def next(self) -> Any:
        self._at += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._term()) if self.is_valid() else None

    def _term(self) -> bytes:
        if not 0 <= self._at - self._page_begin < len(self._page):
            self._page_begin = self._at
            self._page = self._vocabulary.terms(self._at, min(self._at + _AT_A_TIME, len(self._vocabulary)))
        return self._page[self._at - self._page_begin]

    def term_info(self) -> TermInfo | None:
        return self._info(self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._at < len(self._vocabulary)
