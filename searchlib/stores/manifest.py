"""Read and write the manifest of a generation: how it was built, its source files, and the checksums of its files."""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import blake2b
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.analysis.record import check_analysis
from searchlib.common.index_files import cannot_be_read, read_index_file
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import IndexDamagedError, index_damaged, other_format
from searchlib.models import count_reasons
from searchlib.settings import are_facets

FORMAT = 11
"""The version of the index format. It is raised when this program can no longer read older indexes."""

MANIFEST_FILE = "manifest.json"
CHECKSUM_FILE = "manifest.blake2b"
SOURCES_FILE = "sources.json.gz"

MAX_SOURCES_BYTES = 2 << 30
"""Maximum size of ``sources.json.gz`` after decompression. A larger file is refused as damaged."""

MAX_SOURCES_RATIO = 32
"""Maximum ratio of the decompressed size of ``sources.json.gz`` to its file size. File hashes do not compress well: usual
indexes have a ratio of 4. Files that compress better than the maximum are padded."""

MIN_SOURCES_LIMIT = 16 << 20
"""Up to this size after decompression, the ratio is not checked."""

MAX_MANIFEST_BYTES = 4 << 20
"""Maximum size of the manifest. It has about 150 bytes for each file of the index."""

MAX_FILES = 5000
"""Maximum number of files of a generation. There are three for each segment, and a few others."""


FileDigests = Mapping[str, tuple[int, str]]
"""The size in bytes and the hash (BLAKE2b, 16 bytes in hex) of files, by their paths relative to the generation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``: what is needed to open a generation.

    ``built`` is an ISO 8601 date in UTC, ``articles`` the number of articles, ``files`` describes every other file. ``facets``
    are the names of the facets of the front matter, ``settings`` those that the index keeps.
    ``skipped`` and ``traits`` are counts of ``Sources``: of files that are left out, by reason, and of articles by trait.
    """

    format: int
    engine: str
    built: str
    zone: str
    analysis: Mapping[str, Any]
    facets: tuple[str, ...]
    articles: int
    skipped: Mapping[str, int]
    traits: Mapping[str, int]
    files: FileDigests
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def built_at(self) -> datetime:
        """The time of the build."""
        return datetime.fromisoformat(self.built)

    @classmethod
    def from_values(cls, values: Any) -> Manifest:
        """Return the manifest with these values from JSON; raise ValueError if one is missing, unknown or wrong."""
        # Older versions did not write the settings.
        values = {"settings": {}, **values} if isinstance(values, dict) else {}
        if values.keys() != _RULES.keys():
            raise ValueError(f"it does not have the keys {', '.join(_RULES)}")
        for name, is_valid in _RULES.items():
            if not is_valid(values[name]):
                raise ValueError(f"the value of {name} is wrong")
        files = {name: (size, digest) for name, (size, digest) in values["files"].items()}
        return cls(**{**values, "facets": tuple(values["facets"]), "files": files})


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def _is_date(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).utcoffset() is not None
    except (TypeError, ValueError):
        return False


def _is_zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value))
    except (KeyError, ValueError, OSError):
        return False


def _are_files(value: Any) -> bool:
    return isinstance(value, dict) and len(value) <= MAX_FILES and all(map(_is_file, value, value.values()))


def _is_file(name: str, entry: Any) -> bool:
    """Return whether this is a path below the generation, with the size and the hash of a file."""
    return (
        all(part not in ("", ".", "..") and not {*part} & {"\\", ":", "\0"} for part in name.split("/"))
        and isinstance(entry, list)
        and len(entry) == 2
        and _is_count(entry[0])
        and isinstance(entry[1], str)
        and _DIGEST.fullmatch(entry[1]) is not None
    )


class Trait(Enum):
    """A property of articles that is counted: one letter in ``Sources.traits``."""

    ENCRYPTED = "e"
    UNDATED = "d"
    UNTITLED = "t"


_DIGEST = lazy_pattern("[0-9a-f]{32}")

_RULES: Mapping[str, Callable[[Any], bool]] = {
    "format": _is_count,
    "engine": lambda value: isinstance(value, str),
    "built": _is_date,
    "zone": _is_zone,
    "analysis": lambda value: isinstance(value, dict),
    "facets": are_facets,
    "articles": _is_count,
    "skipped": _are_counts,
    "traits": lambda value: _are_counts(value) and value.keys() == {trait.name.lower() for trait in Trait},
    "files": _are_files,
    "settings": lambda value: isinstance(value, dict),
}
"""Checks of the values of a manifest. The analysis is compared with that of this program, and the settings are checked on use."""


