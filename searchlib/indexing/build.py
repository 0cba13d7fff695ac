"""Build an index from a folder of articles, and keep it up to date."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.analysis.dictionary import configured_dictionary
from searchlib.analysis.han_tokenizer import han_tokenizer, with_frequencies
from searchlib.analysis.record import analysis_record, check_configured_dictionary, with_current_opencc
from searchlib.errors import ArticlesNotFoundError, NoIndexError
from searchlib.indexing.sampling import sample_articles
from searchlib.indexing.worker_pool import map_in_order
from searchlib.indexing.workers import Prepared, PreparedBatch, prepare_files
from searchlib.models import BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.sources.reader import UNREADABLE, file_digest, read_article
from searchlib.sources.walk import FileState, list_states
from searchlib.stores import GenerationWriter, store_at
from searchlib.stores.manifest import Sources

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""


@dataclass(slots=True)
class _Record:
    """What a build learns about the files; ``listed`` holds their states from before any was read."""

    listed: Mapping[str, FileState | None]
    digests: dict[str, str] = field(default_factory=dict)
    states: dict[str, FileState] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    salvaged: dict[str, str] = field(default_factory=dict)

    def forget(self, name: str) -> None:
        """Drop what was known of a file."""
        for each in (self.digests, self.states, self.failed, self.salvaged):
            each.pop(name, None)

    def learn(self, prepared: Prepared) -> None:
        """Note what became of a file."""
        self.forget(prepared.id)
        self.digests[prepared.id] = prepared.digest
        self.note_state(prepared.id)
        if not prepared.indexed:
            self.failed[prepared.id] = prepared.problem or ""
        elif prepared.problem:
            self.salvaged[prepared.id] = prepared.problem

    def remember(self, name: str, known: Sources) -> None:
        """Note what became of a file that was written before, and is the same now."""
        self.digests[name] = known.digests[name]
        self.note_state(name)
        if name in known.failed:
            self.failed[name] = known.failed[name]
        if name in known.salvaged:
            self.salvaged[name] = known.salvaged[name]

    def note_state(self, name: str) -> None:
        """Note that the digest of a file is that of its listed state."""
        state = self.listed[name]
        if state is not None and self.digests[name] != UNREADABLE:
            self.states[name] = state

    def unsure(self) -> list[str]:
        """The listed files that may be other than when they were last read."""
        return [name for name, state in self.listed.items() if state is None or self.states.get(name) != state]

    def sources(self) -> Sources:
        """What the generation is made of."""
        return Sources(digests=self.digests, states=self.states, failed=self.failed, salvaged=self.salvaged)


def build_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Read all articles of a folder and build a new index of them, which then takes the place of the old one at once.

    ``jobs`` is the number of worker processes, by default one for each core. A file that cannot be read costs only
    itself: ``BuildReport.failed`` names it. If the build dies, the old index stays as it was.

    Raises:
        ArticlesNotFoundError: the folder is missing, or no file in it could become an article.
        IndexBusyError: another build holds the index.
        SettingsError: no settings were given and searchlib.toml is wrong, or the dictionary that they name.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    zone = settings.zone
    named = configured_dictionary(settings)
    dictionary = with_frequencies(named) if named else None
    source, listed = _article_files(articles)
    record = _Record(listed)
    analysis = analysis_record(named)
    origin = os.path.realpath(source)
    store = store_at(index)
    with store.locked(), store.new_generation(zone, analysis, dictionary, origin=origin) as generation:
        names = list(listed)
        readings: dict[str, bytes] = {}
        if generation.checkpoint is None:
            readings = _learned(generation, source, names, zone, jobs)
        else:
            names = _left_of(generation.checkpoint.sources, record, source)
            generation.checkpoint.keep(record.digests.keys() - record.failed.keys())
        # Here, so that workers find it loaded.
        han_tokenizer(dictionary)
        prepared = prepare_files(source, names, zone, generation.new_batch(), jobs, readings)
        _write(generation, prepared, record, len(names), progress, jobs)
        _seal(generation, source, record, zone, analysis)
    return _report(record, begun, added=len(record.sources().articles))


def update_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Bring an index up to date: files that are new, changed or gone are added, replaced, dropped.

    A file has changed if the hash of its content has; one whose size and times are those of its last reading is not read
    again. Of files and folders that cannot be opened now, the index keeps what it has. Where no index is built yet, all
    files are new. An index keeps the time zone that it was built with, and the dictionary where the settings name none.

    Raises:
        ArticlesNotFoundError: the folder is missing, or no file in it could become an article.
        IndexBusyError: another build holds the index.
        IndexMismatchError: the index was made with another format, analysis or dictionary.
        IndexDamagedError: the index cannot be read.
        SettingsError: no settings were given and searchlib.toml is wrong.
    """
    begun = time.monotonic()
    settings = settings or load_settings()
    store = store_at(index)
    try:
        store.current()
    except NoIndexError:
        return build_index(articles, index, progress=progress, settings=settings)
    with store.locked():
        source, listed = _article_files(articles)
        old = store.current()
        zone = old.manifest.zone
        check_configured_dictionary(old.location, old.manifest.analysis, settings)
        sources = old.sources()
        before = set(sources.articles)
        record = _Record(
            listed, dict(sources.digests), dict(sources.states), dict(sources.failed), dict(sources.salvaged)
        )
        digests = {name: file_digest(source, name) for name in record.unsure()}
        unreadable = [name for name, digest in digests.items() if digest == UNREADABLE]
        changed = [name for name, digest in digests.items() if digest not in (UNREADABLE, record.digests.get(name))]
        gone = {name for name in record.digests.keys() - listed.keys() if not _is_below(name, unreadable)}
        if changed or gone:
            with store.updated_generation({*changed, *gone}) as generation:
                generation.writer.delete({*gone, *changed} & before)
                for name in gone:
                    record.forget(name)
                for name in digests.keys() - {*changed, *unreadable}:
                    record.note_state(name)
                prepared = prepare_files(source, changed, zone, generation.new_batch(), None, {})
                _write(generation, prepared, record, len(changed), progress, None)
                _seal(generation, source, record, zone, with_current_opencc(old.manifest.analysis))
    after = record.sources().articles
    updated = set(changed) & before & after
    return _report(
        record,
        begun,
        added=len(after - before),
        updated=len(updated),
        deleted=len(before - after),
        unchanged=len((before & after) - updated),
        unreadable={name: read_article(source, name, ZoneInfo(zone)).problem or "" for name in unreadable},
    )


