"""Write the fields of a segment, with terms and posting lists, from the postings that Whoosh passes one by one."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from whoosh import fields
from whoosh.codec import base

from searchlib.engines.whoosh.codec.files import create_arrays
from searchlib.engines.whoosh.codec.postings import PositionArrays, to_posting_lists
from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.codec.term_extras import LengthBoundsWriter, write_extras
from searchlib.engines.whoosh.format.arrays import ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers, ascend
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists, pack_posting_lists
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary

_PACK_BATCH = 1 << 18
"""Postings that are packed together, approximately."""

_ANY_ARTICLE = 1 << 32

_POSITIONS_OF_BIGRAM = 3
"""A bigram takes two positions. A third one is left free, so that no phrase continues in the next article."""


class FieldWriter(base.FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Gathers the postings of one field at a time, and writes the field when it is finished."""

    def __init__(self, storage: Any, segment: base.Segment, schema: fields.Schema | None) -> None:
        self._storage = storage
        self._file = create_arrays(storage, segment.make_filename(TERMS_EXTENSION))
        self._segment = segment
        self._schema = schema
        self._metadata: dict[str, dict[str, Any]] = {}
        self._name = ""
        self._field: _ArticleField | _PositionField | None = None
        self._bounds: LengthBoundsWriter | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        if self._field is not None:
            raise ValueError(f"the field {self._name} is not finished, {fieldname} cannot be started")
        if fieldname in self._metadata:
            raise base.OutOfOrderError(f"the field {fieldname} is written already")
        self._name = fieldname
        self._field = self._new_field(fieldobj.format)
        has_articles = self._storage.file_exists(self._segment.make_filename(ARTICLES_EXTENSION))
        self._bounds = None if has_articles else LengthBoundsWriter()

    def _new_field(self, format_: Any) -> _ArticleField | _PositionField:
        articles = self._segment.doc_count_all()
        if isinstance(format_, PositionArrays):
            return _PositionField(articles, format_.stride_bits)
        return _ArticleField(articles, format_)

    def start_term(self, text: bytes) -> None:
        self._current().start_term(text)
        if self._bounds:
            self._bounds.start_term()

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        self._current().add(docnum, weight, vbytes)
        if self._bounds:
            self._bounds.add(length)

    def finish_term(self) -> None:
        self._current().finish_term()

    def finish_field(self) -> None:
        self._metadata[self._name] = self._current().write(self._file, self._name)
        if self._bounds:
            self._metadata[self._name] |= self._bounds.write(self._file, self._name)
        self._field = self._bounds = None

    def _current(self) -> _ArticleField | _PositionField:
        if self._field is None:
            raise ValueError("no field is started")
        return self._field

    def close(self) -> None:
        for name, field in self._schema.items() if self._schema is not None else ():
            if field.indexed and name not in self._metadata:
                self._metadata[name] = self._new_field(field.format).write(self._file, name)
        self._file.metadata["fields"] = self._metadata
        self._file.close()
        self.is_closed = True


class _FieldPostings:
    """Gathers the postings of a field, in ascending order of terms and articles. Subclasses write the field."""

    def __init__(self, articles: int) -> None:
        self._articles = articles
        self._terms: list[bytes] = []
        self._sizes = array("q")

    def start_term(self, text: bytes) -> None:
        if self._terms and text <= self._terms[-1]:
            raise base.OutOfOrderError(f"the term {text!r} comes after {self._terms[-1]!r}")
        self._terms.append(text)
        self._sizes.append(0)

    def finish_term(self) -> None:
        """Finish the term. A term without postings is dropped."""
        if not self._sizes[-1]:
            self._sizes.pop()
            self._terms.pop()

    def _write_terms(self, file: ArrayWriter, name: str, list_lengths: Integers) -> None:
        TermDictionary.of(self._terms).write(file, name)
        Lengths.of(list_lengths).write(file, f"{name}.list_lengths")


