"""Watch a folder of articles, and update its index when they change."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from math import inf
from threading import Event

from searchlib.errors import SearchlibError
from searchlib.indexing.build import update_index
from searchlib.models import BuildReport
from searchlib.settings import Settings
from searchlib.sources import feeds
from searchlib.sources.config import BOOK_NAMES, CONFIG_NAMES, PARTIALS_NAMES, states_above
from searchlib.sources.exclusion import IGNORE_FILE
from searchlib.sources.folders import Folders, folder_paths, require_folders
from searchlib.sources.readers.registry import article_suffixes
from searchlib.sources.walk import file_suffix, is_ignored
from searchlib.stores import effective_settings, store_at

QUIET_MS = 500
"""An update starts when no file has changed for this time: editors and git write several files at once."""

MAX_WAIT_MS = 10_000
"""An update starts after this time even if files keep changing."""

CHECK_MS = 5_000
"""The interval of checks whether the folder still exists, and whether an update is due (``_Updater.is_due``)."""

MAX_RETRY_CHECKS = 12
"""A failed update is retried after 1, 2, 4 … checks, up to this number, which is one minute."""


def watch_index(
    articles: Folders,
    index: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    stop: Event | None = None,
) -> Iterator[BuildReport | SearchlibError]:
    """Update an index now and whenever articles change, until ``stop`` is set.

    ``articles`` is a folder, or maps names to folders, as for ``build_index``.

    Yield the report of the first update, and of each update that changes something. If an update fails, yield its error once,
    and try again later: the folder may come back, or another build may end. Updates run one at a time.

    Raises:
        ArticlesNotFoundError: there is no such folder at the start.
        SettingsError: no settings are given and searchlib.toml is wrong.
        SearchlibError: the system cannot report changes of files.
    """
    settings = settings or effective_settings(store_at(index))
    stop = stop or Event()
    require_folders(articles)
    return _watch(articles, index, settings, stop)


def _watch(
    articles: Folders, index: str | os.PathLike[str], settings: Settings, stop: Event
) -> Iterator[BuildReport | SearchlibError]:
    updater = _Updater(articles, index, settings)
    while not stop.is_set():
        watched = _identity(articles)
        yield from updater.update()
        if watched is None:
            stop.wait(CHECK_MS / 1000)
            continue
        # The first check updates in any case: files may have changed between the update and the start of the watch.
        is_first = True
        for has_changed in _watch_changes(articles, index, article_suffixes(settings.suffixes) | feeds.SUFFIXES, stop):
            if _identity(articles) != watched:
                break  # Another folder now has this name, and the system does not report its changes yet.
            if has_changed or is_first or updater.is_due():
                yield from updater.update()
            is_first = False


class _Updater:
    """Updates an index, and reports only what differs from the last report."""

    def __init__(self, articles: Folders, index: str | os.PathLike[str], settings: Settings) -> None:
        self._update = partial(update_index, articles, index, settings=settings)
        self._index = index
        self._folders = folder_paths(articles)
        self._configurations: list[dict[str, tuple[int, int, int]]] = []
        self._next_date = inf
        self._last_report: BuildReport | None = None
        self._last_error = ""
        self._retry_checks = self._checks_left = 0

    def update(self) -> Iterator[BuildReport | SearchlibError]:
        """Update the index, and yield the report if something has changed, or the error if it is a new one."""
        self._configurations = self._read_configurations()
        try:
            report = self._update()
        except SearchlibError as error:
            self._retry_checks = self._checks_left = min(2 * self._retry_checks or 1, MAX_RETRY_CHECKS)
            previous, self._last_error = self._last_error, str(error)
            if previous != self._last_error:
                yield error
            return
        # The first success after an error is reported too.
        if self._last_error or self._last_report is None or _has_news(report, self._last_report):
            yield report
        self._last_report, self._last_error, self._retry_checks = report, "", 0
        self._next_date = self._read_next_date()

    def is_due(self) -> bool:
        """Return whether to update although no article file has changed. Call this once per check.

        A failed update is tried again, the date of an article has come, or the configuration above the folders has changed.
        """
        self._checks_left -= 1
        if self._last_error:
            return self._checks_left <= 0
        return time.time() >= self._next_date or self._configurations != self._read_configurations()

    def _read_configurations(self) -> list[dict[str, tuple[int, int, int]]]:
        return [states_above(folder) for folder in self._folders]

    def _read_next_date(self) -> float:
        """Return the next time at which an article appears or expires, in seconds since 1970."""
        try:
            return min(store_at(self._index).current().sources().changes_at.values(), default=inf)
        except SearchlibError:
            return inf


def _has_news(report: BuildReport, last: BuildReport) -> bool:
    has_changes = report.added or report.updated or report.deleted
    return bool(has_changes) or _files(report) != _files(last)


def _files(report: BuildReport) -> tuple[tuple[tuple[str, str], ...], ...]:
    return report.failed, report.salvaged, report.skipped


def _identity(articles: Folders) -> list[tuple[int, int]] | None:
    """Return the device and inode of each folder, which identify it, or None if a folder is missing."""
    try:
        return [(status.st_dev, status.st_ino) for status in map(os.stat, folder_paths(articles))]
    except OSError:
        return None


def _watch_changes(
    articles: Folders, index: str | os.PathLike[str], suffixes: frozenset[str], stop: Event
) -> Iterator[bool]:
    """Yield True when article files have changed, and False every ``CHECK_MS`` if not."""
    import watchfiles

    folders, index_folder = [*map(os.path.realpath, folder_paths(articles))], os.path.realpath(index)

    def is_relevant(change: watchfiles.Change, path: str) -> bool:
        # Of several folders, the one with the shortest relative path contains the file.
        names = min((os.path.relpath(path, folder) for folder in folders), key=len).split(os.sep)
        if names[-1] == IGNORE_FILE:
            names.pop()
        if any(is_ignored(name) for name in names if name not in (".", "..")):
            return False
        if path == index_folder or path.startswith(index_folder + os.sep):
            return False  # The index may be inside the folder of its articles: an update must not trigger the next one.
        # A deleted path may have been a folder of articles.
        return (
            change is watchfiles.Change.deleted
            or file_suffix(path) in suffixes
            or os.path.basename(path) in (IGNORE_FILE, *CONFIG_NAMES, *PARTIALS_NAMES, *BOOK_NAMES)
            or os.path.isdir(path)
        )

    try:
        for changes in watchfiles.watch(
            *folders,
            watch_filter=is_relevant,
            step=QUIET_MS,
            debounce=MAX_WAIT_MS,
            rust_timeout=CHECK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except FileNotFoundError:
        return  # The folder has disappeared; the caller waits for it.
    except (OSError, RuntimeError) as error:
        raise SearchlibError(
            f"{', '.join(folders)}: the system cannot report changes of files here ({error}): set the environment variable "
            "WATCHFILES_FORCE_POLLING=1 to poll the files instead"
        ) from error