FILE_FIELDS = ("digests", "states", "failed", "salvaged", "skipped", "changes_at", "traits")
"""The fields of ``Sources`` that map files that were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The content of ``sources.json.gz``: the article files that a generation was built from. Updates and the check use it.

    ``digests`` maps every file that was read to the hash of its content. ``states`` maps a file to ``(size, mtime, ctime,
    inode)``, in bytes and nanoseconds, from before it was read; files whose next change might not alter the state are left out.
    ``failed``, ``salvaged`` and ``skipped`` map a file to the reason. Each file that neither failed nor was skipped is an article.
    ``changes_at`` maps a file to the time, in seconds since 1970, at which it must be read again although it has not changed.
    ``traits`` maps an article to the letters of its ``Trait``. ``excluded`` maps files that were not read to the reason.
    ``settings`` are the settings that the files were read with. ``origin`` identifies the folder, or is "" if it is unknown.
    """

    digests: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    salvaged: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    changes_at: Mapping[str, float] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""

    @property
    def articles(self) -> Set[str]:
        """The ids of the articles."""
        return self.digests.keys() - self.failed.keys() - self.skipped.keys()

    @property
    def left_out(self) -> dict[str, str]:
        """All files that are deliberately left out, with the reasons."""
        return {**self.skipped, **self.excluded}

    def skipped_counts(self) -> dict[str, int]:
        """Count the files that are left out by reason, without the details in brackets; the most frequent reason is first."""
        return count_reasons(self.left_out.values())

    def trait_counts(self) -> dict[str, int]:
        """Count the articles by trait."""
        counts = Counter(chain.from_iterable(self.traits.values()))
        return {trait.name.lower(): counts[trait.value] for trait in Trait}

    def subset(self, names: Iterable[str]) -> Sources:
        """Return the sources of some of the files that were read."""
        included = [name for name in names if name in self.digests]
        return self._of(
            {key: {name: values[name] for name in included if name in values} for key, values in self._files()}
        )

    def without(self, names: Iterable[str]) -> Sources:
        """Return the sources of all files that were read but these."""
        return self._of(self._files_without(names))

    def merged_with(self, later: Sources) -> Sources:
        """Return the files of both. A file that both contain is taken from ``later``."""
        files = self._files_without(later.digests)
        for key, values in later._files():
            files[key].update(values)
        return Sources(
            **files,
            excluded={**self.excluded, **later.excluded},
            settings=later.settings or self.settings,
            origin=later.origin or self.origin,
        )

    def _files_without(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return a copy of each field that maps the read files, without these files."""
        files = {key: dict(values) for key, values in self._files()}
        for name in names:
            for values in files.values():
                values.pop(name, None)
        return files

    def _files(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the fields that map files that were read, with their names."""
        return ((name, getattr(self, name)) for name in FILE_FIELDS)

    def _of(self, files: Mapping[str, Mapping[str, Any]]) -> Sources:
        """Return sources with these files, and no excluded ones."""
        return Sources(**files, settings=self.settings, origin=self.origin)


NO_SOURCES = Sources()

_STATE_FIELDS = ("sizes", "changed", "status_changed", "inodes")
"""The lists of the parts of ``states``."""

_PLAIN_FIELDS = ("failed", "salvaged", "skipped", "changes_at", "traits", "excluded", "settings")
"""The fields of ``Sources`` that are stored as they are."""


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its generation, and its checksum beside it."""
    data = _to_json(asdict(manifest))
    (generation / MANIFEST_FILE).write_bytes(data)
    (generation / CHECKSUM_FILE).write_text(_hash(data), encoding="ascii")


def read_manifest(generation: Path) -> Manifest:
    """Return the manifest of a generation, and check that this program can open it.

    Raises:
        IndexDamagedError: the manifest is missing or cannot be read.
        IndexMismatchError: the index was built with another format or analysis.
    """
    file = generation / MANIFEST_FILE
    try:
        data = read_index_file(file, MAX_MANIFEST_BYTES)
        if _hash(data).encode() != read_index_file(generation / CHECKSUM_FILE, MAX_MANIFEST_BYTES):
            raise ValueError(f"its checksum is not the one in {CHECKSUM_FILE}")
        values = _from_json(data)
        version = values["format"]
        manifest = Manifest.from_values(values) if version == FORMAT else None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unreadable(file, error) from error
    if manifest is None:
        raise other_format(generation, version, FORMAT)
    check_analysis(str(generation), manifest.analysis)
    return manifest


def write_sources(generation: Path, sources: Sources) -> None:
    """Write the sources into the folder of their generation. Call this before the manifest is written."""
    # Parallel lists are read twice as fast as one list per file.
    states = [sources.states.get(name, (None, None, None, None)) for name in sources.digests]
    values = {
        "names": list(sources.digests),
        "digests": list(sources.digests.values()),
        **{key: [state[at] for state in states] for at, key in enumerate(_STATE_FIELDS)},
        **{name: getattr(sources, name) for name in _PLAIN_FIELDS},
        "origin": sources.origin,
    }
    data = _to_json(values)
    # Zeros after the end are ignored.
    (generation / SOURCES_FILE).write_bytes(
        gzip.compress(data, 1, mtime=0).ljust(len(data) // MAX_SOURCES_RATIO, b"\0")
    )


def read_sources(generation: Path, manifest: Manifest) -> Sources:
    """Return the sources of a generation, and check them against its manifest.

    Raises:
        IndexDamagedError: they are missing or have changed.
    """
    file = generation / SOURCES_FILE
    try:
        size, digest = manifest.files[SOURCES_FILE]
        data = read_index_file(file, size)
        if _hash(data) != digest:
            raise ValueError(f"its checksum is not the one in {MANIFEST_FILE}")
        values = _from_json(_decompress(data))
        names = values["names"]
        # Older versions wrote no inodes: the next update then reads all files.
        states = zip(*(values[key] for key in _STATE_FIELDS), strict=True) if _STATE_FIELDS[-1] in values else ()
        return Sources(
            digests=dict(zip(names, values["digests"], strict=True)),
            states={name: state for name, state in zip(names, states, strict=bool(states)) if state[0] is not None},
            **{name: values[name] for name in _PLAIN_FIELDS},
            # Older versions did not write this field.
            origin=values.get("origin", ""),
        )
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unreadable(file, error) from error


def file_digests(generation: Path, recorded: FileDigests) -> dict[str, tuple[int, str]]:
    """Return the size and hash of every file of a generation but the manifest. Files in ``recorded`` are not read."""
    return {
        name: recorded[name] if name in recorded else (file.stat().st_size, _hash_file(file))
        for name, file in _list_files(generation).items()
    }


def linked_files(generation: Path, old: Path, manifest: Manifest) -> dict[str, tuple[int, str]]:
    """Return the size and hash of the files that a generation shares with an old one through hard links.

    The values come from the manifest of the old generation, so that ``check`` finds damage of such a file.
    """
    return {
        name: (size, digest)
        for name, (size, digest) in manifest.files.items()
        if (generation / name).exists() and (generation / name).samefile(old / name)
    }


def damaged_files(generation: Path, manifest: Manifest, *, unread: Collection[str] = ()) -> list[str]:
    """Return one line for each file that is missing, cannot be read, has changed, or does not belong to the generation.

    Of the files in ``unread`` only the size is checked.
    """
    try:
        names = {*_list_files(generation)}
    except OSError as error:
        raise cannot_be_read(generation, error) from error
    problems = [f"{name}: the file does not belong to the index" for name in names - manifest.files.keys()]
    for name, (size, digest) in manifest.files.items():
        try:
            problem = _file_problem(generation / name, size, "" if name in unread else digest)
        except OSError as error:
            problem = f"the file cannot be read ({error.strerror or error})"
        if problem:
            problems.append(f"{name}: {problem}")
    return sorted(problems)


def changed_files(generation: Path, manifest: Manifest, *, read: Collection[str]) -> list[str]:
    """Return the result of ``damaged_files`` for the files in ``read``; of all others, check only existence and size.

    The folder is not listed: this is fast enough for every opening of an index.
    """
    problems = []
    for name, (size, digest) in manifest.files.items():
        try:
            problem = _file_problem(generation / name, size, digest if name in read else "")
        except OSError as error:
            raise cannot_be_read(generation / name, error) from error
        if problem:
            problems.append(f"{name}: {problem}")
    return problems


def _file_problem(file: Path, expected_size: int, digest: str) -> str | None:
    """Return how a file differs from its entry in the manifest. Without a digest, only the size is compared."""
    try:
        status = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return "the file is missing"
    if not stat.S_ISREG(status.st_mode):
        return "this is not a regular file"
    if status.st_size != expected_size:
        return f"the file has {status.st_size} bytes instead of {expected_size}"
    if digest and _hash_file(file) != digest:
        return "the file has changed, its checksum is wrong"
    return None


def _list_files(generation: Path) -> dict[str, Path]:
    """Return the files of a generation but the manifest, by their relative paths."""
    files = {}

    def fail(error: OSError) -> None:
        raise error

    for folder, _, names in os.walk(generation, onerror=fail):
        for name in names:
            if name not in (MANIFEST_FILE, CHECKSUM_FILE):
                file = Path(folder, name)
                files[file.relative_to(generation).as_posix()] = file
    return dict(sorted(files.items()))


def _to_json(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _from_json(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _decompress(data: bytes) -> bytes:
    limit = min(max(MAX_SOURCES_RATIO * (len(data) + 1), MIN_SOURCES_LIMIT), MAX_SOURCES_BYTES)
    with gzip.open(BytesIO(data)) as file:
        decompressed = file.read(limit)
        if file.read(1):
            raise ValueError(f"it has more than {limit >> 20} MB after decompression")
    return decompressed


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _hash_file(file: Path) -> str:
    digest = blake2b(digest_size=16)
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _unreadable(file: Path, error: Exception) -> IndexDamagedError:
    return index_damaged(file, f"this cannot be read ({error})")