def _learned(
    generation: GenerationWriter, source: Path, names: list[str], zone: str, jobs: int | None
) -> dict[str, bytes]:
    """Let the writer learn from some of the files, and give what came of reading them."""
    learned = sample_articles(source, names, zone, jobs)
    generation.writer.train(learned.samples, learned.boilerplate)
    return learned.readings


def _left_of(begun: Sources, record: _Record, source: Path) -> list[str]:
    """The files that an interrupted build has not written yet, or that have changed since; the others are noted."""
    left = []
    for name in record.listed:
        if name in begun.digests and begun.digests[name] == file_digest(source, name):
            record.remember(name, begun)
        else:
            left.append(name)
    return left


def _article_files(articles: str | os.PathLike[str]) -> tuple[Path, dict[str, FileState | None]]:
    listed = list_states(articles)
    if not listed:
        raise ArticlesNotFoundError(
            f"{os.fspath(articles)}: there are no article files (.md, .html, .txt …) in this folder or below it"
        )
    return Path(articles), listed


def _is_below(name: str, unreadable: list[str]) -> bool:
    """Whether the file lies in a folder that cannot be read now: then it is not gone."""
    return any(folder == "." or name.startswith(f"{folder}/") for folder in unreadable)


def _write(
    generation: GenerationWriter,
    prepared: Generator[PreparedBatch],
    record: _Record,
    files: int,
    progress: Progress | None,
    jobs: int | None,
) -> None:
    """Write what was prepared and note what became of each file."""
    writer = generation.writer
    try:
        with closing(prepared):
            done = 0
            for batch in prepared:
                for each in batch.files:
                    record.learn(each)
                for part in batch.parts:
                    if part is not None:
                        writer.add(part)
                generation.save_checkpoint(record.sources().subset([each.id for each in batch.files]))
                done += len(batch.files)
                if progress:
                    progress(done, files)
        writer.commit(partial(map_in_order, jobs=jobs))
    except BaseException:
        writer.cancel()
        raise


def _seal(generation: GenerationWriter, source: Path, record: _Record, zone: str, analysis: Mapping[str, Any]) -> None:
    """Record what a generation was made of and with; one without articles is refused."""
    sources = record.sources()
    if not sources.articles:
        path, reason = min(record.failed.items())
        raise ArticlesNotFoundError(
            f"{source}: none of the {len(record.failed)} files here could become an article (the first: {path}: {reason}); "
            "the index stays as it was"
        )
    generation.seal(sources, zone, analysis)


def _report(
    record: _Record,
    begun: float,
    *,
    added: int,
    updated: int = 0,
    deleted: int = 0,
    unchanged: int = 0,
    unreadable: Mapping[str, str] = MappingProxyType({}),
) -> BuildReport:
    """``unreadable`` names the files and folders that could not be opened, of which the index keeps what it had."""
    failed = record.failed | dict(unreadable)
    return BuildReport(
        added=added,
        updated=updated,
        deleted=deleted,
        unchanged=unchanged,
        failed=tuple(sorted(failed.items())),
        salvaged=tuple(sorted(record.salvaged.items())),
        seconds=round(time.monotonic() - begun, 3),
    )
