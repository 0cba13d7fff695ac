"""The interface of a store: it holds the generations of one index, and replaces the current one in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from searchlib.analysis.dictionary import Dictionary
from searchlib.engines.base import Batch, Engine, Writer
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.settings import Settings
from searchlib.stores.manifest import Manifest, Sources


class Generation(Protocol):
    """A complete built index, which can be searched. It never changes.

    In a cluster, requests end at the ``deadline`` with a SearchTimeoutError. In a folder, the deadline is ignored.
    """

    @property
    def name(self) -> str:
        """A name that identifies this state of the index."""

    @property
    def location(self) -> str:
        """The location of the generation, for messages."""

    @property
    def manifest(self) -> Manifest:
        """The manifest. Its format and analysis are those of this program."""

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        """Return the words of a user that the generation was built with; raise IndexDamagedError if they cannot be read."""

    def sources(self) -> Sources:
        """Return the files that the generation was built from; raise IndexDamagedError if they cannot be read."""

    def open(self, settings: Settings) -> Engine:
        """Return an engine, which the caller closes; raise IndexDamagedError if the generation cannot be read."""

    def size_bytes(self) -> int:
        """Return the size on disk in bytes."""

    def damage(self) -> list[str]:
        """Return one line for each part that is missing or has changed."""

    def require_parts(self) -> None:
        """Raise IndexDamagedError if the generation is damaged in a way that can be seen without reading all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationSpec:
    """How a new generation is built. A build resumes an interrupted one with the same zone, analysis, facets and origin.

    ``analysis`` is the record of the text analysis, ``dictionary`` holds the words that the user has added. ``facets`` names the
    facets of the front matter, ``settings`` are those that the index keeps. ``origin`` identifies the articles; a build without an
    origin is never resumed.
    """

    zone: str
    analysis: Mapping[str, Any]
    dictionary: Dictionary | None
    facets: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of an interrupted build.

    ``sources`` are the files that it has written. ``keep`` deletes all articles except those with the given ids. Call it before
    writing anything else.
    """

    sources: Sources
    keep: Callable[[Collection[str]], None]


class GenerationWriter(Protocol):
    """A generation that is being written. It becomes current when its context ends without an error."""

    @property
    def writer(self) -> Writer:
        """The writer of the articles."""

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The state of the interrupted build that this one resumes, if there is one."""

    def new_batch(self, max_characters: int) -> Callable[[], Batch]:
        """Return a function that creates batches for the writer. It can be pickled. Train the writer before this call.

        A batch is full with ``max_characters``, or with fewer if the engine writes them better in smaller batches.
        """

    def save_checkpoint(self, sources: Sources) -> None:
        """Record that the articles of these files are written, so that an interrupted build can be resumed."""

    def seal(self, sources: Sources) -> None:
        """Check that all is written, and write the manifest. This is the last step."""

    def sealed_generation(self) -> Generation:
        """Return the generation before it becomes current, to read it back. Call this after ``seal``."""


class Store(Protocol):
    """Holds one index, in a folder or under a name in a cluster. A folder ignores the ``deadline``."""

    @property
    def location(self) -> str | os.PathLike[str]:
        """The folder or address."""

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> Hashable:
        """Return a value that changes when another generation becomes current, or None if only ``current`` can tell."""

    def current(self, deadline: Deadline = NO_DEADLINE) -> Generation:
        """Return the current generation; raise NoIndexError, IndexMismatchError or IndexDamagedError if there is none to open."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold the lock of the index, for a build or an update; raise IndexBusyError if another build or update holds it."""

    def recover(self) -> Generation:
        """Make the newest undamaged generation current, unless the current one is undamaged, and return it.

        The caller must hold the lock.

        Raises:
            NoIndexError: no index is built here.
            IndexDamagedError: no undamaged generation is left.
        """
        ...

    def new_generation(self, spec: GenerationSpec) -> AbstractContextManager[GenerationWriter]:
        """Create a generation, or resume an interrupted build, see ``GenerationSpec``. The caller must hold the lock."""

    def updated_generation(
        self, files: Collection[str], spec: GenerationSpec
    ) -> AbstractContextManager[GenerationWriter]:
        """Create a generation that starts with the articles of the current one; raise IndexDamagedError if it is damaged.

        The caller must hold the lock. ``files`` are the files whose articles it adds, replaces or deletes. They must be all files
        if the facets of the ``spec`` are not those of the current generation.
        """
