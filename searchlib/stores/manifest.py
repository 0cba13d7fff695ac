"""Record what a generation was made of and with."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searchlib.analysis.record import analysis_differences
from searchlib.errors import IndexDamagedError, IndexMismatchError

FORMAT = 5
"""Raised whenever an index of the old form could no longer be read."""

FILE_NAME = "manifest.json"
CHECKSUM_NAME = "manifest.blake2b"
_MOST_BYTES = 2 << 30

SOURCES_NAME = "sources.json.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in ``manifest.json``: all that opening an index needs to know, and no more.

    ``articles`` is how many the generation holds, ``files`` maps the name of each of its files to ``(bytes, hash)``.
    """

    format: int
    engine: str
    built: str
    zone: str
    analysis: Mapping[str, Any]
    articles: int
    files: Mapping[str, tuple[int, str]]

    @property
    def built_at(self) -> datetime:
        """When the generation was built."""
        return datetime.fromisoformat(self.built)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What stands in ``sources.json.gz``: the files that a generation was made of, for updates and the check.

    ``digests`` maps the path of each file to the hash of what was read, ``states`` to ``(bytes, changed, status changed)``
    before that, times in nanoseconds, unless a later change might not show in them. ``failed`` and ``salvaged`` map
    the path to the reason; every file that did not fail is an article.
    """

    digests: Mapping[str, str]
    states: Mapping[str, tuple[int, int, int]]
    failed: Mapping[str, str]
    salvaged: Mapping[str, str]

    @property
    def articles(self) -> Set[str]:
        """The ids of the articles in the index."""
        return self.digests.keys() - self.failed.keys()

    def subset(self, names: Iterable[str]) -> Sources:
        """What is known of some of the files."""
        known = [name for name in names if name in self.digests]
        return Sources(
            digests={name: self.digests[name] for name in known},
            states={name: self.states[name] for name in known if name in self.states},
            failed={name: self.failed[name] for name in known if name in self.failed},
            salvaged={name: self.salvaged[name] for name in known if name in self.salvaged},
        )

    def merged_with(self, later: Sources) -> Sources:
        """Both together; of a file that both name, what the later one says."""
        kept = self.subset(self.digests.keys() - later.digests.keys())
        return Sources(
            digests={**kept.digests, **later.digests},
            states={**kept.states, **later.states},
            failed={**kept.failed, **later.failed},
            salvaged={**kept.salvaged, **later.salvaged},
        )


NO_SOURCES = Sources(digests={}, states={}, failed={}, salvaged={})


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its generation, and its checksum beside it."""
    data = _packed(asdict(manifest))
    (generation / FILE_NAME).write_bytes(data)
    (generation / CHECKSUM_NAME).write_text(_checksum(data), encoding="ascii")


def read_manifest(generation: Path) -> Manifest:
    """The manifest of a generation, checked to fit this program.

    Raises:
        IndexDamagedError: it is missing or cannot be read.
        IndexMismatchError: the index was made with another format or analysis.
    """
    file = generation / FILE_NAME
    try:
        data = file.read_bytes()
        if _checksum(data) != (generation / CHECKSUM_NAME).read_text(encoding="ascii"):
            raise ValueError(f"it does not fit the checksum in {CHECKSUM_NAME}")
        values = _unpacked(data)
        version = values["format"]
        manifest = Manifest(**values) if version == FORMAT else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(f"{file}: this cannot be read ({error}): build the index again") from error
    if manifest is None:
        raise IndexMismatchError(
            f"{generation}: this index has format {version}, this program reads {FORMAT}: build the index again"
        )
    other = analysis_differences(manifest.analysis)
    if other:
        raise IndexMismatchError(
            f"{generation}: this index was made with another text analysis than this program has "
            f"(other: {', '.join(other)}): build the index again"
        )
    return manifest


def write_sources(generation: Path, sources: Sources) -> None:
    """Write the sources into the folder of their generation, before its manifest."""
    # Lists side by side are read twice as fast as a list for each file.
    states = [sources.states.get(name, (None, None, None)) for name in sources.digests]
    columns = {
        "names": list(sources.digests),
        "digests": list(sources.digests.values()),
        "sizes": [size for size, _, _ in states],
        "changed": [changed for _, changed, _ in states],
        "status_changed": [changed for _, _, changed in states],
        "failed": sources.failed,
        "salvaged": sources.salvaged,
    }
    (generation / SOURCES_NAME).write_bytes(gzip.compress(_packed(columns), 1, mtime=0))


def read_sources(generation: Path, manifest: Manifest) -> Sources:
    """The sources of a generation, checked against its manifest.

    Raises:
        IndexDamagedError: they are missing or were changed.
    """
    file = generation / SOURCES_NAME
    try:
        data = file.read_bytes()
        if _checksum(data) != manifest.files[SOURCES_NAME][1]:
            raise ValueError(f"it does not fit the checksum in {FILE_NAME}")
        columns = _unpacked(_decompressed(data))
        names = columns["names"]
        states = zip(columns["sizes"], columns["changed"], columns["status_changed"], strict=True)
        return Sources(
            digests=dict(zip(names, columns["digests"], strict=True)),
            states={name: state for name, state in zip(names, states, strict=True) if state[0] is not None},
            failed=columns["failed"],
            salvaged=columns["salvaged"],
        )
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(f"{file}: this cannot be read ({error}): build the index again") from error


def file_digests(
    generation: Path, known: Mapping[str, tuple[int, str]] = MappingProxyType({})
) -> dict[str, tuple[int, str]]:
    """Size in bytes and hash of every file of a generation but the manifest, by its path in it; the known are not read."""
    return {
        name: known[name] if name in known else (file.stat().st_size, _digest(file))
        for name, file in _files(generation).items()
    }


def linked_files(generation: Path, old: Path, manifest: Manifest) -> dict[str, tuple[int, str]]:
    """The files that a generation has in common with an old one, through links, as the old one's manifest knows them.

    The hash is that of the sound file: should it be damaged by now, the check will say so.
    """
    return {
        name: (size, digest)
        for name, (size, digest) in manifest.files.items()
        if (generation / name).exists() and (generation / name).samefile(old / name)
    }


def damaged_files(generation: Path, manifest: Manifest, *, unread: Collection[str] = ()) -> list[str]:
    """One line for every file that is missing, was changed or does not belong to the generation.

    Of the ``unread`` files only the size is looked at.
    """
    found = _files(generation)
    problems = [f"{name}: the file is missing" for name in manifest.files if name not in found]
    problems += [f"{name}: the file does not belong to the index" for name in found if name not in manifest.files]
    for name in found.keys() & manifest.files.keys():
        size, digest = manifest.files[name]
        size_now = found[name].stat().st_size
        if size_now != size:
            problems.append(f"{name}: the file has {size_now} bytes, not {size}")
        elif name not in unread and _digest(found[name]) != digest:
            problems.append(f"{name}: the file was changed, its checksum is wrong")
    return sorted(problems)


def _files(generation: Path) -> dict[str, Path]:
    """The files of a generation but the manifest, by their paths in it."""
    return {
        file.relative_to(generation).as_posix(): file
        for file in sorted(generation.rglob("*"))
        if file.is_file() and file.name not in (FILE_NAME, CHECKSUM_NAME)
    }


def _packed(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _unpacked(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))


def _decompressed(data: bytes) -> bytes:
    with gzip.open(BytesIO(data)) as file:
        found = file.read(_MOST_BYTES)
        if file.read(1):
            raise ValueError("it says that it is larger than any archive needs")
    return found


def _checksum(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _digest(file: Path) -> str:
    digest = blake2b(digest_size=16)
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
