"""Read the plain text files in which a user lists words, line by line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from searchlib.errors import SettingsError

MAX_BYTES = 64 << 20
"""Larger files are no list of words that somebody wrote."""


def numbered_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that hold anything, with their numbers from 1, without the white space around them.

    Raises:
        SettingsError: the file cannot be read, is not UTF-8 or is too large; it names the line.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path}: the file cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path}: a list of words has at most {MAX_BYTES >> 20} MB, this file has more")
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            refuse(path, number, "this is not UTF-8: save the file as UTF-8")
        if text:
            yield number, text


def refuse(path: str | os.PathLike[str], number: int, reason: str) -> NoReturn:
    """Say what is wrong with a line.

    Raises:
        SettingsError: always.
    """
    raise SettingsError(f"{path}, line {number}: {reason}")
