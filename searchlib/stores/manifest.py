"""The manifest of a generation: how it was built, from which articles, and the checksums of its files."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from searchlib.analysis.record import check_analysis
from searchlib.errors import IndexDamagedError, index_damaged, other_format
from searchlib.models import count_reasons

FORMAT = 6
"""The version of the index format. It is raised when this program can no longer read older indexes."""

MANIFEST_FILE = "manifest.json"
CHECKSUM_FILE = "manifest.blake2b"
SOURCES_FILE = "sources.json.gz"

MAX_SOURCES_BYTES = 2 << 30
"""The size of ``sources.json.gz`` after decompression. A larger file is refused as damaged."""

T = TypeVar("T")

FileDigests = Mapping[str, tuple[int, str]]
"""The size in bytes and the hash (BLAKE2b, 16 bytes in hex) of files, by their paths relative to the generation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``: what is needed to open a generation.

    ``built`` is an ISO 8601 date in UTC, ``articles`` the number of articles, ``files`` describes every other file.
    ``skipped`` and ``traits`` are counts of ``Sources``: of files that are left out, by reason, and of articles by trait.
    """

    format: int
    engine: str
    built: str
    zone: str
    analysis: Mapping[str, Any]
    articles: int
    skipped: Mapping[str, int]
    traits: Mapping[str, int]
    files: FileDigests

    @property
    def built_at(self) -> datetime:
        """The time of the build."""
        return datetime.fromisoformat(self.built)


class Trait(Enum):
    """What is counted of articles, as a letter in ``Sources.traits``."""

    ENCRYPTED = "e"
    UNDATED = "d"
    UNTITLED = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The content of ``sources.json.gz``: the article files that a generation was built from. Updates and the check use it.

    ``digests`` maps every file that was read to the hash of its content. ``states`` maps a file to ``(size, mtime, ctime)``, in
    bytes and nanoseconds, from before it was read; files whose next change might not alter these are left out. ``failed``,
    ``salvaged`` and ``skipped`` map a file to the reason. Each file that neither failed nor was skipped is an article.
    ``changes_at`` maps a file to the time, in seconds since 1970, at which it must be read again although it has not changed.
    ``traits`` maps an article to the letters of its ``Trait``. ``excluded`` maps files that were not read to the reason.
    ``settings`` are the settings that the files were read with.
    """

    digests: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    salvaged: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    changes_at: Mapping[str, float] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def articles(self) -> Set[str]:
        """The ids of the articles."""
        return self.digests.keys() - self.failed.keys() - self.skipped.keys()

    @property
    def left_out(self) -> dict[str, str]:
        """All files that are no articles on purpose, with the reason."""
        return {**self.skipped, **self.excluded}

    def skipped_counts(self) -> dict[str, int]:
        """Count the files that are left out by reason, without the details in brackets; the most frequent reason is first."""
        return count_reasons(self.left_out.values())

    def trait_counts(self) -> dict[str, int]:
        """Count the articles by trait."""
        return {trait.name.lower(): sum(trait.value in letters for letters in self.traits.values()) for trait in Trait}

    def subset(self, names: Iterable[str]) -> Sources:
        """Return the sources of some of the files that were read."""
        included = [name for name in names if name in self.digests]

        def some(values: Mapping[str, T]) -> dict[str, T]:
            return {name: values[name] for name in included if name in values}

        return Sources(
            digests=some(self.digests),
            states=some(self.states),
            failed=some(self.failed),
            salvaged=some(self.salvaged),
            skipped=some(self.skipped),
            changes_at=some(self.changes_at),
            traits=some(self.traits),
            settings=self.settings,
        )

    def merged_with(self, later: Sources) -> Sources:
        """Return the files of both. A file that both contain is taken from ``later``."""
        earlier = self.subset(self.digests.keys() - later.digests.keys())
        return Sources(
            digests={**earlier.digests, **later.digests},
            states={**earlier.states, **later.states},
            failed={**earlier.failed, **later.failed},
            salvaged={**earlier.salvaged, **later.salvaged},
            skipped={**earlier.skipped, **later.skipped},
            changes_at={**earlier.changes_at, **later.changes_at},
            traits={**earlier.traits, **later.traits},
            excluded={**self.excluded, **later.excluded},
            settings=later.settings or self.settings,
        )


