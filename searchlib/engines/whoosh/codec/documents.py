"""Read what a segment keeps of each article for Whoosh."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher

from searchlib.engines.whoosh.codec.columns import NumberReader, without_pickles
from searchlib.engines.whoosh.codec.files import SegmentFiles, reading
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.codec.values import unpack_value
from searchlib.engines.whoosh.codec.vectors import unpack_vector
from searchlib.engines.whoosh.format.segment import doc_values_array
from searchlib.errors import IndexDamagedError

VALUES = "*"
"""The name under which a segment stores the values of an article that are not bytes under a name of their own."""


def added_column_name(segment: Segment, fieldname: str) -> str:
    """The name of the file of a column that was added to a segment when it was there already."""
    name: str = segment.make_filename(f".{fieldname}.col")
    return name


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Stored fields, columns, lengths and vectors of the articles of a segment."""

    def __init__(self, storage: Any, files: SegmentFiles, segment: Segment) -> None:
        self._storage = storage
        self._files = files
        self._segment = segment
        self._metadata = files.articles.metadata
        with reading(files.articles):
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
        return self._articles - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._articles

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.list_columns() or self._storage.file_exists(
            added_column_name(self._segment, fieldname)
        )

    def list_columns(self) -> list[str]:
        return [*self._metadata["doc_values"], *self._metadata.get("blobs", ())]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if fieldname in self._metadata["doc_values"]:
            return NumberReader(self._files.articles.array(doc_values_array(fieldname)), column.default_value())
        if fieldname not in self._blobs:
            self._blobs[fieldname] = self._blob(fieldname)
        blob = self._blobs[fieldname]
        return without_pickles(column).reader(BufferFile(blob), 0, len(blob), self._articles)

    def _blob(self, fieldname: str) -> bytes:
        if fieldname in self.list_columns():
            return self._files.articles.array(f"blob.{fieldname}").tobytes()
        with self._storage.open_file(added_column_name(self._segment, fieldname)) as file:
            added: bytes = file.read()
            return added

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._files.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        lengths = self._files.lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._files.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._files.lengths(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return fieldname in self._metadata.get("vectors", ()) and bool(self._bytes("vector", fieldname, docnum))

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ListMatcher:
        if not self.has_vector(docnum, fieldname):
            raise KeyError(f"article {docnum} has no vector of the field {fieldname!r}")
        packed = self._bytes("vector", fieldname, docnum)
        with reading(self._files.articles):
            return ListMatcher(*unpack_vector(packed, format_), format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        for name in self._metadata["stored_fields"]:
            packed = self._bytes("stored", name, docnum)
            if name != VALUES:
                stored[name] = packed
            elif packed:
                with reading(self._files.articles):
                    stored |= unpack_value(zlib.decompress(packed[1:]) if packed[0] else packed[1:])
        return stored

    def _bytes(self, kind: str, name: str, docnum: int) -> bytes:
        """What is kept of an article under a name, the bytes of each following those of the one before."""
        if not 0 <= docnum < self._articles:
            raise IndexError(f"there is no article {docnum} among {self._articles}")
        ends = self._files.articles.array(f"{kind}.{name}.ends")
        begin = int(ends[docnum - 1]) if docnum else 0
        return self._files.articles.array(f"{kind}.{name}")[begin : int(ends[docnum])].tobytes()
