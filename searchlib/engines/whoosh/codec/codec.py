"""The codec and the segment class through which Whoosh reads and writes an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import fields
from whoosh.codec import base

from searchlib.engines.whoosh.codec.field_writer import FieldWriter
from searchlib.engines.whoosh.codec.files import SegmentFiles, added_column_name
from searchlib.engines.whoosh.codec.per_document import DocumentReader, DocumentWriter
from searchlib.engines.whoosh.codec.postings_writer import PostingsWriter, read_postings
from searchlib.engines.whoosh.codec.terms_reader import TermsReader


class Segment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment: its name, its number of articles and the articles that are deleted."""

    def __init__(
        self, indexname: str, *, segid: str | None = None, articles: int = 0, deleted: Iterable[int] = ()
    ) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = segid
        self._articles = articles
        self._deleted = set(deleted)

    def codec(self, **_: object) -> Codec:
        return Codec()

    def set_doc_count(self, doccount: int) -> None:
        self._articles = doccount

    def doc_count_all(self) -> int:
        return self._articles

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def should_assemble(self) -> bool:
        # The directory of Whoosh's compound files is a pickle.
        return False


class Codec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads and writes segments as packed arrays, for any schema of Whoosh: ``index.writer(codec=Codec())``.

    Nothing in such a segment is loaded as a pickle. With a ``schema``, every segment contains all fields of the schema, even
    if no article uses them, as the segments of ``write`` do: ``write.merge`` needs this. Whoosh's matchers skip blocks of
    ``blocklimit`` postings.
    """

    # Tells Whoosh not to look up a field's length for each posting: the terms reader computes the bounds of lengths.
    length_stats = False

    def __init__(self, schema: fields.Schema | None = None, *, blocklimit: int = 128) -> None:
        self._schema = schema
        self._block_size = blocklimit

    def per_document_writer(self, storage: Any, segment: Segment) -> DocumentWriter:
        return DocumentWriter(storage, segment, self._schema)

    def field_writer(self, storage: Any, segment: Segment) -> FieldWriter:
        return FieldWriter(storage, segment, self._schema)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        return PostingsWriter(dbfile, byteids=byteids)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        return read_postings(dbfile, terminfo, format_, term, scorer, self._block_size)

    def terms_reader(self, storage: Any, segment: Segment) -> TermsReader:
        return TermsReader(SegmentFiles(storage, segment), self._block_size)

    def per_document_reader(self, storage: Any, segment: Segment) -> DocumentReader:
        return DocumentReader(storage, SegmentFiles(storage, segment), segment)

    @staticmethod
    def column_filename(segment: Segment, fieldname: str) -> str:
        """Return the name of the file of a column that ``whoosh.sorting.add_sortable`` adds to a segment."""
        return added_column_name(segment, fieldname)

    def new_segment(self, storage: Any, indexname: str) -> Segment:
        return Segment(indexname)
