"""Manage the generations in the folder of an index: find the current one, create the next one, and replace it."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from searchlib.common.lazy_pattern import lazy_pattern

try:
    import fcntl
except ImportError:  # Windows, where files that are open cannot be removed
    fcntl = None  # type: ignore[assignment]

from searchlib.common.index_files import cannot_be_read, is_missing, sync
from searchlib.errors import (
    IndexDamagedError,
    IndexUnavailableError,
    NoIndexError,
    SearchlibError,
    index_locked,
    no_index_built,
)
from searchlib.stores.manifest import CHECKSUM_FILE

CURRENT_FILE = "current"
LOCK_FILE = "lock"
IGNORE_FILE = ".gitignore"
GENERATIONS_FOLDER = "generations"

_MAX_HOLD_TRIES = 100

MAX_NAME = 200
"""Maximum characters of the file ``current``. The name of a generation is far shorter."""

_GENERATION_NAME = lazy_pattern(r"[0-9]{6,}-[0-9]{8}T[0-9]{6,12}")


class Hold:
    """Protects a generation from removal while this object exists, by a shared lock that the system releases if the process ends.

    If the system or file system cannot lock folders, there is no protection; open files remain readable.
    """

    __slots__ = ("__weakref__", "_descriptor")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    @classmethod
    def take(cls, generation: Path) -> Hold | None:
        """Hold a generation. Return None if a build removes it at the same time."""
        if fcntl is None:
            return cls(-1)
        try:
            hold = cls(os.open(generation, os.O_RDONLY | os.O_CLOEXEC))
            fcntl.flock(hold._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            # A build may have removed it, and released its own lock, before this one was taken.
            return hold if os.path.samestat(os.fstat(hold._descriptor), os.stat(generation)) else None
        except (FileNotFoundError, BlockingIOError):
            return None
        except OSError:
            return cls(-1)


class Generations:
    """The folder of an index::

        .gitignore                 keeps the folder out of git
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
            IndexDamagedError: the current generation is missing.
            IndexUnavailableError: the system cannot read the folder.
        """
        # Builds may replace and remove this generation after its name was read. The name is then read again.
        for _ in range(3):
            name = self._read_pointer()
            # The file's content must not point outside the folder of the generations.
            if not _GENERATION_NAME.fullmatch(name):
                raise no_index_built(self.folder)
            generation = self.folder / GENERATIONS_FOLDER / name
            if self._is_folder(generation):
                return generation
        raise IndexDamagedError(
            f"{self.folder}: the generation {name}, which is current, is missing: run `searchlib check --repair --index "
            f"{self.folder}` to return to an older one, or build the index again"
        )

    def hold_current(self) -> tuple[Path, Hold]:
        """Return the folder of the current generation, and a hold that protects it. The errors are those of ``current``."""
        for _ in range(_MAX_HOLD_TRIES):
            generation = self.current()
            if (hold := Hold.take(generation)) is not None:
                return generation, hold
            # A build is removing this generation, so another one is current.
        raise IndexUnavailableError(f"{self.folder}: the index is being replaced too often: try again")

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
            made = _make_folder(self.folder)
            self._check_entries()
            lock = FileLock(self.folder / LOCK_FILE, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise index_locked(self.folder) from error
        except (OSError, NotImplementedError) as error:
            if isinstance(error, NotImplementedError) or error.errno in (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP):
                raise SearchlibError(
                    f"{self.folder}: the file system cannot lock files: choose a folder of another file system for the index"
                ) from error
            raise self._not_writable(error) from error
        try:
            yield
        except BaseException:
            if made and is_missing(self.folder / CURRENT_FILE):
                self._remove_made(made)
            raise
        finally:
            # If unlocking fails, the system releases the lock at the end of the process.
            with suppress(OSError):
                lock.release()

    def _remove_made(self, made: Sequence[Path]) -> None:
        """Remove the folder of a first build that failed, and the parents that were made for it, if nothing else is in them."""
        with suppress(OSError):
            for name in (IGNORE_FILE, LOCK_FILE):
                (self.folder / name).unlink(missing_ok=True)
            for folder in (self.folder / GENERATIONS_FOLDER, *made):
                if folder.exists():
                    folder.rmdir()

    @contextmanager
    def new_generation(self) -> Iterator[Path]:
        """Create an empty folder for the next generation. Publish it at the end, or remove it if an error occurs before that.

        The caller must hold the lock. Remains of interrupted builds are removed first, complete generations only when the next
        one is current.

        Raises:
            SearchlibError: the system refuses to write, for example because the disk is full.
        """
        for unfinished in self._unfinished():
            shutil.rmtree(self.folder / GENERATIONS_FOLDER / unfinished, ignore_errors=True)
        # Caches use the name as their key. The time keeps it unique when an index is deleted and built again.
        newest = max((_age(each)[0] for each in self._list_names()), default=0)
        name = f"{newest + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        generation = self.folder / GENERATIONS_FOLDER / name
        try:
            generation.mkdir(parents=True)
            yield generation
            self.publish(generation)
        except BaseException as error:
            is_published = self._may_be_current(name)
            if not is_published:
                shutil.rmtree(generation, ignore_errors=True)
            if isinstance(error, OSError):
                raise (self._not_synced(error) if is_published else self._not_writable(error)) from error
            raise
        for superseded in self._superseded():
            _remove_unless_held(self.folder / GENERATIONS_FOLDER / superseded)

    def publish(self, generation: Path) -> None:
        """Make a complete generation current in one step. Readers of the old one can go on.

        The pointer is replaced after all files of the generation are on disk. Later failures do not undo this step.
        """
        for file in generation.rglob("*"):
            sync(file)
        for folder in (generation, generation.parent, self.folder):
            sync(folder)
        pointer = self.folder / f"{CURRENT_FILE}.new"
        # A killed build may have left this file. It is not opened: in a stranger's folder it may be a link to another file.
        pointer.unlink(missing_ok=True)
        try:
            with pointer.open("x", encoding="utf-8") as opened:
                opened.write(f"{generation.name}\n")
            sync(pointer)
            os.replace(pointer, self.folder / CURRENT_FILE)
        except BaseException:
            with suppress(OSError):
                pointer.unlink(missing_ok=True)
            raise
        sync(self.folder)

    def complete(self) -> list[Path]:
        """Return the folders of the generations that were completed, newest first: those with the last file that a build writes."""
        folder = self.folder / GENERATIONS_FOLDER
        return [folder / name for name in reversed(self._list_names()) if not is_missing(folder / name / CHECKSUM_FILE)]

    def _unfinished(self) -> list[str]:
        """Return the names of generations that a build did not complete."""
        complete = {generation.name for generation in self.complete()}
        return [name for name in self._list_names() if name not in complete and not self._may_be_current(name)]

    def _superseded(self) -> list[str]:
        """Return the names of old generations, except the previous one, which ``check --repair`` can return to.

        If the current generation cannot be read, no generation is superseded.
        """
        try:
            current = self.current().name
        except SearchlibError:
            return []
        names = self._list_names()
        needed = {current, *[name for name in names if _age(name) < _age(current)][-1:]}
        return [name for name in names if name not in needed]

    def _may_be_current(self, name: str) -> bool:
        """Return whether a generation is current. A pointer that cannot be read may name any generation."""
        try:
            return self._read_pointer() == name
        except IndexUnavailableError:
            return True

    def _check_entries(self) -> None:
        """Refuse a folder in which another program's files have names that an index uses.

        Raises:
            SearchlibError: there are such files.
        """
        foreign = [f"{GENERATIONS_FOLDER}/{name}" for name in self._list_names() if self._is_foreign(name)]
        pointer = self.folder / CURRENT_FILE
        if pointer.exists() and not (pointer.is_file() and _GENERATION_NAME.fullmatch(self._read_pointer())):
            foreign.append(CURRENT_FILE)
        if foreign:
            raise SearchlibError(
                f"{self.folder}: this folder contains files that do not belong to an index ({', '.join(foreign[:3])}): "
                "choose another folder for the index, or delete them"
            )

    def _is_foreign(self, name: str) -> bool:
        """Return whether a name in the folder of the generations is not that of a generation, or does not name a folder."""
        if not _GENERATION_NAME.fullmatch(name):
            return True
        try:
            return not stat.S_ISDIR(os.stat(self.folder / GENERATIONS_FOLDER / name).st_mode)
        except FileNotFoundError:
            return False  # A build that ends meanwhile may remove a generation.

    def _read_pointer(self) -> str:
        """Return the content of the file ``current``, or "" if there is none.

        Raises:
            IndexUnavailableError: the file is there and cannot be read.
        """
        try:
            with open(self._current_path, encoding="utf-8", errors="replace", opener=_open_nonblocking) as file:
                # A FIFO or device of this name is no pointer, and would be read forever.
                return file.read(MAX_NAME).strip() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else ""
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise cannot_be_read(self.folder / CURRENT_FILE, error) from error

    def _is_folder(self, path: Path) -> bool:
        try:
            return path.is_dir()
        except OSError as error:
            raise cannot_be_read(path, error) from error

    def _list_names(self) -> list[str]:
        """Return the names in the folder of the generations, oldest first."""
        try:
            return sorted(os.listdir(self.folder / GENERATIONS_FOLDER), key=_age)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise cannot_be_read(self.folder / GENERATIONS_FOLDER, error) from error

    def _not_writable(self, error: OSError) -> SearchlibError:
        return SearchlibError(
            f"{self.folder}: the index cannot be written here ({error.strerror or error}): "
            "check the permissions and the free space; an existing index stays as it was"
        )

    def _not_synced(self, error: OSError) -> SearchlibError:
        return SearchlibError(
            f"{self.folder}: the new index is current, but the system does not confirm that it is on the disk "
            f"({error.strerror or error}): check the disk, then run `searchlib check`"
        )


def _age(name: str) -> tuple[int, str]:
    """Return a key that sorts the names of generations from the oldest to the newest, also after number 999,999."""
    number = name.partition("-")[0]
    return int(number) if number.isdecimal() and number.isascii() else 0, name


def _remove_unless_held(generation: Path) -> None:
    """Remove a generation unless it is held. An exclusive lock prevents new holds meanwhile."""
    descriptor = -1
    try:
        if fcntl is not None:
            # A file system without such locks has no holds.
            with suppress(OSError):
                # Only a folder is opened: opening a FIFO would wait.
                descriptor = os.open(generation, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
        shutil.rmtree(generation, ignore_errors=True)
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _open_nonblocking(path: str, flags: int) -> int:
    """Open a file without waiting for the writer of a FIFO."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _make_folder(folder: Path) -> list[Path]:
    """Create a folder with its missing parents, wait until their names are on the disk, and return them, the folder first.

    A new folder gets a ``.gitignore`` file, so that git ignores it in a repository.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if missing:
        (folder / IGNORE_FILE).write_text("*\n", encoding="ascii")
    for each in missing:
        sync(each.parent)
    return missing