NO_SOURCES = Sources()

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
        data = file.read_bytes()
        if _hash(data) != (generation / CHECKSUM_FILE).read_text(encoding="ascii"):
            raise ValueError(f"its checksum is not the one in {CHECKSUM_FILE}")
        values = _from_json(data)
        version = values["format"]
        manifest = Manifest(**values) if version == FORMAT else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _unreadable(file, error) from error
    if manifest is None:
        raise other_format(generation, version, FORMAT)
    check_analysis(str(generation), manifest.analysis)
    return manifest


def write_sources(generation: Path, sources: Sources) -> None:
    """Write the sources into the folder of their generation. Call this before the manifest is written."""
    # Parallel lists are read twice as fast as one list per file.
    states = [sources.states.get(name, (None, None, None)) for name in sources.digests]
    values = {
        "names": list(sources.digests),
        "digests": list(sources.digests.values()),
        "sizes": [size for size, _, _ in states],
        "changed": [mtime for _, mtime, _ in states],
        "status_changed": [ctime for _, _, ctime in states],
        **{name: getattr(sources, name) for name in _PLAIN_FIELDS},
    }
    (generation / SOURCES_FILE).write_bytes(gzip.compress(_to_json(values), 1, mtime=0))


def read_sources(generation: Path, manifest: Manifest) -> Sources:
    """Return the sources of a generation, and check them against its manifest.

    Raises:
        IndexDamagedError: they are missing or have changed.
    """
    file = generation / SOURCES_FILE
    try:
        data = file.read_bytes()
        if _hash(data) != manifest.files[SOURCES_FILE][1]:
            raise ValueError(f"its checksum is not the one in {MANIFEST_FILE}")
        values = _from_json(_decompress(data))
        names = values["names"]
        states = zip(values["sizes"], values["changed"], values["status_changed"], strict=True)
        return Sources(
            digests=dict(zip(names, values["digests"], strict=True)),
            states={name: state for name, state in zip(names, states, strict=True) if state[0] is not None},
            **{name: values[name] for name in _PLAIN_FIELDS},
        )
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError) as error:
        raise _unreadable(file, error) from error


def file_digests(generation: Path, recorded: FileDigests = MappingProxyType({})) -> dict[str, tuple[int, str]]:
    """Return the size and hash of every file of a generation but the manifest. Files in ``recorded`` are not read."""
    return {
        name: recorded[name] if name in recorded else (file.stat().st_size, _hash_file(file))
        for name, file in _list_files(generation).items()
    }


def linked_files(generation: Path, old: Path, manifest: Manifest) -> dict[str, tuple[int, str]]:
    """Return the size and hash of the files that a generation shares with an old one through hard links.

    They are taken from the manifest of the old generation: if a file is damaged by now, the check finds it.
    """
    return {
        name: (size, digest)
        for name, (size, digest) in manifest.files.items()
        if (generation / name).exists() and (generation / name).samefile(old / name)
    }


def damaged_files(generation: Path, manifest: Manifest, *, unread: Collection[str] = ()) -> list[str]:
    """Return one line for each file that is missing, has changed, or does not belong to the generation.

    Of the files in ``unread`` only the size is checked.
    """
    files = _list_files(generation)
    problems = [f"{name}: the file is missing" for name in manifest.files if name not in files]
    problems += [f"{name}: the file does not belong to the index" for name in files if name not in manifest.files]
    for name in files.keys() & manifest.files.keys():
        expected_size, digest = manifest.files[name]
        size = files[name].stat().st_size
        if size != expected_size:
            problems.append(f"{name}: the file has {size} bytes instead of {expected_size}")
        elif name not in unread and _hash_file(files[name]) != digest:
            problems.append(f"{name}: the file has changed, its checksum is wrong")
    return sorted(problems)


def _list_files(generation: Path) -> dict[str, Path]:
    """Return the files of a generation but the manifest, by their relative paths."""
    return {
        file.relative_to(generation).as_posix(): file
        for file in sorted(generation.rglob("*"))
        if file.is_file() and file.name not in (MANIFEST_FILE, CHECKSUM_FILE)
    }


def _to_json(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _from_json(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _decompress(data: bytes) -> bytes:
    with gzip.open(BytesIO(data)) as file:
        decompressed = file.read(MAX_SOURCES_BYTES)
        if file.read(1):
            raise ValueError(f"it has more than {MAX_SOURCES_BYTES >> 20} MB after decompression")
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
