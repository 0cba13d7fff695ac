"""What Whoosh knows of one segment: its name, how many articles it has, and which of them are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.codec import base


class Segment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment of an index; Whoosh's own tables of contents hold it as a pickle, ours as JSON."""

    def __init__(
        self, indexname: str, *, segid: str | None = None, articles: int = 0, deleted: Iterable[int] = ()
    ) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = segid
        self._articles = articles
        self._deleted = set(deleted)

    def codec(self, **_: object) -> Any:
        # A codec makes segments: neither can be imported first otherwise.
        from searchlib.engines.whoosh.codec.codec import Codec

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
        # Whoosh's compound files have a pickle for a directory.
        return False
