"""Read the text files in which a user lists words: the dictionary, synonyms and stop words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

from searchlib.errors import SettingsError

MAX_WORD_FILE_BYTES = 64 << 20
"""The maximum size of a file. A list written by hand is smaller."""


def numbered_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1, and the stripped text of each line of a UTF-8 file that is not blank.

    Raises:
        SettingsError: the file cannot be read, is too large or is not UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_WORD_FILE_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path}: the file cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_WORD_FILE_BYTES:
        raise SettingsError(f"{path}: the file has more than {MAX_WORD_FILE_BYTES >> 20} MB: make it smaller")
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            reject_line(path, number, "this is not UTF-8: save the file as UTF-8")
        if text:
            yield number, text


def uncommented_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """Yield the ``numbered_lines`` that do not begin with ``#``."""
    return ((number, line) for number, line in numbered_lines(path) if not line.startswith("#"))


def reject_line(path: str | os.PathLike[str], number: int, reason: str) -> NoReturn:
    """Raise SettingsError for a wrong line."""
    raise SettingsError(f"{path}, line {number}: {reason}")


def content_digest(content: str) -> str:
    """Return a digest that identifies the content of a file in an index and its statistics."""
    return blake2b(content.encode(errors="surrogatepass"), digest_size=8).hexdigest()
