"""Read the bytes of articles: of files, and of entries in feeds."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from searchlib.sources.bounds import MAX_FILE_BYTES
from searchlib.sources.feeds import BrokenFeedError, read_entries, split_id
from searchlib.sources.walk import file_path

UNREADABLE_DIGEST = ""
"""The digest of a file that cannot be opened."""

_PREFETCH_BYTES = 1 << 20
"""The bytes of each file that are prefetched. Nearly all files are smaller."""


class FileTooLargeError(ValueError):
    """The file is larger than MAX_FILE_BYTES. ``digest`` is computed from its size, because its bytes are not read."""

    def __init__(self, size: int) -> None:
        super().__init__(f"too large: {size >> 20} MB, an article has at most {MAX_FILE_BYTES >> 20} MB")
        self.digest = f"{size} bytes"


def read_bytes(folder: Path, article_id: str) -> bytes:
    """Return the content of an article's file, or the row of an entry of a feed.

    Raises:
        OSError: the file cannot be opened or is not a regular file.
        FileTooLargeError: the file has more than MAX_FILE_BYTES.
    """
    feed, key = split_id(article_id)
    if key:
        return _read_entry(file_path(folder, feed), key)
    path = file_path(folder, article_id)
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        os.listdir(path)  # raises the error because of which the walk listed the folder
        raise IsADirectoryError(0, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "is not a regular file")
    if status.st_size > MAX_FILE_BYTES:
        raise FileTooLargeError(status.st_size)
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _read_entry(path: str, key: str) -> bytes:
    try:
        return read_entries(path)[key].row
    except (KeyError, BrokenFeedError) as error:
        # The feed has changed since it was listed.
        raise FileNotFoundError(0, "the feed no longer has this entry") from error


def digest_bytes(data: bytes) -> str:
    """Return the BLAKE2b hash of the bytes: 16 bytes in hex."""
    return blake2b(data, digest_size=16).hexdigest()


def digest_file(folder: Path, article_id: str) -> str:
    """Return the digest of the file, as ``read_article`` does."""
    try:
        return digest_bytes(read_bytes(folder, article_id))
    except OSError:
        return UNREADABLE_DIGEST
    except FileTooLargeError as error:
        return error.digest


def prefetch_files(folder: Path, article_ids: Iterable[str]) -> None:
    """Ask the system to load files into its cache, so that reading them does not wait for the disk. Linux only."""
    if sys.platform != "linux":
        return
    for article_id in article_ids:
        # Errors are reported when the file is read.
        with suppress(OSError):
            path = file_path(folder, article_id)
            # Opening a pipe or a device can have side effects.
            if not stat.S_ISREG(os.stat(path).st_mode):
                continue
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                os.posix_fadvise(descriptor, 0, _PREFETCH_BYTES, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(descriptor)
