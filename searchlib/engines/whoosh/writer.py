"""Write a Whoosh index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from searchlib.engines.whoosh.schema import schema

_FILES = ("MAIN_", "_MAIN_")
_LOCK = "MAIN_WRITELOCK"

MEMORY_MB = 256
"""How much of postings Whoosh sorts in memory before it spills them to disk."""


class WhooshWriter:
    """Adds articles to the index in a folder: a new one, or one that is there."""

    def __init__(self, folder: Path, *, new: bool) -> None:
        self._folder = folder
        opened = whoosh_index.create_in(folder, schema()) if new else whoosh_index.open_dir(folder)
        self._writer: Any = opened.writer(limitmb=MEMORY_MB)

    def add(self, document: dict[str, Any]) -> None:
        """Add an article as ``documents.document`` made it; none with its id may be left in the index."""
        self._writer.add_document(**document)

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        with self._writer.searcher() as searcher:
            for article_id in article_ids:
                self._writer.delete_by_term("id", article_id, searcher=searcher)

    def commit(self) -> None:
        """Write all of it to disk."""
        self._writer.commit()
        (self._folder / _LOCK).unlink(missing_ok=True)

    def cancel(self) -> None:
        """Give up."""
        self._writer.cancel()


def copy_index(old: Path, new: Path) -> None:
    """Put an index into another folder, as a start for changes; its files are only ever replaced, so links will do."""
    for file in sorted(old.iterdir()):
        if file.name.startswith(_FILES):
            try:
                os.link(file, new / file.name)
            except OSError:
                shutil.copyfile(file, new / file.name)
