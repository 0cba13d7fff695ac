"""What a store is: the place of one index, where a new generation takes the place of the old one."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from searchlib.analysis.dictionary import Dictionary
from searchlib.engines.base import Batch, Engine, Writer
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.settings import Settings
from searchlib.stores.manifest import Manifest, Sources


class Generation(Protocol):
    """A complete generation, which can be searched."""

    @property
    def name(self) -> str:
        """What it is called: a name that another state of the index never has."""
        ...

    @property
    def location(self) -> str:
        """Where it lies, for messages."""
        ...

    @property
    def manifest(self) -> Manifest:
        """What it was made with; checked to fit this program."""
        ...

    def dictionary(self, deadline: Deadline = NO_DEADLINE) -> Dictionary | None:
        """A user's own words, with which it was built.

        Raises:
            IndexDamagedError: they cannot be read.
        """
        ...

    def sources(self) -> Sources:
        """The files that it was made of; an update that was interrupted leaves those that it touched without their digests.

        Raises:
            IndexDamagedError: they cannot be read.
        """
        ...

    def open(self, settings: Settings) -> Engine:
        """What searches it.

        Raises:
            IndexDamagedError: it cannot be read.
        """
        ...

    def size_bytes(self) -> int:
        """Its size on disk."""
        ...

    def damage(self) -> list[str]:
        """One line for whatever of it is not there as it was written."""
        ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What an interrupted build has left: the files that it had written, and what drops all articles but some of theirs.

    That is called before anything else is written.
    """

    sources: Sources
    keep: Callable[[Collection[str]], None]


class GenerationWriter(Protocol):
    """A generation that is being made; it becomes current when its context ends without an error."""

    @property
    def writer(self) -> Writer:
        """What writes it."""
        ...

    @property
    def checkpoint(self) -> Checkpoint | None:
        """What an interrupted build has left of it, if this goes on from there."""
        ...

    def new_batch(self) -> Callable[[], Batch]:
        """What makes batches for the writer, in any process; not before the writer has learned."""
        ...

    def save_checkpoint(self, sources: Sources) -> None:
        """Note the files whose articles have just been written, for whoever goes on if this is interrupted."""
        ...

    def seal(self, sources: Sources, zone: str, analysis: Mapping[str, Any]) -> None:
        """Record what it was made of and with: the last step."""
        ...

    def sealed_generation(self) -> Generation:
        """The generation as it will be when it is current, to look at it before that; not before it is sealed."""
        ...


class Store(Protocol):
    """The place of one index."""

    @property
    def location(self) -> str | os.PathLike[str]:
        """The folder or address."""
        ...

    def stamp(self, deadline: Deadline = NO_DEADLINE) -> Hashable:
        """What changes when another generation becomes current; None where nothing is known, so that it must be looked at."""
        ...

    def current(self, deadline: Deadline = NO_DEADLINE) -> Generation:
        """The current generation.

        Raises:
            NoIndexError: nothing has been built here.
            IndexMismatchError, IndexDamagedError: it does not fit this program, or cannot be read.
        """
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Hold the index for a build or an update.

        Raises:
            IndexBusyError: somebody else holds it.
        """
        ...

    def new_generation(
        self, zone: str, analysis: Mapping[str, Any], dictionary: Dictionary | None, *, origin: str | None = None
    ) -> AbstractContextManager[GenerationWriter]:
        """A new generation; the lock must be held.

        It is empty, unless an interrupted build of the same kind and of the same ``origin`` has left something. What is built
        without an origin nobody goes on with.
        """
        ...

    def updated_generation(self, files: Collection[str]) -> AbstractContextManager[GenerationWriter]:
        """A generation that begins as the current one, and differs by what is made of these files; the lock must be held.

        Raises:
            IndexDamagedError: the current one is damaged.
        """
        ...
