"""Write and read the data of each article in a segment: stored fields, columns, lengths of fields and vectors."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from whoosh import fields
from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher

from searchlib.engines.whoosh.codec.columns import (
    BlobWriter,
    NumberReader,
    NumberWriter,
    column_writer,
    without_pickles,
)
from searchlib.engines.whoosh.codec.files import SegmentFiles, added_column_name, create_arrays, damage_reported
from searchlib.engines.whoosh.codec.postings_writer import pack_vector, unpack_vector
from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.codec.values import unpack_value, write_value
from searchlib.engines.whoosh.format.segment import (
    ARTICLES_EXTENSION,
    doc_values_array,
    stored_array,
    stored_ends_array,
)
from searchlib.errors import IndexDamagedError

_ALL_VALUES = "*"
"""The stored field with all stored values of an article, in a segment without a schema."""

_MIN_COMPRESSED_BYTES = 64
_COMPRESSION_LEVEL = 3
_PLAIN, _COMPRESSED = b"\0", b"\1"


class DocumentWriter(base.PerDocumentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Gathers the articles of a segment, and writes them in ``close``.

    With a schema, each ``STORED`` field is stored separately, as bytes. Lengths of fields are not written, because the posting
    lists give them.
    """

    def __init__(self, storage: Any, segment: base.Segment, schema: fields.Schema | None) -> None:
        self._file = create_arrays(storage, segment.make_filename(ARTICLES_EXTENSION))
        self._segment = segment
        self._has_schema = schema is not None
        self._articles = 0
        self._in_article = False
        self._values: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        items = schema.items() if schema is not None else ()
        self._stored = {name: Spool() for name, field in items if isinstance(field, fields.STORED)}
        if schema is None:
            self._stored[_ALL_VALUES] = Spool()
        self._columns = {name: column_writer(field.column_type) for name, field in items if field.column_type}
        self._lengths: defaultdict[str, NumberWriter] = defaultdict(partial(NumberWriter, "u4", 0))
        self._vectors: defaultdict[str, Spool] = defaultdict(Spool)
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
                if not isinstance(value, bytes):
                    raise TypeError(
                        f"the field {fieldname} stores bytes, not {type(value).__name__}: encode the value before it is added"
                    )
                self._bytes[fieldname] = value
            else:
                self._values[fieldname] = write_value(value)
        if length and not self._has_schema:
            self._lengths[fieldname].add(self._articles, length)

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if fieldname not in self._columns:
            self._columns[fieldname] = column_writer(columnobj)
        self._columns[fieldname].add(self._articles, value)

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[tuple[str, float, bytes]]) -> None:
        vector = list(items)
        if vector:
            self._vectors[fieldname].fill(self._articles)
            self._vectors[fieldname].add(pack_vector(vector, fieldobj.vector))

    def finish_doc(self) -> None:
        if _ALL_VALUES in self._stored:
            self._bytes[_ALL_VALUES] = _pack_values(self._values)
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
            spool.write(self._file, stored_array(name))
        for name, spool in self._vectors.items():
            spool.fill(self._articles)
            spool.write(self._file, f"vector.{name}")
        self._file.metadata = {
            "articles": self._articles,
            "doc_values": list(numbers),
            "stored_fields": list(self._stored),
        }
        if not self._has_schema:
            self._file.metadata |= {
                "blobs": list(blobs),
                "vectors": list(self._vectors),
                "lengths": list(self._lengths),
            }
        self._file.close()
        self.is_closed = True


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads the data that ``DocumentWriter`` or the writer of this project wrote."""

    def __init__(self, storage: Any, files: SegmentFiles, segment: base.Segment) -> None:
        self._storage = storage
        self._files = files
        self._segment = segment
        self._metadata = files.articles.metadata
        with damage_reported(files.articles):
            self._articles = int(self._metadata["articles"])
        self._blobs: dict[str, bytes] = {}
        if self._articles != segment.doc_count_all():
            raise IndexDamagedError(
                f"{files.articles.path}: it has {self._articles} articles, "
                f"its table of contents says {segment.doc_count_all()}: build the index again"
            )

    def close(self) -> None:
        self._files.close()

    def doc_count(self) -> int:
        return self._articles - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return self._articles

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._segment.deleted_docs())

    def has_column(self, fieldname: str) -> bool:
        if fieldname in self.list_columns():
            return True
        return bool(self._storage.file_exists(added_column_name(self._segment, fieldname)))

    def list_columns(self) -> list[str]:
        return [*self._metadata["doc_values"], *self._metadata.get("blobs", ())]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if fieldname in self._metadata["doc_values"]:
            return NumberReader(self._files.articles.array(doc_values_array(fieldname)), column.default_value())
        if fieldname not in self._blobs:
            self._blobs[fieldname] = self._read_blob(fieldname)
        blob = self._blobs[fieldname]
        return without_pickles(column).reader(BufferFile(blob), 0, len(blob), self._articles)

    def _read_blob(self, fieldname: str) -> bytes:
        if fieldname in self.list_columns():
            return self._files.articles.array(f"blob.{fieldname}").tobytes()
        with self._storage.open_file(added_column_name(self._segment, fieldname)) as file:
            blob: bytes = file.read()
            return blob

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._files.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        return int(self._files.lengths(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._files.lengths(fieldname)
        return int(lengths.min()) if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._files.lengths(fieldname).max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return fieldname in self._metadata.get("vectors", ()) and bool(self._vector_bytes(docnum, fieldname))

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ListMatcher:
        if not self.has_vector(docnum, fieldname):
            raise KeyError(f"article {docnum} has no vector of the field {fieldname!r}")
        packed = self._vector_bytes(docnum, fieldname)
        with damage_reported(self._files.articles):
            return ListMatcher(*unpack_vector(packed, format_), format_)

    def _vector_bytes(self, docnum: int, fieldname: str) -> bytes:
        return self._bytes(f"vector.{fieldname}", f"vector.{fieldname}.ends", docnum)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        for name in self._metadata["stored_fields"]:
            packed = self._bytes(stored_array(name), stored_ends_array(name), docnum)
            if name == _ALL_VALUES:
                with damage_reported(self._files.articles):
                    stored |= _unpack_values(packed)
            else:
                stored[name] = packed
        return stored

    def _bytes(self, name: str, ends_name: str, docnum: int) -> bytes:
        """Return the bytes of an article in an array that holds those of all articles."""
        if not 0 <= docnum < self._articles:
            raise IndexError(f"there is no article {docnum} among {self._articles}")
        ends = self._files.articles.array(ends_name)
        begin = int(ends[docnum - 1]) if docnum else 0
        return self._files.articles.array(name)[begin : int(ends[docnum])].tobytes()


def _pack_values(values: dict[str, str]) -> bytes:
    """Pack the stored values of an article, written by ``write_value``, as ``is compressed, one byte | JSON``."""
    if not values:
        return b""
    pairs = ",".join(f"[{json.dumps(name)},{value}]" for name, value in values.items())
    written = f'{{"m":[{pairs}]}}'.encode("utf-8", "surrogatepass")
    if len(written) > _MIN_COMPRESSED_BYTES:
        compressed = zlib.compress(written, _COMPRESSION_LEVEL)
        if len(compressed) < len(written):
            return _COMPRESSED + compressed
    return _PLAIN + written


def _unpack_values(packed: bytes) -> dict[str, Any]:
    if not packed:
        return {}
    written = packed[1:] if packed[:1] == _PLAIN else zlib.decompress(packed[1:])
    values: dict[str, Any] = unpack_value(written)
    return values
