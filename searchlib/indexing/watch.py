"""Keep an index up to date while its articles change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from threading import Event

from searchlib.errors import ArticlesNotFoundError, SearchlibError
from searchlib.indexing.build import update_index
from searchlib.models import BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.sources.walk import SUFFIXES, is_left_out

QUIET_MS = 500
"""Changes are taken in once there were none for so long: an editor and git write many files at a time."""

PATIENCE_MS = 10_000
"""Where changes do not end, they are taken in after so long all the same."""

LOOK_MS = 5_000
"""How often the folder itself is looked after, and how soon a failed update is tried again."""

_MOST_LOOKS = 12
"""Each time that it fails again it waits twice as many looks, up to a minute: what it needs a hand for may take days."""


def watch_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    stop: Event | None = None,
) -> Iterator[BuildReport | SearchlibError]:
    """Update an index now, and whenever articles have changed, until ``stop`` is set.

    Gives the report of the first update and of each one that found a change. An update that fails gives its error, once,
    and is tried again, soon and then every minute: the folder may come back, another build end. One update runs at a time.

    Raises:
        ArticlesNotFoundError: there is no such folder to begin with.
        SettingsError: no settings were given and searchlib.toml is wrong.
        SearchlibError: the system cannot tell what changes.
    """
    settings = settings or load_settings()
    stop = stop or Event()
    if not os.path.isdir(articles):
        raise ArticlesNotFoundError(
            f"there is no folder {os.fspath(articles)!r}: give the folder that holds the articles"
        )
    return _watched(articles, index, settings, stop)


def _watched(
    articles: str | os.PathLike[str], index: str | os.PathLike[str], settings: Settings, stop: Event
) -> Iterator[BuildReport | SearchlibError]:
    """The news of the updates, until ``stop`` is set."""
    keeper = _Keeper(articles, index, settings)
    while not stop.is_set():
        watched = _identity(articles)
        yield from keeper.update()
        if watched is None:
            stop.wait(LOOK_MS / 1000)
            continue
        # What changed before the watch began is found by one more look, at its first sign of life.
        unseen = True
        for changed in _changes(articles, index, stop):
            if _identity(articles) != watched:
                break  # Another folder has taken its place: of that one the system says nothing yet.
            if changed or unseen or keeper.is_due():
                yield from keeper.update()
            unseen = False


class _Keeper:
    """Updates an index, and knows what was said of the last time."""

    def __init__(self, articles: str | os.PathLike[str], index: str | os.PathLike[str], settings: Settings) -> None:
        self._update = partial(update_index, articles, index, settings=settings)
        self._last: BuildReport | None = None
        self._failure = ""
        self._pause = self._looks = 0

    def update(self) -> Iterator[BuildReport | SearchlibError]:
        """What is news of an update: its report if something changed, its error if it is another one than before."""
        try:
            report = self._update()
        except SearchlibError as error:
            self._pause = self._looks = min(2 * self._pause or 1, _MOST_LOOKS)
            before, self._failure = self._failure, str(error)
            if before != self._failure:
                yield error
            return
        # After a failure it is news that all is well again.
        if self._failure or self._last is None or _differs(report, self._last):
            yield report
        self._last, self._failure, self._pause = report, "", 0

    def is_due(self) -> bool:
        """Whether an update that failed is to be tried again; asked once at each look."""
        self._looks -= 1
        return bool(self._failure) and self._looks <= 0


def _differs(report: BuildReport, last: BuildReport) -> bool:
    changed = report.added or report.updated or report.deleted
    return bool(changed) or (report.failed, report.salvaged) != (last.failed, last.salvaged)


def _identity(folder: str | os.PathLike[str]) -> tuple[int, int] | None:
    """What tells a folder from another one of the same name; None where there is none."""
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _changes(articles: str | os.PathLike[str], index: str | os.PathLike[str], stop: Event) -> Iterator[bool]:
    """Whether something has changed that an update would see, as soon as it has, and every few seconds."""
    import watchfiles

    folder, left_out = os.path.realpath(articles), os.path.realpath(index)

    def matters(change: watchfiles.Change, path: str) -> bool:
        names = os.path.relpath(path, folder).split(os.sep)
        if any(is_left_out(name) for name in names if name not in (".", "..")):
            return False
        if path == left_out or path.startswith(left_out + os.sep):
            return False  # The index lies among its articles: what an update writes must not lead to the next one.
        # What is gone may have been a folder of articles.
        return (
            change is watchfiles.Change.deleted or os.path.splitext(path)[1].lower() in SUFFIXES or os.path.isdir(path)
        )

    try:
        for changes in watchfiles.watch(
            folder,
            watch_filter=matters,
            step=QUIET_MS,
            debounce=PATIENCE_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except FileNotFoundError:
        return  # The folder is gone again: the caller waits for it.
    except (OSError, RuntimeError) as error:
        raise SearchlibError(
            f"{folder}: the system cannot tell what changes here ({error}): set the environment variable "
            "WATCHFILES_FORCE_POLLING=1 to look at all files instead"
        ) from error
