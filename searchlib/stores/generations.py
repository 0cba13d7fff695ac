"""Keep the generations of an index in its folder: one is current, a new one grows beside it, the swap is one step."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchlib.errors import IndexBusyError, NoIndexError, SearchlibError

_CURRENT = "current"
_LOCK = "lock"
_FOLDER = "generations"
_NAME = re.compile(r"[0-9]{6,}-[0-9]{8}T[0-9]{6,12}")
_NAME_KEPT = 200
"""Characters of ``current`` that are read: a name is far shorter."""


class Generations:
    """The folder of an index::

        current                    the name of the current generation
        lock                       held by whoever builds
        generations/NAME/          one complete built index, never changed once it is current

    What else lies in the folder is left alone.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        name = os.fspath(folder)
        if not name or "\0" in name or "://" in name:
            raise NoIndexError(f"{name!r} is no folder: give the one that holds the index, or shall hold it")
        self.folder = Path(name)
        self._pointer_path = os.path.join(name, _CURRENT)

    def current(self) -> Path:
        """The folder of the current generation.

        Raises:
            NoIndexError: nothing has been built here.
        """
        # Two builds may end between the reading of the name and the look at its folder: then the name is read again.
        for _ in range(3):
            generation = self.folder / _FOLDER / self._current_name()
            if generation.is_dir():
                return generation
        raise self._nothing_built()

    def stamp(self) -> tuple[int, int] | None:
        """What changes when another generation becomes current; None where nothing is built."""
        try:
            status = os.stat(self._pointer_path)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _current_name(self) -> str:
        try:
            name = self._pointer()
        except OSError as error:
            reason = error.strerror or error
            raise NoIndexError(
                f"{self.folder / _CURRENT}: this cannot be read ({reason}): build the index again"
            ) from error
        # The name comes from a file: it may lead nowhere but to a generation.
        if not _NAME.fullmatch(name):
            raise self._nothing_built()
        return name

    def _pointer(self) -> str:
        """What stands in ``current``; nothing where there is no such file."""
        try:
            with (self.folder / _CURRENT).open(encoding="utf-8", errors="replace") as file:
                return file.read(_NAME_KEPT).strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def _nothing_built(self) -> NoIndexError:
        return NoIndexError(
            f"{self.folder}: no index is built here yet: run `searchlib build ARTICLES --index {self.folder}`"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a build; the system gives the lock back even if the process dies.

        Raises:
            IndexBusyError: somebody else holds it.
            SearchlibError: the folder cannot be written, or is used for something else.
        """
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._refuse_strangers()
            lock = FileLock(self.folder / _LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(
                f"{self.folder}: another build or update is under way here: try again when it is done"
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _refuse_strangers(self) -> None:
        """A folder of somebody else's must not become an index because its files happen to have the same names."""
        strangers = [f"{_FOLDER}/{name}" for name in self._entries() if not _NAME.fullmatch(name)]
        pointer = self.folder / _CURRENT
        if pointer.exists() and not (pointer.is_file() and _NAME.fullmatch(self._pointer())):
            strangers.append(_CURRENT)
        if strangers:
            raise SearchlibError(
                f"{self.folder}: this folder holds something else ({', '.join(strangers[:3])}): "
                "give one of its own for the index, or remove that"
            )

    @contextmanager
    def new_generation(self) -> Iterator[Path]:
        """An empty folder for the next generation: it becomes current at the end, or is removed if something fails.

        The lock must be held. What an earlier build left unfinished is removed too.

        Raises:
            SearchlibError: the disk is full, or does not let itself be written.
        """
        self._sweep()
        # The time keeps apart two indexes that were built at the same place, however soon after one another: what is read of
        # one is kept under its name.
        newest = max((int(name.partition("-")[0]) for name in self._entries()), default=0)
        generation = self.folder / _FOLDER / f"{newest + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        try:
            generation.mkdir(parents=True)
            yield generation
            self._publish(generation)
        except BaseException as error:
            shutil.rmtree(generation, ignore_errors=True)
            if isinstance(error, OSError):
                raise self._unwritable(error) from error
            raise
        self._sweep()

    def _publish(self, generation: Path) -> None:
        """Make the generation current, in one step; whoever has the old one open can go on with it."""
        for file in generation.rglob("*"):
            _flush(file)
        _flush(generation)
        pointer = self.folder / f"{_CURRENT}.new"
        pointer.write_text(f"{generation.name}\n", encoding="utf-8")
        _flush(pointer)
        os.replace(pointer, self.folder / _CURRENT)
        _flush(self.folder)

    def _sweep(self) -> None:
        """Remove what died unfinished, and old generations but the last: a search may still be opening it."""
        try:
            current = self.current().name
        except NoIndexError:
            current = ""
        names = self._entries()
        kept = {current, *[name for name in names if name < current][-1:]}
        for name in names:
            if name not in kept:
                shutil.rmtree(self.folder / _FOLDER / name, ignore_errors=True)

    def _entries(self) -> list[str]:
        """What lies among the generations, in the order of their age."""
        try:
            return sorted(os.listdir(self.folder / _FOLDER))
        except FileNotFoundError:
            return []

    def _unwritable(self, error: OSError) -> SearchlibError:
        reason = error.strerror or error
        return SearchlibError(f"{self.folder}: the index cannot be written here: {reason}; an index that is here stays")


def _flush(path: Path) -> None:
    """Wait until the file or folder lies on the disk: the pointer must not get there before what it points to."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders.
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
