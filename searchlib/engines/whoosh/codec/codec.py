"""The codec: how Whoosh reads and writes the segments of an index."""

from __future__ import annotations

from typing import Any

from whoosh import fields
from whoosh.codec import base

from searchlib.engines.whoosh.codec.document_writer import DocumentWriter
from searchlib.engines.whoosh.codec.documents import DocumentReader, added_column_name
from searchlib.engines.whoosh.codec.field_writer import FieldWriter
from searchlib.engines.whoosh.codec.files import SegmentFiles
from searchlib.engines.whoosh.codec.layout import Layout
from searchlib.engines.whoosh.codec.postings_writer import PostingsWriter, read_postings
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.codec.terms import TermsReader


class Codec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads and writes segments as packed arrays, for any schema of Whoosh's: ``index.writer(codec=Codec())``.

    Nothing in such a segment is ever loaded as a pickle. With a ``schema``, every segment that is written has all that the
    schema names, whether or not an article needs it, as those of the bulk writer have: all of them can be merged as arrays.
    ``blocklimit`` is how many postings Whoosh's matchers skip at a time.
    """

    # Whoosh need not look up how long fields are for each posting that it writes: terms tell that when they are asked.
    length_stats = False

    def __init__(self, schema: fields.Schema | None = None, *, blocklimit: int = 128) -> None:
        self._layout = Layout.of(schema) if schema is not None else None
        self._block = blocklimit

    def per_document_writer(self, storage: Any, segment: Segment) -> DocumentWriter:
        return DocumentWriter(storage, segment, self._layout)

    def field_writer(self, storage: Any, segment: Segment) -> FieldWriter:
        return FieldWriter(storage, segment, self._layout)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        return PostingsWriter(dbfile, byteids=byteids)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        return read_postings(dbfile, terminfo, format_, term, scorer, self._block)

    def terms_reader(self, storage: Any, segment: Segment) -> TermsReader:
        return TermsReader(SegmentFiles(storage, segment), self._block)

    def per_document_reader(self, storage: Any, segment: Segment) -> DocumentReader:
        return DocumentReader(storage, SegmentFiles(storage, segment), segment)

    def supports_columns(self) -> bool:
        return True

    @staticmethod
    def column_filename(segment: Segment, fieldname: str) -> str:
        """The file in which Whoosh puts a column that it adds to a segment that is there (``whoosh.sorting.add_sortable``)."""
        return added_column_name(segment, fieldname)

    def new_segment(self, storage: Any, indexname: str) -> Segment:
        return Segment(indexname)
