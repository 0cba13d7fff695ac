"""Write what Whoosh gives of each article into a segment's file of doc values and stored fields."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from whoosh.codec import base

from searchlib.engines.whoosh.codec.columns import BlobWriter, NumberWriter, column_writer
from searchlib.engines.whoosh.codec.documents import VALUES
from searchlib.engines.whoosh.codec.files import create_arrays
from searchlib.engines.whoosh.codec.layout import Layout
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.codec.values import write_value
from searchlib.engines.whoosh.codec.vectors import pack_vector
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, doc_values_array

_SMALL = 64
"""Fewer bytes are not worth compressing."""


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Gathers the articles of a segment; ``close`` writes them.

    With a layout, lengths are not written: the articles' postings tell them.
    """

    def __init__(self, storage: Any, segment: Segment, layout: Layout | None) -> None:
        self._file = create_arrays(storage, segment.make_filename(ARTICLES_EXTENSION))
        self._segment = segment
        self._layout = layout
        self._articles = 0
        self._in_article = False
        self._values: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        self._columns: dict[str, NumberWriter | BlobWriter] = {}
        self._lengths: dict[str, NumberWriter] = {}
        self._vectors: dict[str, Spool] = {}
        self._stored = {name: Spool() for name in (layout.stored if layout else (VALUES,))}
        for name, column in (layout.columns if layout else {}).items():
            self._columns[name] = column_writer(column)
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._in_article:
            raise ValueError(f"article {self._articles} is not finished, {docnum} cannot be started")
        if docnum != self._articles:
            raise ValueError(f"article {self._articles} comes next, not {docnum}")
        self._in_article = True

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int | None) -> None:
        if value is not None:
            if fieldname in self._stored:
                self._bytes[fieldname] = _checked(fieldname, value)
            else:
                self._values[fieldname] = write_value(value)
        if length and not self._layout:
            if fieldname not in self._lengths:
                self._lengths[fieldname] = NumberWriter("u4", 0)
            self._lengths[fieldname].add(self._articles, length)

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if fieldname not in self._columns:
            self._columns[fieldname] = column_writer(columnobj)
        self._columns[fieldname].add(self._articles, value)

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[tuple[str, float, bytes]]) -> None:
        gathered = list(items)
        if gathered:
            if fieldname not in self._vectors:
                self._vectors[fieldname] = Spool()
            self._vectors[fieldname].fill(self._articles)
            self._vectors[fieldname].add(pack_vector(gathered, fieldobj.vector))

    def finish_doc(self) -> None:
        if VALUES in self._stored:
            self._bytes[VALUES] = _packed(self._values)
        elif self._values:
            raise TypeError(f"this index stores {', '.join(self._stored)} alone, not {', '.join(self._values)}")
        for name, spool in self._stored.items():
            spool.add(self._bytes.get(name, b""))
        self._values = {}
        self._bytes = {}
        self._articles += 1
        self._in_article = False

    def close(self) -> None:
        if self._in_article:
            self.finish_doc()
        self._segment.set_doc_count(self._articles)
        numbers = {name: column for name, column in self._columns.items() if isinstance(column, NumberWriter)}
        blobs = {name: column for name, column in self._columns.items() if isinstance(column, BlobWriter)}
        for name, column in numbers.items():
            self._file.write(doc_values_array(name), column.finish(self._articles))
        for name, blob in blobs.items():
            self._file.write(f"blob.{name}", blob.finish(self._articles))
        for name, length in self._lengths.items():
            self._file.write(f"length.{name}", length.finish(self._articles))
        for name, spool in self._stored.items():
            spool.write(self._file, f"stored.{name}")
        for name, spool in self._vectors.items():
            spool.fill(self._articles)
            spool.write(self._file, f"vector.{name}")
        self._file.metadata = {
            "articles": self._articles,
            "doc_values": list(numbers),
            "stored_fields": list(self._stored),
        }
        if not self._layout:
            self._file.metadata |= {
                "blobs": list(blobs),
                "vectors": list(self._vectors),
                "lengths": list(self._lengths),
            }
        self._file.close()
        self.is_closed = True


def _checked(fieldname: str, value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(
            f"the field {fieldname} stores bytes, not {type(value).__name__}: encode the value before it is added"
        )
    return value


def _packed(values: dict[str, str]) -> bytes:
    """The stored values of an article, written already: nothing, or a byte that says whether they are compressed, and they."""
    if not values:
        return b""
    pairs = ",".join(f"[{json.dumps(name)},{value}]" for name, value in values.items())
    written = f'{{"m":[{pairs}]}}'.encode("utf-8", "surrogatepass")
    compressed = zlib.compress(written, 3) if len(written) > _SMALL else written
    return b"\1" + compressed if len(compressed) < len(written) else b"\0" + written
