"""Open the files of a segment in Whoosh's storages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from searchlib.engines.whoosh.codec.term_extras import Extras
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.segment import ARTICLES_EXTENSION, TERMS_EXTENSION, SegmentField
from searchlib.errors import IndexDamagedError

_COUNTED_TERMS = 1 << 14
"""The number of terms whose posting lists are unpacked together to count the lengths of a field."""


class SegmentFiles:
    """The files of a segment. Each is opened on first use."""

    def __init__(self, storage: Any, segment: base.Segment) -> None:
        self._storage = storage
        self._segment = segment
        self._lengths: dict[str, Integers] = {}

    @cached_property
    def terms(self) -> ArrayFile:
        """The file with term dictionaries and posting lists."""
        return open_arrays(self._storage, self._segment.make_filename(TERMS_EXTENSION))

    @cached_property
    def articles(self) -> ArrayFile:
        """The file with doc values and stored fields."""
        return open_arrays(self._storage, self._segment.make_filename(ARTICLES_EXTENSION))

    @cached_property
    def fields(self) -> dict[str, SegmentField]:
        """The indexed fields that have terms, ordered by name."""
        with damage_reported(self.terms):
            by_name = sorted(self.terms.metadata["fields"].items())
            fields = {name: SegmentField(self.terms, name, metadata) for name, metadata in by_name}
            return {name: field for name, field in fields.items() if len(field.terms)}

    @cached_property
    def extras(self) -> dict[str, Extras]:
        """The extra bytes of the terms of each field."""
        return {name: Extras(self.terms, name, self.terms.metadata["fields"][name]) for name in self.fields}

    def lengths(self, field: str) -> Integers:
        """Return the number of terms of a field in each article, int64[articles]: zeros if that is unknown."""
        if field not in self._lengths:
            self._lengths[field] = self._read_lengths(field)
        return self._lengths[field]

    def _read_lengths(self, field: str) -> Integers:
        if self._storage.file_exists(self._segment.make_filename(ARTICLES_EXTENSION)):
            metadata = self.articles.metadata
            if field in metadata.get("lengths", ()):
                return self.articles.array(f"length.{field}").astype(np.int64)
            if "lengths" not in metadata and field in self.fields:
                return _count_lengths(self.fields[field], metadata["articles"])
        return np.zeros(self._segment.doc_count_all(), np.int64)

    def close(self) -> None:
        """Close the files that are open."""
        for name in ("terms", "articles"):
            if name in self.__dict__:
                getattr(self, name).close()


def _count_lengths(field: SegmentField, articles: int) -> Integers:
    """Return the lengths of a field in a segment that does not store them, by counting the occurrences of all terms."""
    lengths = np.zeros(articles, np.int64)
    for first in range(0, len(field.terms), _COUNTED_TERMS):
        lists = field.posting_lists(first, min(first + _COUNTED_TERMS, len(field.terms)))
        owners = lists.values
        if field.stride_bits is not None:
            owners = np.searchsorted(field.article_starts, owners >> field.stride_bits, "right") - 1
        lengths += np.bincount(owners, lists.frequencies, articles).astype(np.int64)
    return lengths


def added_column_name(segment: base.Segment, fieldname: str) -> str:
    """Return the name of the file of a column that is added to an existing segment."""
    name: str = segment.make_filename(f".{fieldname}.col")
    return name


@contextmanager
def damage_reported(file: ArrayFile) -> Iterator[None]:
    """Translate errors that damaged data causes into IndexDamagedError."""
    try:
        yield
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, zlib.error) as error:
        what = f"{type(error).__name__}: {error}"
        raise IndexDamagedError(f"{file.path}: this cannot be read ({what}): build the index again") from error


def open_arrays(storage: Any, name: str) -> ArrayFile:
    """Open a file of arrays.

    Raises:
        FileNotFoundError: it does not exist. Whoosh then reads its table of contents again: a merge may have removed it.
        IndexDamagedError: it cannot be read.
    """
    if not storage.file_exists(name):
        raise FileNotFoundError(f"the file {name} of the index is missing")
    if isinstance(storage, FileStorage):
        return ArrayFile(Path(storage.folder) / name)
    # Other storages than folders are for small indexes: map a copy, whose name is removed at once.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / name
        with storage.open_file(name) as file:
            path.write_bytes(file.read())
        return ArrayFile(path)


def create_arrays(storage: Any, name: str) -> ArrayWriter:
    """Create a file of arrays."""
    # Whoosh's files have ``write`` and ``close``, the only methods that the writer calls.
    return ArrayWriter(cast(BinaryIO, storage.create_file(name)))
