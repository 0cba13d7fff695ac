"""Open the two files of a segment in Whoosh's storages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import numpy as np
from whoosh.filedb.filestore import FileStorage

from searchlib.engines.whoosh.codec.extras import Extras
from searchlib.engines.whoosh.codec.segment import Segment
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION, SegmentField
from searchlib.errors import IndexDamagedError

_TERMS_AT_A_TIME = 1 << 14


class SegmentFiles:
    """The files of a segment, each opened when it is first asked for."""

    def __init__(self, storage: Any, segment: Segment) -> None:
        self._storage = storage
        self._segment = segment
        self._lengths: dict[str, Integers | None] = {}

    @cached_property
    def terms(self) -> ArrayFile:
        """The file of terms."""
        return open_arrays(self._storage, self._segment.make_filename(TERMS_EXTENSION))

    @cached_property
    def articles(self) -> ArrayFile:
        """The file of doc values and stored fields."""
        return open_arrays(self._storage, self._segment.make_filename(ARTICLES_EXTENSION))

    @cached_property
    def fields(self) -> dict[str, SegmentField]:
        """The indexed fields that have any term, by name, in the order of their names."""
        with reading(self.terms):
            known = sorted(self.terms.metadata["fields"].items())
            fields = {name: SegmentField(self.terms, name, metadata) for name, metadata in known}
            return {name: field for name, field in fields.items() if len(field.terms)}

    @cached_property
    def extras(self) -> dict[str, Extras]:
        """The extra bytes of the terms of each field."""
        return {name: Extras(self.terms, name, self.terms.metadata["fields"][name]) for name in self.fields}

    def lengths(self, field: str) -> Integers | None:
        """int64[articles]: how many terms a field has in each article; None where nothing is known of it."""
        if field not in self._lengths:
            self._lengths[field] = self._read_lengths(field)
        return self._lengths[field]

    def _read_lengths(self, field: str) -> Integers | None:
        if not self._storage.file_exists(self._segment.make_filename(ARTICLES_EXTENSION)):
            return None
        metadata = self.articles.metadata
        if "lengths" in metadata:
            return self.articles.array(f"length.{field}").astype(np.int64) if field in metadata["lengths"] else None
        return self._sum_up(self.fields[field], metadata["articles"]) if field in self.fields else None

    def _sum_up(self, field: SegmentField, articles: int) -> Integers:
        """The lengths of a field that the bulk writer wrote, which keeps none: how often each article holds any of its terms."""
        lengths = np.zeros(articles, np.int64)
        for first in range(0, len(field.terms), _TERMS_AT_A_TIME):
            lists = field.posting_lists(first, min(first + _TERMS_AT_A_TIME, len(field.terms)))
            owners = lists.values
            if field.stride_bits is not None:
                owners = np.searchsorted(field.article_starts, owners >> field.stride_bits, "right") - 1
            lengths += np.bincount(owners, lists.frequencies, articles).astype(np.int64)
        return lengths

    def close(self) -> None:
        """Give back the files."""
        for name in ("terms", "articles"):
            if name in self.__dict__:
                getattr(self, name).close()


@contextmanager
def reading(file: ArrayFile) -> Iterator[None]:
    """Say of a file that it is damaged where what is read from it makes no sense.

    Raises:
        IndexDamagedError: it does not.
    """
    try:
        yield
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, zlib.error) as error:
        what = f"{type(error).__name__}: {error}"
        raise IndexDamagedError(f"{file.path}: this cannot be read ({what}): build the index again") from error


def open_arrays(storage: Any, name: str) -> ArrayFile:
    """The file of arrays of that name.

    Raises:
        FileNotFoundError: there is none; Whoosh then looks again, as another process may have merged the segment away.
        IndexDamagedError: it cannot be read.
    """
    if not storage.file_exists(name):
        raise FileNotFoundError(f"the file {name} of the index is missing")
    if isinstance(storage, FileStorage):
        return ArrayFile(Path(storage.folder) / name)
    # Storages that are no folders are for small indexes: a copy that is mapped and gone from the folder will do.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / name
        with storage.open_file(name) as file:
            path.write_bytes(file.read())
        return ArrayFile(path)


def create_arrays(storage: Any, name: str) -> ArrayWriter:
    """A new file of arrays of that name."""
    # Whoosh's files write, and close, as files do.
    return ArrayWriter(cast(BinaryIO, storage.create_file(name)))
