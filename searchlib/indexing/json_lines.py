"""Read the lines of a file of JSON Lines, and articles from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

from searchlib.errors import ArticleError, SearchlibError
from searchlib.models import Article
from searchlib.settings import Settings
from searchlib.sources.rows import RowError, article_of_row

MAX_LINE_LENGTH = 1 << 28
"""Maximum characters of a line: more than the largest article needs."""

_NESTED_TOO_DEEPLY = "it is nested too deeply"

_MAX_NESTING = 200
"""Maximum depth of the values of a line. Reading limits front matter to a depth of 100."""


def file_name(file: IO[str]) -> str:
    """Return the name of a file of lines, for messages."""
    return str(getattr(file, "name", "the dump"))


class JsonLines:
    """The lines of a file, read once. ``name`` is the file's name, ``number`` the number of lines read."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._pending: Iterator[str] = iter(())
        self.name = file_name(file)
        self.number = 0

    def peek(self) -> str:
        """Return the next line without reading past it, or "" at the end of the file."""
        line = self.read()
        self._pending = chain([line], self._pending)
        self.number -= 1
        return line

    def read(self) -> str:
        """Return the next line, or "" at the end of the file.

        Raises:
            SearchlibError: the file cannot be read, is not UTF-8, or the line is too long.
        """
        self.number += 1
        for line in self._pending:
            return line
        try:
            line = self._file.readline(MAX_LINE_LENGTH + 1)
        except UnicodeDecodeError as error:
            raise SearchlibError(f"{self.name}, line {self.number} or later: this is not UTF-8") from error
        except OSError as error:
            raise SearchlibError(f"{self.name}: this cannot be read: {error.strerror or error}") from error
        if len(line) > MAX_LINE_LENGTH:
            raise self.error(f"it has more than {MAX_LINE_LENGTH:,} characters")
        return line.removeprefix("\ufeff") if self.number == 1 else line

    def parse(self, line: str) -> Any:
        """Return the value of the line that was read last.

        Raises:
            SearchlibError: the line is not valid JSON, or it is nested too deeply.
        """
        try:
            value = json.loads(line)
        except ValueError as error:
            raise self.error(f"it is not valid JSON ({error})") from error
        except RecursionError as error:
            raise self.error(_NESTED_TOO_DEEPLY) from error
        # The depth that json.loads accepts depends on the Python version and its stack.
        if _is_nested_deeper(value, _MAX_NESTING):
            raise self.error(_NESTED_TOO_DEEPLY)
        return value

    def error(self, reason: str) -> SearchlibError:
        """Return an error in the line that was read last."""
        return SearchlibError(f"{self.name}, line {self.number}: {reason}")


def is_dump(line: str) -> bool:
    """Return whether a first line is the header of a dump (possibly damaged) rather than an article."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        # An empty file is treated as a truncated dump.
        return not line
    return isinstance(values, dict) and "format" in values and "id" not in values


def read_rows(lines: JsonLines, settings: Settings) -> Iterator[Article | ArticleError]:
    """Yield the article of each line: a JSON object with the keys of ``article_of_row``. Empty lines are ignored.

    For an article that is not published, yield an ArticleError with the reason.

    Raises:
        SearchlibError: a line is no article. The message names the line and the key.
    """
    while line := lines.read():
        if line.strip():
            try:
                article: Article | ArticleError = article_of_row(_parse(lines, line), settings)
            except RowError as error:
                raise lines.error(str(error)) from error
            except ArticleError as error:
                article = error
            yield article


def _parse(lines: JsonLines, line: str) -> dict[str, Any]:
    values = lines.parse(line)
    if not isinstance(values, dict):
        raise lines.error('it is not a JSON object like {"id": "1", "title": "…", "body": "…"}')
    return values


def _is_nested_deeper(value: object, levels: int) -> bool:
    """Return whether lists and dictionaries are nested in more levels, without recursion."""
    nested = [value]
    for _ in range(levels + 1):
        nested = [
            child
            for each in nested
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(nested)
