"""Note what is searched for in a file, and read it again."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from searchlib.errors import SettingsError
from searchlib.models import Model, Results
from searchlib.query.parser import MAX_QUERY_LENGTH

MOST_BYTES = 16 << 20
"""From this size on the file becomes the old one, whose place it takes: the log never needs more than twice as much."""

_LOGGER = logging.getLogger("searchlib")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedQuery(Model):
    """One search as it was noted, and nothing of who searched.

    ``at`` is when, in UTC, to the second; ``searched`` is what was searched for in the place of ``query``; ``filters`` are the
    names of the filters that were set, without their values.
    """

    at: datetime
    query: str
    searched: str
    total: int
    took_ms: float
    filters: tuple[str, ...] = ()


class QueryLog:
    """A file of JSON lines, to which any number of threads and processes may add.

    It is readable to its owner only. Beside it lies the old one, ``.1``, once there is one.

    Raises:
        SettingsError: the file cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._trouble = ""
        try:
            self._append(b"")
        except (OSError, ValueError) as error:
            reason = error.strerror or error if isinstance(error, OSError) else error
            raise SettingsError(
                f"query_log: {self.path}: this file cannot be written ({reason}): "
                "name another one in searchlib.toml, or none"
            ) from error

    def add(self, results: Results, *, filters: Collection[str] = ()) -> None:
        """Note a search. That the disk is full does not stop a search: it is a warning, once."""
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
        # Escapes also for what is no UTF-8: a line holds ASCII alone, and no line break.
        line = json.dumps(values).encode("ascii") + b"\n"
        try:
            if self._append(line) > MOST_BYTES:
                self._turn_over()
            self._trouble = ""
        except OSError as error:
            trouble = error.strerror or str(error)
            if trouble != self._trouble:
                self._trouble = trouble
                _LOGGER.warning("%s: searches are not noted: %s", self.path, trouble)

    def _append(self, line: bytes) -> int:
        """Add a line; gives the size of the file then. The system keeps lines apart that are written at one time."""
        # Opened anew each time: another process may have turned the file over.
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if line:
                os.write(handle, line)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)

    def _turn_over(self) -> None:
        """Make the file the old one, unless another process has just done so."""
        from filelock import FileLock, Timeout

        try:
            with FileLock(f"{self.path}.lock", timeout=0):
                if os.path.getsize(self.path) > MOST_BYTES:
                    os.replace(self.path, _old(self.path))
        except Timeout:
            return


def read_log(path: str | os.PathLike[str]) -> Iterator[LoggedQuery | None]:
    """All searches that were noted, the oldest first; None for a line that cannot be read.

    Raises:
        SettingsError: the log cannot be read.
    """
    name = os.fspath(path)
    for file in (_old(name), name):
        try:
            with open(file, encoding="ascii", errors="replace") as lines:
                yield from map(_parsed, lines)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SettingsError(f"query_log: {file}: this cannot be read ({error.strerror or error})") from error


def _old(path: str) -> str:
    return f"{path}.1"


def _parsed(line: str) -> LoggedQuery | None:
    try:
        values = json.loads(line)
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
        # Cut short where the disk was full, or somebody else's.
        return None
