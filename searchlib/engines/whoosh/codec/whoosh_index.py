"""Open an index of this project as one of Whoosh's, for whoever wants Whoosh itself on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from whoosh import fields
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from searchlib.analysis.dictionary import load_dictionary
from searchlib.engines.whoosh.codec import Codec
from searchlib.engines.whoosh.codec.schema import document, schema
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.format.boilerplate_file import cached_boilerplate
from searchlib.engines.whoosh.format.near_duplicates_file import write_near_duplicates
from searchlib.engines.whoosh.format.segment_table import (
    SEGMENT_TABLE,
    SegmentEntry,
    read_segment_table,
    write_segment_table,
)
from searchlib.engines.whoosh.format.stored_fields import cached_packer
from searchlib.engines.whoosh.write.merge import Source, merge
from searchlib.errors import IndexDamagedError
from searchlib.models import Article

_INDEX_NAME = "MAIN"


def open_whoosh_index(folder: Path) -> WhooshIndex:
    """The index in a folder (of one generation), with all that Whoosh's own can do: ``reader``, ``searcher``, ``writer``.

    No file of the folder is loaded as a pickle. Whoosh's writer changes the index in place, and the manifest of a
    generation then no longer fits: what is to be searched through the library again is built by the library.

    Raises:
        IndexDamagedError: the table of contents cannot be read.
    """
    return WhooshIndex(folder)


class WhooshIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no types
    """An index whose table of contents is JSON, and whose schema is ``schema.schema``."""

    def __init__(self, folder: Path) -> None:
        # What Whoosh does here loads a pickled table of contents.
        self.folder = folder
        self.storage = FileStorage(str(folder))
        self.indexname = _INDEX_NAME
        self._dictionary = load_dictionary(folder)
        self._schema: fields.Schema = schema(self._dictionary)
        self._read_toc()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    def _read_toc(self) -> TOC:
        # The generation is read first: should the table be replaced meanwhile, a reader is too old, never too new.
        generation = self.latest_generation()
        segments = [
            Segment(_INDEX_NAME, segid=_segid(entry), articles=entry.articles, deleted=entry.deleted)
            for entry in read_segment_table(self.folder)
        ]
        return TOC(self._schema, segments, generation)

    def latest_generation(self) -> int:
        try:
            return (self.folder / SEGMENT_TABLE).stat().st_mtime_ns
        except OSError:
            return -1

    def last_modified(self) -> float:
        return (self.folder / SEGMENT_TABLE).stat().st_mtime

    def reader(self, reuse: Any = None) -> Any:
        try:
            return super().reader(reuse=reuse)
        except FileNotFoundError as error:
            raise IndexDamagedError(f"{self.folder}: {error}: build the index again") from error

    def writer(self, procs: int = 1, **options: Any) -> WhooshIndexWriter:
        if procs != 1:
            raise ValueError("Whoosh's writer of several processes cannot write this index: build_index uses all cores")
        return WhooshIndexWriter(self, **options)

    def document(self, article: Article) -> dict[str, Any]:
        """The fields of an article as the writer's ``add_document`` and ``update_document`` take them."""
        return document(article, cached_packer(self.folder), self._dictionary, cached_boilerplate(self.folder))

    def add_field(self, fieldname: str, fieldspec: Any) -> NoReturn:
        raise ValueError("the schema of this index is always the same: a field cannot be added")

    def remove_field(self, fieldname: str) -> NoReturn:
        raise ValueError("the schema of this index is always the same: a field cannot be removed")


class WhooshIndexWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's writer; segments of this index are merged as arrays, not posting by posting."""

    def __init__(self, index: WhooshIndex, **options: Any) -> None:
        super().__init__(index, **options, codec=Codec(schema()))
        self._folder = index.folder
        self._merged: list[Segment] = []

    def add_reader(self, reader: Any) -> None:
        """Add the articles of a reader; its segment, if it is one of this index, is merged at the commit."""
        if isinstance(reader, SegmentReader) and reader.segment() in self.segments:
            self._merged.append(reader.segment())
        else:
            super().add_reader(reader)

    def _commit_toc(self, segments: Sequence[Segment]) -> None:
        kept = list(segments)
        if self._merged:
            added = [segment for segment in kept if segment is self.newsegment]
            kept = [segment for segment in kept if segment is not self.newsegment]
            whole = self._merge([*self._merged, *added])
            kept += [whole] if whole.doc_count_all() else []
        entries = [
            SegmentEntry(segment.segment_id(), segment.doc_count_all(), tuple(segment.deleted_docs()))
            for segment in kept
        ]
        write_segment_table(self._folder, entries)
        self._remove_all_but({entry.name for entry in entries})
        write_near_duplicates(self._folder)

    def _merge(self, segments: Sequence[Segment]) -> Segment:
        whole = Segment(_INDEX_NAME)
        sources = [Source.segment(self._folder, segment.segment_id(), segment.deleted_docs()) for segment in segments]
        whole.set_doc_count(merge(sources, self._folder, whole.segment_id()))
        return whole

    def cancel(self) -> None:
        super().cancel()
        self._remove_all_but({segment.segment_id() for segment in self.segments})

    def _remove_all_but(self, names: set[str]) -> None:
        """Remove the files of all segments but these; one that cannot be removed now is at the next commit."""
        for path in self._folder.glob(f"{_INDEX_NAME}_*.*"):
            if path.name.split(".")[0] not in names:
                try:
                    path.unlink()
                except OSError:
                    continue


def _segid(entry: SegmentEntry) -> str:
    return entry.name.removeprefix(f"{_INDEX_NAME}_")
