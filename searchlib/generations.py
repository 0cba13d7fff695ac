"""Keep the generations of an index in its folder: one is current, a new one grows beside it, and the swap is one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from searchlib.errors import IndexBusyError, NoIndexError, SearchlibError

_CURRENT = "current"
_LOCK = "lock"
_FOLDER = "generations"


class Generations:
    """The folder of an index::

    current                    the name of the current generation
    lock                       held by whoever builds
    generations/NAME/          one complete built index, never changed once it is current
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """The folder of the current generation.

        Raises:
            NoIndexError: nothing has been built here.
        """
        try:
            name = (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            name = ""
        except (OSError, UnicodeDecodeError) as error:
            raise NoIndexError(
                f"{self.folder / _CURRENT}: this cannot be read ({error}): build the index again"
            ) from error
        # The name comes from a file: it may lead nowhere but to a generation.
        if name not in self._names():
            raise NoIndexError(
                f"{self.folder}: no index is built here yet: run `searchlib build ARTICLES --index {self.folder}`"
            )
        return self.folder / _FOLDER / name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a build; the system gives the lock back even if the process dies.

        Raises:
            IndexBusyError: somebody else holds it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / _LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(
                f"{self.folder}: another build or update is under way here: try again when it is done"
            ) from error
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def growing(self) -> Iterator[Path]:
        """An empty folder for the next generation: it becomes current at the end, or is removed if something fails.

        The lock must be held. What an earlier build left unfinished is removed too.

        Raises:
            SearchlibError: the disk is full, or does not let itself be written.
        """
        self._sweep()
        # The time keeps apart two indexes that were built, one after the other, at the same place.
        name = f"{self._newest() + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
        generation = self.folder / _FOLDER / name
        try:
            generation.mkdir(parents=True)
            yield generation
            self._publish(generation)
        except BaseException as error:
            shutil.rmtree(generation, ignore_errors=True)
            if isinstance(error, OSError):
                raise _unwritable(self.folder, error) from error
            raise
        self._sweep()

    def _publish(self, generation: Path) -> None:
        """Make the generation current, in one step; whoever has the old one open can go on with it."""
        for file in generation.rglob("*"):
            if file.is_file():
                _flush(file)
        pointer = self.folder / f"{_CURRENT}.new"
        pointer.write_text(f"{generation.name}\n", encoding="utf-8")
        _flush(pointer)
        os.replace(pointer, self.folder / _CURRENT)

    def _sweep(self) -> None:
        """Remove what died unfinished, and old generations but the last: a search may still be opening it."""
        try:
            current = self.current().name
        except NoIndexError:
            current = ""
        names = self._names()
        kept = {current, *[name for name in names if name < current][-1:]}
        for name in names:
            if name not in kept:
                shutil.rmtree(self.folder / _FOLDER / name, ignore_errors=True)

    def _names(self) -> list[str]:
        return sorted(each.name for each in (self.folder / _FOLDER).glob("*"))

    def _newest(self) -> int:
        numbers = [name.partition("-")[0] for name in self._names()]
        return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _unwritable(folder: Path, error: OSError) -> SearchlibError:
    return SearchlibError(f"{folder}: the index cannot be written here: {error.strerror or error}; the old one stays")


def _flush(file: Path) -> None:
    """Wait until the file lies on the disk: the pointer must not get there before what it points to."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
