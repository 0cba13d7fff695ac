"""Write the postings that Whoosh gives, field by field, into the file of terms of a segment."""

from __future__ import annotations

from typing import Any

from whoosh.codec import base

from searchlib.engines.whoosh.codec.field_postings import FieldPostings, ListedField, PlacedField
from searchlib.engines.whoosh.codec.files import create_arrays
from searchlib.engines.whoosh.codec.formats import PositionArrays
from searchlib.engines.whoosh.codec.layout import Layout
from searchlib.engines.whoosh.codec.length_bounds import LengthBoundsWriter
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION


class FieldWriter(base.FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Gathers the postings of one field at a time, and writes it when it is finished."""

    def __init__(self, storage: Any, segment: Segment, layout: Layout | None) -> None:
        self._storage = storage
        self._file = create_arrays(storage, segment.make_filename(TERMS_EXTENSION))
        self._segment = segment
        self._layout = layout
        self._fields: dict[str, dict[str, Any]] = {}
        self._name = ""
        self._field: FieldPostings | None = None
        self._bounds: LengthBoundsWriter | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        if self._field is not None:
            raise ValueError(f"the field {self._name} is not finished, {fieldname} cannot be started")
        if fieldname in self._fields:
            raise base.OutOfOrderError(f"the field {fieldname} is written already")
        self._name = fieldname
        self._field = self._new_field(fieldobj.format)
        alone = not self._storage.file_exists(self._segment.make_filename(ARTICLES_EXTENSION))
        self._bounds = LengthBoundsWriter() if alone else None

    def _new_field(self, format_: Any) -> FieldPostings:
        articles = self._segment.doc_count_all()
        return PlacedField(format_, articles) if isinstance(format_, PositionArrays) else ListedField(format_, articles)

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
        self._fields[self._name] = self._current().write(self._file, self._name)
        if self._bounds:
            self._fields[self._name] |= self._bounds.write(self._file, self._name)
        self._field = self._bounds = None

    def _current(self) -> FieldPostings:
        if self._field is None:
            raise ValueError("no field is started")
        return self._field

    def close(self) -> None:
        for name, format_ in (self._layout.indexed if self._layout else {}).items():
            if name not in self._fields:
                self._fields[name] = self._new_field(format_).write(self._file, name)
        self._file.metadata["fields"] = self._fields
        self._file.close()
        self.is_closed = True
