"""Record what a generation was made of and with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from searchlib.errors import IndexDamagedError, IndexMismatchError
from searchlib.text.analysis import analysis_record

FORMAT = 1
"""Raised whenever an index of the old form could no longer be read."""

FILE_NAME = "manifest.json"
CHECKSUM_NAME = "manifest.blake2b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in ``manifest.json``.

    ``digests`` maps the id of each article in the index to the hash of its file, ``failed`` and ``salvaged`` the path of
    a file to ``(hash, reason)``, ``files`` the name of each file of the generation to ``(bytes, hash)``.
    """

    format: int
    engine: str
    built: str
    zone: str
    analysis: Mapping[str, Any]
    digests: Mapping[str, str]
    failed: Mapping[str, tuple[str, str]]
    salvaged: Mapping[str, tuple[str, str]]
    files: Mapping[str, tuple[int, str]]

    @property
    def built_at(self) -> datetime:
        """When the generation was built."""
        return datetime.fromisoformat(self.built)


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its generation, and its checksum beside it."""
    data = json.dumps(asdict(manifest), ensure_ascii=False).encode("utf-8", "surrogatepass")
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
        values = json.loads(data.decode("utf-8", "surrogatepass"))
        version = values["format"]
        manifest = Manifest(**values) if version == FORMAT else None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(f"{file}: this cannot be read ({error}): build the index again") from error
    if manifest is None:
        raise IndexMismatchError(
            f"{generation}: this index has format {version}, this program reads {FORMAT}: build the index again"
        )
    here = dict(analysis_record())
    if manifest.analysis != here:
        other = ", ".join(
            sorted(key for key in {*here, *manifest.analysis} if here.get(key) != manifest.analysis.get(key))
        )
        raise IndexMismatchError(
            f"{generation}: this index was made with another text analysis than this program has (other: {other}): "
            "build the index again"
        )
    return manifest


def file_digests(generation: Path) -> dict[str, tuple[int, str]]:
    """Size in bytes and hash of every file of a generation but the manifest, by its path in it."""
    return {
        file.relative_to(generation).as_posix(): (file.stat().st_size, _digest(file))
        for file in sorted(generation.rglob("*"))
        if file.is_file() and file.name not in (FILE_NAME, CHECKSUM_NAME)
    }


def damaged_files(generation: Path, manifest: Manifest) -> list[str]:
    """One line for every file that is missing, was changed or does not belong to the generation."""
    found = file_digests(generation)
    problems = [f"{name}: the file is missing" for name in manifest.files if name not in found]
    problems += [f"{name}: the file does not belong to the index" for name in found if name not in manifest.files]
    for name, (size, digest) in found.items():
        size_then, digest_then = manifest.files.get(name, (size, digest))
        if size != size_then:
            problems.append(f"{name}: the file has {size} bytes, not {size_then}")
        elif digest != digest_then:
            problems.append(f"{name}: the file was changed, its checksum is wrong")
    return problems


def _checksum(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _digest(file: Path) -> str:
    digest = blake2b(digest_size=16)
    with file.open("rb") as opened:
        while block := opened.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
