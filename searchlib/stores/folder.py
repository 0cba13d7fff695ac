"""Keep an index in a folder of this machine, for the engine on Whoosh."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searchlib.analysis.dictionary import Dictionary, load_dictionary, save_dictionary
from searchlib.engines.base import Batch
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.whoosh.search.engine import ENGINE, WhooshEngine
from searchlib.errors import IndexDamagedError, IndexMismatchError
from searchlib.settings import Settings
from searchlib.stores.generations import Generations
from searchlib.stores.manifest import (
    FORMAT,
    Manifest,
    Sources,
    damaged_files,
    file_digests,
    linked_files,
    read_manifest,
    read_sources,
    write_manifest,
    write_sources,
)

LARGE = 1 << 20
"""Bytes: files of an old index that are larger are not read by an update, unless it puts something in their place."""


@dataclass(frozen=True, slots=True)
class FolderGeneration:
    """A generation in its folder."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def location(self) -> str:
        """Its folder."""
        return str(self.folder)

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        """A user's own words, with which it was built."""
        return load_dictionary(self.folder)

    def sources(self) -> Sources:
        """The files that it was made of."""
        return read_sources(self.folder, self.manifest)

    def open(self, settings: Settings) -> WhooshEngine:
        """What searches it.

        Raises:
            IndexMismatchError: it was built for another engine.
            IndexDamagedError: it cannot be read; the message names the files that are damaged.
        """
        if self.manifest.engine != ENGINE:
            raise IndexMismatchError(
                f"{self.folder}: this index is one of the engine {self.manifest.engine!r}, which this program does not "
                "have: build the index again"
            )
        try:
            return WhooshEngine(
                self.folder, zone=self.manifest.zone, weights=settings.ranking, categories=settings.categories
            )
        except IndexDamagedError as error:
            damaged = "; ".join(self.damage())
            raise IndexDamagedError(f"{error} ({damaged})" if damaged else str(error)) from error

    def size_bytes(self) -> int:
        """The size of its files."""
        return sum(size for size, _ in self.manifest.files.values())

    def damage(self) -> list[str]:
        """One line for every file that is missing, was changed or does not belong to it."""
        return damaged_files(self.folder, self.manifest)


class FolderGenerationWriter:
    """A generation that is being written into its folder; ``old`` is the one that it began as."""

    checkpoint: None = None

    def __init__(self, folder: Path, dictionary: Dictionary | None, old: FolderGeneration | None = None) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._old = old
        # Here: a search has no use for what writes, and it takes time to import.
        from searchlib.engines.whoosh.write.writer import WhooshWriter

        self.writer = WhooshWriter(folder, new=old is None)
        save_dictionary(folder, dictionary)

    def new_batch(self) -> Callable[[], Batch]:
        """What makes batches for the writer, in any process."""
        from searchlib.engines.whoosh.write.batch import WhooshBatch

        return partial(WhooshBatch, self._folder, self._dictionary)

    def save_checkpoint(self, sources: Sources) -> None:
        """There is nothing to note: a folder that was not sealed is thrown away."""

    def seal(self, sources: Sources, zone: str, analysis: Mapping[str, Any]) -> None:
        """Write the manifest, the last of its files.

        Raises:
            IndexDamagedError: what this was made of is damaged.
        """
        linked: Mapping[str, tuple[int, str]] = MappingProxyType({})
        if self._old:
            linked = linked_files(self._folder, self._old.folder, self._old.manifest)
            _refuse_damage(self._old, unread=linked)
        write_sources(self._folder, sources)
        manifest = Manifest(
            format=FORMAT,
            engine=ENGINE,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            zone=zone,
            analysis=analysis,
            articles=len(sources.articles),
            files=file_digests(self._folder, linked),
        )
        write_manifest(self._folder, manifest)

    def sealed_generation(self) -> FolderGeneration:
        """The generation as it will be when it is current."""
        return FolderGeneration(self._folder, read_manifest(self._folder))


class FolderStore:
    """The folder of one index."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._generations = Generations(folder)
        self.location: Path = self._generations.folder

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> tuple[int, int] | None:
        """What changes when another generation becomes current."""
        return self._generations.stamp()

    def current(self, deadline: Deadline = NO_DEADLINE) -> FolderGeneration:
        """The current generation."""
        folder = self._generations.current()
        return FolderGeneration(folder, read_manifest(folder))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the index for a build or an update."""
        with self._generations.locked():
            yield

    @contextmanager
    def new_generation(
        self, zone: str, analysis: Mapping[str, Any], dictionary: Dictionary | None, *, origin: str | None = None
    ) -> Iterator[FolderGenerationWriter]:
        """A new generation, always empty; the lock must be held."""
        with self._generations.new_generation() as folder:
            yield FolderGenerationWriter(folder, dictionary)

    @contextmanager
    def updated_generation(self, files: Collection[str]) -> Iterator[FolderGenerationWriter]:
        """A generation that begins as the current one; the lock must be held."""
        old = self.current()
        _refuse_damage(old, unread=[name for name, (size, _) in old.manifest.files.items() if size > LARGE])
        with self._generations.new_generation() as folder:
            from searchlib.engines.whoosh.write.writer import copy_index

            copy_index(old.folder, folder)
            yield FolderGenerationWriter(folder, old.dictionary(), old)


def _refuse_damage(old: FolderGeneration, *, unread: Collection[str]) -> None:
    """What an update makes of old files it must not make of damaged ones, which would then be sealed as sound.

    Files that it only links into the new generation keep their hashes, so that the check still sees damage in them.
    """
    damaged = damaged_files(old.folder, old.manifest, unread=unread)
    if damaged:
        raise IndexDamagedError(f"{old.folder}: {'; '.join(damaged)}: build the index again")