class _ArticleField(_FieldPostings):
    """A field whose posting lists have article numbers. ``articles`` is the number of articles, or 0 if it is not known yet."""

    def __init__(self, articles: int, format_: Any) -> None:
        super().__init__(articles)
        self._format = format_
        self._list_lengths: list[Integers] = []
        self._lists = Spool()
        self._extra_lengths: list[Integers] = []
        self._extras = Spool()
        self._packed_terms = 0
        self._clear()

    def _clear(self) -> None:
        self._ids = array("q")
        self._weights = array("d")
        self._payloads: list[bytes] = []

    def add(self, docnum: int, weight: float, payload: bytes) -> None:
        self._sizes[-1] += 1
        self._ids.append(docnum)
        self._weights.append(weight)
        self._payloads.append(payload)

    def finish_term(self) -> None:
        super().finish_term()
        if len(self._ids) >= _PACK_BATCH:
            # The greatest article number is not known yet.
            self._articles = self._articles or _ANY_ARTICLE
            self._pack()

    def _pack(self) -> None:
        """Pack the postings of the terms since the last call."""
        sizes, ids = np.array(self._sizes[self._packed_terms :], np.int64), np.array(self._ids, np.int64)
        if not len(sizes):
            return
        if ids.min() < 0 or ids.max() >= self._articles or not ascend(ids, sizes, strictly=False):
            raise base.OutOfOrderError(f"the articles of a term do not ascend, or are not among {self._articles}")
        weights = np.array(self._weights, np.float64)
        lists, extras = to_posting_lists(sizes, ids, weights, self._payloads, self._format)
        data, lengths = pack_posting_lists(lists, self._articles)
        self._list_lengths.append(lengths)
        self._lists.add(data.tobytes())
        self._extra_lengths.append(np.array([len(extra) for extra in extras], np.int64))
        self._extras.add(b"".join(extras))
        self._packed_terms = len(self._sizes)
        self._clear()

    def write(self, file: ArrayWriter, name: str) -> dict[str, Any]:
        self._articles = self._articles or max(self._ids, default=0) + 1
        self._pack()
        self._lists.write(file, f"{name}.lists", ends=False)
        self._write_terms(file, name, _concatenated(self._list_lengths))
        extras = write_extras(file, name, self._extras, _concatenated(self._extra_lengths))
        return {"packed": True, "universe": self._articles, "stride_bits": None} | extras


class _PositionField(_FieldPostings):
    """A field whose posting lists have positions in the field."""

    def __init__(self, articles: int, stride_bits: int) -> None:
        super().__init__(articles)
        self._stride_bits = stride_bits
        self._owners = array("I")
        self._positions = array("I")

    def add(self, docnum: int, weight: float, payload: bytes) -> None:
        positions = array("I", payload)
        if weight != len(positions):
            raise ValueError(
                "the weight of a posting must be the number of its positions: fields of this index have no boosts"
            )
        self._sizes[-1] += len(positions)
        self._positions.extend(positions)
        self._owners.extend(array("I", [docnum]) * len(positions))

    def write(self, file: ArrayWriter, name: str) -> dict[str, Any]:
        owners, positions = np.array(self._owners, np.int64), np.array(self._positions, np.int64)
        lengths = np.zeros(max(self._articles, int(owners.max(initial=-1)) + 1), np.int64)
        np.maximum.at(lengths, owners, positions + _POSITIONS_OF_BIGRAM)
        strides = -(-lengths >> self._stride_bits)
        article_starts = np.concatenate(([0], np.cumsum(strides)))
        field_positions = (article_starts[owners] << self._stride_bits) + positions
        sizes = np.array(self._sizes, np.int64)
        if not ascend(field_positions, sizes, strictly=True):
            raise base.OutOfOrderError("the articles of a term, or its positions in an article, do not ascend")
        universe = max(int(article_starts[-1]), 1) << self._stride_bits
        data, list_lengths = pack_posting_lists(PostingLists(sizes, field_positions, None), universe)
        file.write(f"{name}.lists", data)
        self._write_terms(file, name, list_lengths)
        file.write(f"{name}.article_starts", article_starts.astype(np.uint32))
        return {"packed": True, "universe": universe, "stride_bits": self._stride_bits}


def _concatenated(parts: list[Integers]) -> Integers:
    return np.concatenate([np.empty(0, np.int64), *parts])
