"""Record which files a build or update has read, and tell which it has to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

from searchlib.indexing.file_analysis import FileOutcome
from searchlib.sources.articles import TITLES
from searchlib.sources.files import UNREADABLE_DIGEST
from searchlib.sources.folders import AnySource
from searchlib.sources.walk import FileState, Listing
from searchlib.stores.manifest import FILE_FIELDS, Sources


@dataclass(slots=True)
class SourceRecord:
    """The files of a build or update: the mutable form of ``Sources``.

    ``listing`` holds the state of each file from before any file was read, and the excluded files. ``settings`` influence how the
    files are read, ``origin`` identifies the folder.
    """

    listing: Listing
    settings: Mapping[str, Any]
    origin: str
    digests: dict[str, str] = field(default_factory=dict)
    states: dict[str, FileState] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    salvaged: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    changes_at: dict[str, float] = field(default_factory=dict)
    traits: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Sources, listing: Listing, source: AnySource) -> SourceRecord:
        """Return a record that starts with the files of a generation."""
        fields = {name: dict(getattr(sources, name)) for name in FILE_FIELDS}
        return cls(listing, source.as_json(), source.origin, **fields)

    def sources(self) -> Sources:
        """Return the record as it stands."""
        fields = {name: getattr(self, name) for name in FILE_FIELDS}
        return Sources(excluded=self.listing.excluded, settings=self.settings, origin=self.origin, **fields)

    def unverified_files(self) -> dict[str, None]:
        """Return the listed files that may have changed since they were read."""
        states = self.listing.states
        return {name: None for name, state in states.items() if state is None or self.states.get(name) != state}

    def outdated_files(self, settings: Mapping[str, Any], now: float) -> dict[str, None]:
        """Return the listed files whose article may have changed although the file has not.

        These are all files if they were read with other ``settings``, otherwise those with a date that is now past, or with another
        title in the navigation of their site.
        """
        (old, old_titles), (new, new_titles) = _split_titles(settings), _split_titles(self.settings)
        if old != new:
            return dict.fromkeys(self.listing.states)
        retitled = [name for name, _ in old_titles.items() ^ new_titles.items()]
        due = [name for name, time in self.changes_at.items() if time <= now]
        return {name: None for name in (*due, *retitled) if name in self.listing.states}

    def remaining_files(self, written: Sources, source: AnySource, now: float) -> list[str]:
        """Return the listed files that an interrupted build has not written or that have changed since; record the others."""
        remaining = []
        for name in self.listing.states:
            if (
                name in written.digests
                and written.settings == self.settings
                and written.changes_at.get(name, inf) > now
                and written.digests[name] == source.digest(name)
            ):
                self._copy_from(written, name)
            else:
                remaining.append(name)
        return remaining

    def add(self, outcome: FileOutcome) -> None:
        """Record a file that was read now."""
        self.remove(outcome.id)
        self.digests[outcome.id] = outcome.digest
        self.set_state(outcome.id)
        if outcome.changes_at is not None:
            self.changes_at[outcome.id] = outcome.changes_at
        if outcome.traits:
            self.traits[outcome.id] = outcome.traits
        if outcome.skipped is not None:
            self.skipped[outcome.id] = outcome.skipped
        elif not outcome.is_indexed:
            self.failed[outcome.id] = outcome.problem or ""
        elif outcome.problem:
            self.salvaged[outcome.id] = outcome.problem

    def remove(self, name: str) -> None:
        """Remove a file from the record."""
        for field_name in FILE_FIELDS:
            getattr(self, field_name).pop(name, None)

    def set_state(self, name: str) -> None:
        """Record that the digest of a file belongs to its listed state."""
        state = self.listing.states[name]
        if state is not None and self.digests[name] != UNREADABLE_DIGEST:
            self.states[name] = state

    def _copy_from(self, sources: Sources, name: str) -> None:
        """Record a file that an interrupted build has read, and that has not changed since."""
        for field_name in FILE_FIELDS:
            values = getattr(sources, field_name)
            if name in values:
                getattr(self, field_name)[name] = values[name]
        self.states.pop(name, None)
        self.set_state(name)


def _split_titles(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the settings that apply to all files, and the titles of files in the navigation."""
    rest = dict(settings)
    titles: dict[str, str] = rest.pop(TITLES, {})
    return rest, titles
