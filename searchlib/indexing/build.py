"""Build an index from a folder of articles, and update it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.analysis.dictionary import configured_dictionary
from searchlib.analysis.han_tokenizer import han_tokenizer, with_frequencies
from searchlib.analysis.record import analysis_record, check_configured_dictionary, with_current_opencc
from searchlib.errors import ArticlesNotFoundError, NoIndexError
from searchlib.indexing.file_analysis import FileOutcome, analyze_files
from searchlib.indexing.pipeline import Progress, build_report, write_generation
from searchlib.indexing.sampling import sample_articles
from searchlib.models import BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.sources.articles import read_article
from searchlib.sources.files import UNREADABLE_DIGEST, digest_file
from searchlib.sources.walk import FileState, list_states
from searchlib.stores import GenerationWriter, store_at
from searchlib.stores.manifest import Sources


def build_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build a new index from all articles of a folder, and replace the old index with it in one step.

    ``jobs`` is the number of worker processes (default: one per core). A file that cannot be read does not stop the build:
    ``BuildReport.failed`` lists it. If the build fails, the old index stays as it was.

    Raises:
        ArticlesNotFoundError: the folder is missing, or none of its files is an article.
        IndexBusyError: another build or update holds the index.
        SettingsError: no settings are given and searchlib.toml is wrong, or the dictionary that the settings name.
    """
    started = time.monotonic()
    settings = settings or load_settings()
    dictionary_file = configured_dictionary(settings)
    dictionary = with_frequencies(dictionary_file) if dictionary_file else None
    source, listed = _list_files(articles)
    record = _SourceRecord(listed)
    analysis = analysis_record(dictionary_file)
    store = store_at(index)
    with (
        store.locked(),
        store.new_generation(settings.zone, analysis, dictionary, origin=os.path.realpath(source)) as generation,
    ):
        names = list(listed)
        readings: dict[str, bytes] = {}
        if generation.checkpoint is None:
            readings = _train(generation, source, names, settings.zone, jobs)
        else:
            names = _remaining_files(generation.checkpoint.sources, record, source)
            generation.checkpoint.keep(record.digests.keys() - record.failed.keys())
        # Loaded before the workers fork, so that they share it.
        han_tokenizer(dictionary)
        _write_files(generation, source, names, record, settings.zone, analysis, progress, jobs=jobs, readings=readings)
    return build_report(started, added=len(record.sources().articles), failed=record.failed, salvaged=record.salvaged)


