"""Store an index in a folder, for the engine on Whoosh."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from searchlib.analysis.dictionary import Dictionary, load_dictionary, save_dictionary
from searchlib.engines.base import Batch
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.whoosh.format.segment_table import SEGMENT_TABLE
from searchlib.engines.whoosh.format.stored_fields import DICTIONARY as COMPRESSION_DICTIONARY
from searchlib.errors import IndexDamagedError, IndexMismatchError, NoIndexError, index_damaged
from searchlib.settings import Settings
from searchlib.stores.base import GenerationSpec
from searchlib.stores.generations import Generations, Hold
from searchlib.stores.manifest import (
    FORMAT,
    FileDigests,
    Manifest,
    Sources,
    changed_files,
    damaged_files,
    file_digests,
    linked_files,
    read_manifest,
    read_sources,
    write_manifest,
    write_sources,
)

if TYPE_CHECKING:
    from searchlib.engines.whoosh.search.engine import WhooshEngine

_ENGINE = "whoosh"
"""The name of the engine in manifests."""

MAX_EARLY_CHECK_BYTES = 1 << 20
"""An update checks the files of the current generation up to this size before it starts. Larger files take long to read: they are
checked at the end, unless they are linked into the new generation."""


@dataclass(frozen=True, slots=True)
class FolderGeneration:
    """A generation in a folder. With a ``hold``, no build removes it while this object exists."""

    folder: Path
    manifest: Manifest
    max_early_check_bytes: int = MAX_EARLY_CHECK_BYTES
    hold: Hold | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def location(self) -> str:
        return str(self.folder)

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        return load_dictionary(self.folder)

    def sources(self) -> Sources:
        return read_sources(self.folder, self.manifest)

    def open(self, settings: Settings) -> WhooshEngine:
        """Return an engine that searches the generation.

        Raises:
            IndexMismatchError: the generation was built for another engine.
            IndexDamagedError: it cannot be read; the message names the damaged files.
        """
        # Imported here: a build does not need it.
        from searchlib.engines.whoosh.search.engine import WhooshEngine

        if self.manifest.engine != _ENGINE:
            raise IndexMismatchError(
                f"{self.folder}: this index was built for the engine {self.manifest.engine!r}, which this program does not "
                "have: build the index again"
            )
        # Only these two files lack checksums that are verified when their data is read.
        if changed := changed_files(self.folder, self.manifest, read=(SEGMENT_TABLE, COMPRESSION_DICTIONARY)):
            raise index_damaged(self.folder, "; ".join(changed))
        try:
            return WhooshEngine(
                self.folder,
                zone=self.manifest.zone,
                weights=settings.ranking,
                categories=settings.categories,
                facets=self.manifest.facets,
            )
        except IndexDamagedError as error:
            damaged = "; ".join(self.damage())
            raise IndexDamagedError(f"{error} ({damaged})" if damaged else str(error)) from error

    def size_bytes(self) -> int:
        return sum(size for size, _ in self.manifest.files.values())

    def damage(self) -> list[str]:
        """Return one line for each file that is missing, has changed, or does not belong to the generation."""
        return damaged_files(self.folder, self.manifest)

    def require_parts(self) -> None:
        """Raise IndexDamagedError if a file is missing or foreign, has another size, or is small and has changed."""
        sizes = {name: size for name, (size, _) in self.manifest.files.items()}
        _check_files(self, unread=[name for name, size in sizes.items() if size > self.max_early_check_bytes])


class FolderGenerationWriter:
    """Write a generation into a folder. If it updates an index, ``old`` is the generation that was copied there."""

    checkpoint: None = None

    def __init__(self, folder: Path, spec: GenerationSpec, old: FolderGeneration | None = None) -> None:
        self._folder = folder
        self._spec = spec
        self._old = old
        # Imported here: a search does not need the writer, which is slow to import.
        from searchlib.engines.whoosh.write.writer import WhooshWriter

        self.writer = WhooshWriter(folder, new=old is None)
        save_dictionary(folder, spec.dictionary)

    def new_batch(self, max_characters: int) -> Callable[[], Batch]:
        from searchlib.engines.whoosh.write.batch import WhooshBatch

        return partial(WhooshBatch, self._folder, self._spec.dictionary, self._spec.facets, max_characters)

    def save_checkpoint(self, sources: Sources) -> None:
        """Do nothing: an unfinished folder is deleted."""

    def seal(self, sources: Sources) -> None:
        """Write the sources and the manifest.

        Raises:
            IndexDamagedError: the old generation is damaged.
        """
        linked: FileDigests = {}
        if self._old:
            linked = linked_files(self._folder, self._old.folder, self._old.manifest)
            _check_files(self._old, unread=linked)
        write_sources(self._folder, sources)
        manifest = Manifest(
            format=FORMAT,
            engine=_ENGINE,
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            zone=self._spec.zone,
            analysis=self._spec.analysis,
            facets=tuple(self._spec.facets),
            articles=len(sources.articles),
            skipped=sources.skipped_counts(),
            traits=sources.trait_counts(),
            files=file_digests(self._folder, linked),
            settings=self._spec.settings,
        )
        write_manifest(self._folder, manifest)

    def sealed_generation(self) -> FolderGeneration:
        return FolderGeneration(self._folder, read_manifest(self._folder))


class FolderStore:
    """The folder of one index."""

    def __init__(self, folder: str | os.PathLike[str], *, max_early_check_bytes: int = MAX_EARLY_CHECK_BYTES) -> None:
        self._generations = Generations(folder)
        self._max_early_check_bytes = max_early_check_bytes
        self.location: Path = self._generations.folder

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> tuple[int, int] | None:
        return self._generations.stamp()

    def current(self, deadline: Deadline = NO_DEADLINE) -> FolderGeneration:
        folder, hold = self._generations.hold_current()
        return FolderGeneration(folder, read_manifest(folder), self._max_early_check_bytes, hold)

    def locked(self) -> AbstractContextManager[None]:
        return self._generations.locked()

    def recover(self) -> FolderGeneration:
        try:
            current = self.current()
            if not current.damage():
                return current
        except (NoIndexError, IndexDamagedError, IndexMismatchError):
            pass  # The current generation cannot be used: continue with the others.
        for folder in self._generations.complete():
            try:
                generation = FolderGeneration(folder, read_manifest(folder))
            except (IndexDamagedError, IndexMismatchError):
                continue
            if not generation.damage():
                self._generations.publish(folder)
                return generation
        raise IndexDamagedError(f"{self.location}: no undamaged generation is left: build the index again")

    @contextmanager
    def new_generation(self, spec: GenerationSpec) -> Iterator[FolderGenerationWriter]:
        """Create an empty generation. Interrupted builds are not resumed."""
        with self._generations.new_generation() as folder:
            yield FolderGenerationWriter(folder, spec)

    @contextmanager
    def updated_generation(self, files: Collection[str], spec: GenerationSpec) -> Iterator[FolderGenerationWriter]:
        """Create a generation that starts as a copy of the current one. The copy shares files through hard links."""
        old = self.current()
        old.require_parts()
        with self._generations.new_generation() as folder:
            from searchlib.engines.whoosh.write.writer import copy_index

            copy_index(old.folder, folder)
            yield FolderGenerationWriter(folder, spec, old)


def _check_files(old: FolderGeneration, *, unread: Collection[str]) -> None:
    """Check the files of the old generation: an update must not merge damaged data into files with new, correct hashes.

    Linked files need no check: they keep their recorded hashes, so that the check of the index still finds the damage.

    Raises:
        IndexDamagedError: a file is damaged.
    """
    if damaged := damaged_files(old.folder, old.manifest, unread=unread):
        raise index_damaged(old.folder, "; ".join(damaged))
