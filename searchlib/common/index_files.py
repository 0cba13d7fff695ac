"""Open, read and sync the files of an index. Only regular files of expected sizes are accepted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from searchlib.errors import IndexUnavailableError, index_damaged


def open_index_file(path: Path) -> int:
    """Return a descriptor of a file of an index, which the caller closes.

    Raises:
        IndexDamagedError: the file is missing, or not a regular file.
        IndexUnavailableError: the system cannot open it.
    """
    # Without O_NONBLOCK, opening a FIFO waits for its writer.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise index_damaged(path, "the file is missing") from error
    except OSError as error:
        raise cannot_be_read(path, error) from error
    try:
        is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError as error:
        os.close(descriptor)
        raise cannot_be_read(path, error) from error
    if not is_regular:
        os.close(descriptor)
        raise index_damaged(path, "this is not a regular file")
    return descriptor


def read_index_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file of an index.

    Raises:
        IndexDamagedError: the file is missing, not a regular file, or larger than ``max_bytes``.
        IndexUnavailableError: the system cannot read it.
    """
    descriptor = open_index_file(path)
    try:
        with open(descriptor, "rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise cannot_be_read(path, error) from error
    if len(data) > max_bytes:
        raise index_damaged(path, f"the file has more than {max_bytes:,} bytes")
    return data


def cannot_be_read(path: object, error: OSError) -> IndexUnavailableError:
    """Return the error for a file or folder of an index that the system cannot read."""
    return IndexUnavailableError(
        f"{path}: this cannot be read ({error.strerror or error}): check the permissions, the disk and the free memory"
    )


def is_missing(path: Path) -> bool:
    """Return whether a file or folder does not exist; raise IndexUnavailableError if the system cannot tell."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        raise cannot_be_read(path, error) from error
    return False


def sync(path: Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders.
    # Windows can sync only files that are open for writing.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
