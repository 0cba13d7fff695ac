"""The generations in the folder of an index: where they lie, which one is current, and how the next one replaces it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from searchlib.errors import NoIndexError, SearchlibError, index_locked, no_index_built

CURRENT_FILE = "current"
LOCK_FILE = "lock"
GENERATIONS_FOLDER = "generations"

MAX_NAME = 200
"""Characters of the file ``current`` that are read. The name of a generation is far shorter."""

_GENERATION_NAME = re.compile(r"[0-9]{6,}-[0-9]{8}T[0-9]{6,12}")


class Generations:
    """The folder of an index::

        current                    the name of the current generation
        lock                       locked during a build or update
        generations/NAME/          one complete built index, which never changes once it is current

    Other files in the folder are left alone.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        name = os.fspath(folder)
        if not name or "\0" in name or "://" in name:
            raise NoIndexError(f"{name!r} is not a folder: give the folder of the index")
        self.folder = Path(name)
        self._current_path = os.path.join(name, CURRENT_FILE)

    def current(self) -> Path:
        """Return the folder of the current generation.

        Raises:
            NoIndexError: no index is built here.
        """
        # Two builds may end after the name is read, and remove this generation. The name is then read again.
        for _ in range(3):
            generation = self.folder / GENERATIONS_FOLDER / self._current_name()
            if generation.is_dir():
                return generation
        raise no_index_built(self.folder)

    def stamp(self) -> tuple[int, int] | None:
        """Return a value that changes when another generation becomes current, or None if no index is built here."""
        try:
            status = os.stat(self._current_path)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the index. The system releases it if the process dies.

        Raises:
            IndexBusyError: another process or thread holds the lock.
            SearchlibError: the folder cannot be written, or holds other files under the names of an index.
        """
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._check_entries()
            lock = FileLock(self.folder / LOCK_FILE, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise index_locked(self.folder) from error
        except OSError as error:
            raise self._not_writable(error) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def new_generation(self) -> Iterator[Path]:
        """Create an empty folder for the next generation. Publish it at the end, or remove it if an error occurs.

        The caller must hold the lock. Remains of interrupted builds are removed, too.

        Raises:
            SearchlibError: the system refuses to write, for example because the disk is full.
        """
        self._clean_up()
        # Caches use the name as their key. The time keeps it unique when an index is deleted and built again.
        newest = max((int(name.partition("-")[0]) for name in self._list_names()), default=0)
        name = f"{newest + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        generation = self.folder / GENERATIONS_FOLDER / name
        try:
            generation.mkdir(parents=True)
            yield generation
            self._publish(generation)
        except BaseException as error:
            shutil.rmtree(generation, ignore_errors=True)
            if isinstance(error, OSError):
                raise self._not_writable(error) from error
            raise
        self._clean_up()

    def _publish(self, generation: Path) -> None:
        """Make a generation current in one step. Readers of the old one can go on."""
        for file in generation.rglob("*"):
            _sync(file)
        _sync(generation)
        pointer = self.folder / f"{CURRENT_FILE}.new"
        pointer.write_text(f"{generation.name}\n", encoding="utf-8")
        _sync(pointer)
        os.replace(pointer, self.folder / CURRENT_FILE)
        _sync(self.folder)

    def _clean_up(self) -> None:
        """Remove unfinished and old generations, but keep the one before the current: a search may still be opening it."""
        try:
            current = self.current().name
        except NoIndexError:
            current = ""
        names = self._list_names()
        needed = {current, *[name for name in names if name < current][-1:]}
        for name in names:
            if name not in needed:
                shutil.rmtree(self.folder / GENERATIONS_FOLDER / name, ignore_errors=True)

    def _check_entries(self) -> None:
        """Refuse a folder in which files of another program have the names that an index uses.

        Raises:
            SearchlibError: there are such files.
        """
        foreign = [
            f"{GENERATIONS_FOLDER}/{name}" for name in self._list_names() if not _GENERATION_NAME.fullmatch(name)
        ]
        pointer = self.folder / CURRENT_FILE
        if pointer.exists() and not (pointer.is_file() and _GENERATION_NAME.fullmatch(self._read_pointer())):
            foreign.append(CURRENT_FILE)
        if foreign:
            raise SearchlibError(
                f"{self.folder}: this folder holds files that are not of an index ({', '.join(foreign[:3])}): "
                "choose another folder for the index, or delete them"
            )

    def _current_name(self) -> str:
        try:
            name = self._read_pointer()
        except OSError as error:
            raise NoIndexError(
                f"{self.folder / CURRENT_FILE}: this cannot be read ({error.strerror or error}): build the index again"
            ) from error
        # The content of a file must not lead outside the folder of the generations.
        if not _GENERATION_NAME.fullmatch(name):
            raise no_index_built(self.folder)
        return name

    def _read_pointer(self) -> str:
        """Return the content of the file ``current``, or "" if there is none."""
        try:
            with open(self._current_path, encoding="utf-8", errors="replace") as file:
                return file.read(MAX_NAME).strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def _list_names(self) -> list[str]:
        """Return the names in the folder of the generations, oldest first."""
        try:
            return sorted(os.listdir(self.folder / GENERATIONS_FOLDER))
        except FileNotFoundError:
            return []

    def _not_writable(self, error: OSError) -> SearchlibError:
        return SearchlibError(
            f"{self.folder}: the index cannot be written here ({error.strerror or error}): "
            "check the permissions and the free space; an index that is here stays as it was"
        )


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk: the pointer must not arrive there before its generation."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders.
    # Windows can sync only files that are open for writing.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
