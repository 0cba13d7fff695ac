"""Open an index of this project as an index of Whoosh."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from whoosh import fields
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.query import Query
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from searchlib.analysis.dictionary import load_dictionary
from searchlib.engines.whoosh.codec.codec import Codec, Segment
from searchlib.engines.whoosh.codec.schema import document, schema
from searchlib.engines.whoosh.format.boilerplate_file import cached_boilerplate
from searchlib.engines.whoosh.format.facet_values_file import write_facet_values
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
    """Open the index in the folder of a generation, with the ``reader``, ``searcher`` and ``writer`` of Whoosh.

    No file in the folder is loaded as a pickle. Whoosh's writer changes the index in place. The manifest of the generation
    no longer matches then, and the library does not open the generation any more.

    Raises:
        IndexDamagedError: the table of contents cannot be read.
    """
    return WhooshIndex(folder)


class WhooshIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no types
    """An index whose table of contents is the segment table, and whose schema is ``schema.schema``."""

    def __init__(self, folder: Path) -> None:
        # Whoosh's own constructor loads a pickled table of contents.
        self.folder = folder
        self.storage = FileStorage(str(folder))
        self.indexname = _INDEX_NAME
        self._dictionary = load_dictionary(folder)
        self._schema: fields.Schema = schema(self._dictionary)
        self._read_toc()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    def _read_toc(self) -> TOC:
        # Read the generation first: if the table is replaced meanwhile, the reader is out of date and is opened again.
        generation = self.latest_generation()
        segments = [
            Segment(
                _INDEX_NAME,
                segid=entry.name.removeprefix(f"{_INDEX_NAME}_"),
                articles=entry.articles,
                deleted=entry.deleted,
            )
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
            raise ValueError(
                "Whoosh's writer with several processes cannot write this index: build_index uses all cores"
            )
        return WhooshIndexWriter(self, **options)

    def document(self, article: Article) -> dict[str, Any]:
        """Return an article as the arguments of the writer's ``add_document`` and ``update_document``."""
        return document(article, cached_packer(self.folder), self._dictionary, cached_boilerplate(self.folder))

    def add_field(self, fieldname: str, fieldspec: Any) -> NoReturn:
        raise ValueError("the schema of this index is fixed: a field cannot be added")

    def remove_field(self, fieldname: str) -> NoReturn:
        raise ValueError("the schema of this index is fixed: a field cannot be removed")


class WhooshIndexWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's writer. It merges segments of this index as arrays, not posting by posting."""

    def __init__(self, index: WhooshIndex, **options: Any) -> None:
        super().__init__(index, **options, codec=Codec(schema()))
        self._folder = index.folder
        self._merged: list[Segment] = []

    def add_reader(self, reader: Any) -> None:
        """Add the articles of a reader. A segment of this index is merged in the commit."""
        if isinstance(reader, SegmentReader) and reader.segment() in self.segments:
            self._merged.append(reader.segment())
        else:
            super().add_reader(reader)

    def _commit_toc(self, segments: Sequence[Segment]) -> None:
        current = list(segments)
        if self._merged:
            added = [segment for segment in current if segment is self.newsegment]
            current = [segment for segment in current if segment is not self.newsegment]
            merged = self._merge([*self._merged, *added])
            current += [merged] if merged.doc_count_all() else []
        entries = [
            SegmentEntry(segment.segment_id(), segment.doc_count_all(), tuple(segment.deleted_docs()))
            for segment in current
        ]
        write_segment_table(self._folder, entries)
        self._remove_other_segments({entry.name for entry in entries})
        write_near_duplicates(self._folder)
        write_facet_values(self._folder)

    def _merge(self, segments: Sequence[Segment]) -> Segment:
        merged = Segment(_INDEX_NAME)
        sources = [Source.segment(self._folder, segment.segment_id(), segment.deleted_docs()) for segment in segments]
        merged.set_doc_count(merge(sources, self._folder, merged.segment_id()))
        return merged

    def cancel(self) -> None:
        super().cancel()
        self._remove_other_segments({segment.segment_id() for segment in self.segments})

    def _remove_other_segments(self, names: set[str]) -> None:
        """Remove the files of all segments except ``names``. The next commit removes a file that cannot be removed now."""
        for path in self._folder.glob(f"{_INDEX_NAME}_*.*"):
            if path.name.split(".")[0] not in names:
                with suppress(OSError):
                    path.unlink()


def matching_articles(folder: Path, query: Query) -> NDArray[np.int64]:
    """Return the live articles that a query of Whoosh matches, numbered as by ``IndexReader``, ascending: int64[n].

    Raises:
        IndexDamagedError: the index cannot be read.
    """
    with open_whoosh_index(folder).searcher() as searcher:
        reader = searcher.reader()
        # Some queries of columns also match deleted articles.
        numbers = {number for number in searcher.docs_for_query(query) if not reader.is_deleted(number)}
    return np.array(sorted(numbers), np.int64)
