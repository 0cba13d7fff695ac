"""Log searches to a file, and read the log."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from searchlib.errors import SettingsError
from searchlib.models import Model, Results
from searchlib.query.parser import MAX_QUERY_LENGTH

_LOGGER = logging.getLogger("searchlib")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedQuery(Model):
    """One search in the log. It does not identify who searched.

    ``at`` is the time in UTC, to the second. ``searched`` is the query that was searched; it can differ from ``query``.
    ``filters`` are the names of the filters that were set, without their values.
    """

    at: datetime
    query: str
    searched: str
    total: int
    took_ms: float
    filters: tuple[str, ...] = ()


class QueryLog:
    """A file of JSON lines that any number of threads and processes can append to.

    Only its owner can read it. Above ``MAX_BYTES`` the file is renamed with the suffix ``.1``, and replaces the previous file
    of that name. The log therefore takes at most twice that size.

    Raises:
        SettingsError: the file cannot be written.
    """

    MAX_BYTES = 16 << 20

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._last_problem = ""
        try:
            self._append(b"")
        except (OSError, ValueError) as error:
            reason = error.strerror or error if isinstance(error, OSError) else error
            raise SettingsError(
                f"query_log: {self.path}: the file cannot be written ({reason}): name another file in searchlib.toml, or none"
            ) from error

    def add(self, results: Results, *, filters: Collection[str] = ()) -> None:
        """Log a search. If the file cannot be written, log a warning once; the search itself does not fail."""
        values: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "query": results.query[:MAX_QUERY_LENGTH],
            "total": results.total,
            "took_ms": results.took_ms,
        }
        if results.searched != results.query:
            values["searched"] = results.searched[:MAX_QUERY_LENGTH]
        if filters:
            values["filters"] = sorted(filters)
        # Escapes make a line ASCII without line breaks, even for text that is not valid Unicode.
        line = json.dumps(values).encode("ascii") + b"\n"
        try:
            if self._append(line) > self.MAX_BYTES:
                self._rotate()
            self._last_problem = ""
        except OSError as error:
            problem = error.strerror or str(error)
            if problem != self._last_problem:
                self._last_problem = problem
                _LOGGER.warning("%s: searches are not logged: %s", self.path, problem)

    def _append(self, line: bytes) -> int:
        """Append a line, and return the size of the file. With O_APPEND, lines written at the same time do not mix."""
        # Opened for each line: another process may have renamed the file.
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if line:
                os.write(handle, line)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def _rotate(self) -> None:
        """Rename the file, unless another process has just done so."""
        from filelock import FileLock, Timeout

        try:
            with FileLock(f"{self.path}.lock", timeout=0):
                if os.path.getsize(self.path) > self.MAX_BYTES:
                    os.replace(self.path, _rotated(self.path))
        except Timeout:
            return


def read_log(path: str | os.PathLike[str], *, max_bytes: int | None = None) -> Iterator[LoggedQuery | None]:
    """Yield the searches in a log, the oldest first, and None for each line that cannot be read.

    With ``max_bytes``, only complete lines within that many bytes at the end of the log are read.

    Raises:
        SettingsError: the log cannot be read.
    """
    name = os.fspath(path)
    for file, newer in ((_rotated(name), name), (name, None)):
        try:
            with open(file, "rb") as lines:
                if max_bytes is not None:
                    rest = max(0, max_bytes - (_size(newer) if newer else 0))
                    _skip_to_last(lines, rest)
                yield from map(_parsed, lines)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SettingsError(f"query_log: {file}: the log cannot be read ({error.strerror or error})") from error


def _size(path: str) -> int:
    """Return the size of a file; 0 if it does not exist."""
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


def _skip_to_last(lines: BinaryIO, size: int) -> None:
    """Move to the first line that begins within the last ``size`` bytes of a file."""
    start = lines.seek(0, os.SEEK_END) - size
    lines.seek(max(0, start - 1))
    if start > 0:
        lines.readline()


def _rotated(path: str) -> str:
    return f"{path}.1"


def _parsed(line: bytes) -> LoggedQuery | None:
    try:
        values = json.loads(line.decode("ascii", errors="replace"))
        at = datetime.fromisoformat(values["at"])
        return LoggedQuery(
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
            query=str(values["query"]),
            searched=str(values.get("searched", values["query"])),
            total=int(values["total"]),
            took_ms=float(values["took_ms"]),
            filters=tuple(map(str, values.get("filters", ()))),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        # The disk was full, or another program writes to the file.
        return None