def update_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Update an index: add new files, replace changed files, and delete the articles of missing files.

    A file has changed if the hash of its content has. A file whose size and times are those of its last reading is not read
    again. If a file or folder cannot be opened, the index keeps its articles. If no index is built yet, build one. An
    index keeps the time zone of its build, and its dictionary if the settings name none.

    Raises:
        ArticlesNotFoundError: the folder is missing, or none of its files is an article.
        IndexBusyError: another build or update holds the index.
        IndexMismatchError: the index was built with another format, analysis or dictionary.
        IndexDamagedError: the index cannot be read.
        SettingsError: no settings are given and searchlib.toml is wrong.
    """
    started = time.monotonic()
    settings = settings or load_settings()
    store = store_at(index)
    try:
        store.current()
    except NoIndexError:
        return build_index(articles, index, progress=progress, settings=settings)
    with store.locked():
        source, listed = _list_files(articles)
        current = store.current()
        zone = current.manifest.zone
        check_configured_dictionary(current.location, current.manifest.analysis, settings)
        sources = current.sources()
        before = sources.articles
        record = _SourceRecord.of(sources, listed)
        digests = {name: digest_file(source, name) for name in record.unverified_files()}
        unreadable = [name for name, digest in digests.items() if digest == UNREADABLE_DIGEST]
        changed = [
            name for name, digest in digests.items() if digest not in (UNREADABLE_DIGEST, record.digests.get(name))
        ]
        missing = {name for name in record.digests.keys() - listed.keys() if not _is_below(name, unreadable)}
        if changed or missing:
            with store.updated_generation({*changed, *missing}) as generation:
                generation.writer.delete({*changed, *missing} & before)
                for name in missing:
                    record.remove(name)
                for name in digests.keys() - {*changed, *unreadable}:
                    record.set_state(name)
                _write_files(
                    generation, source, changed, record, zone, with_current_opencc(current.manifest.analysis), progress
                )
    after = record.sources().articles
    updated = set(changed) & before & after
    # The index keeps the articles of these files and folders: they are no part of the record.
    unread = {name: read_article(source, name, ZoneInfo(zone)).problem or "" for name in unreadable}
    return build_report(
        started,
        added=len(after - before),
        updated=len(updated),
        deleted=len(before - after),
        unchanged=len((before & after) - updated),
        failed={**record.failed, **unread},
        salvaged=record.salvaged,
    )


@dataclass(slots=True)
class _SourceRecord:
    """The files of a build or update: the mutable form of ``Sources``.

    ``listed`` holds the state of each file from before any file was read, or None where the file must be read.
    """

    listed: Mapping[str, FileState | None]
    digests: dict[str, str] = field(default_factory=dict)
    states: dict[str, FileState] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    salvaged: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sources: Sources, listed: Mapping[str, FileState | None]) -> _SourceRecord:
        """Return a record that starts with the files of a generation."""
        return cls(listed, dict(sources.digests), dict(sources.states), dict(sources.failed), dict(sources.salvaged))

    def sources(self) -> Sources:
        """Return the record as it stands."""
        return Sources(digests=self.digests, states=self.states, failed=self.failed, salvaged=self.salvaged)

    def unverified_files(self) -> list[str]:
        """Return the listed files that may have changed since they were read."""
        return [name for name, state in self.listed.items() if state is None or self.states.get(name) != state]

    def add(self, outcome: FileOutcome) -> None:
        """Record a file that was read now."""
        self.remove(outcome.id)
        self.digests[outcome.id] = outcome.digest
        self.set_state(outcome.id)
        if not outcome.is_indexed:
            self.failed[outcome.id] = outcome.problem or ""
        elif outcome.problem:
            self.salvaged[outcome.id] = outcome.problem

    def remove(self, name: str) -> None:
        """Remove a file from the record."""
        for values in (self.digests, self.states, self.failed, self.salvaged):
            values.pop(name, None)

    def copy_from(self, sources: Sources, name: str) -> None:
        """Record a file that an interrupted build has read, and that has not changed since."""
        self.digests[name] = sources.digests[name]
        self.set_state(name)
        if name in sources.failed:
            self.failed[name] = sources.failed[name]
        if name in sources.salvaged:
            self.salvaged[name] = sources.salvaged[name]

    def set_state(self, name: str) -> None:
        """Record that the digest of a file belongs to its listed state."""
        state = self.listed[name]
        if state is not None and self.digests[name] != UNREADABLE_DIGEST:
            self.states[name] = state


def _list_files(articles: str | os.PathLike[str]) -> tuple[Path, dict[str, FileState | None]]:
    """Return the folder and the states of its article files."""
    listed = list_states(articles)
    if not listed:
        raise ArticlesNotFoundError(
            f"{os.fspath(articles)}: no article files (.md, .html, .txt …) in this folder or its subfolders"
        )
    return Path(articles), listed


def _train(
    generation: GenerationWriter, source: Path, names: Sequence[str], zone: str, jobs: int | None
) -> dict[str, bytes]:
    """Train the writer with a sample of the files, and return the readings of the sample."""
    sample = sample_articles(source, names, zone, jobs)
    generation.writer.train(sample.articles, sample.boilerplate)
    return sample.readings


def _remaining_files(written: Sources, record: _SourceRecord, source: Path) -> list[str]:
    """Return the files that an interrupted build has not written, or that have changed since; record the others."""
    remaining = []
    for name in record.listed:
        if name in written.digests and written.digests[name] == digest_file(source, name):
            record.copy_from(written, name)
        else:
            remaining.append(name)
    return remaining


def _is_below(name: str, unreadable: Sequence[str]) -> bool:
    """Return whether a file lies in an unreadable folder: it may still exist there."""
    return any(folder == "." or name.startswith(f"{folder}/") for folder in unreadable)


def _write_files(
    generation: GenerationWriter,
    source: Path,
    names: Sequence[str],
    record: _SourceRecord,
    zone: str,
    analysis: Mapping[str, Any],
    progress: Progress | None,
    *,
    jobs: int | None = None,
    readings: dict[str, bytes] | None = None,
) -> None:
    """Analyze files, write their articles to the generation, and record the outcomes.

    Raises:
        ArticlesNotFoundError: the generation would hold no article.
    """
    done = 0

    def on_written(outcomes: Sequence[FileOutcome]) -> None:
        nonlocal done
        for outcome in outcomes:
            record.add(outcome)
        generation.save_checkpoint(record.sources().subset([outcome.id for outcome in outcomes]))
        done += len(outcomes)
        if progress:
            progress(done, len(names))

    def sources() -> Sources:
        if not record.sources().articles:
            path, reason = min(record.failed.items())
            raise ArticlesNotFoundError(
                f"{source}: none of the {len(record.failed)} files is an article (the first is {path}: {reason}); "
                "the index stays as it was"
            )
        return record.sources()

    chunks = analyze_files(source, names, zone, generation.new_batch(), jobs, {} if readings is None else readings)
    write_generation(
        generation, chunks, on_written=on_written, sources=sources, zone=zone, analysis=analysis, jobs=jobs
    )
