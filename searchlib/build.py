"""Build an index from a folder of articles, and keep it up to date."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.engines.base import Writer
from searchlib.engines.whoosh.documents import document
from searchlib.engines.whoosh.writer import WhooshWriter, copy_index
from searchlib.errors import ArticlesNotFoundError, NoIndexError, SearchlibError
from searchlib.generations import Generations
from searchlib.manifest import FORMAT, Manifest, file_digests, read_manifest, write_manifest
from searchlib.models import BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.sources.reader import file_digest, list_files, read_article
from searchlib.text.analysis import analysis_record

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""

_BATCH = 32
"""Files that a worker takes at a time."""
_AHEAD = 4
"""Batches that wait for each worker, so that memory stays bounded however slow the writer is."""
_WORTH_WORKERS = 4 * _BATCH
"""Fewer files than this are done sooner than workers are started."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One file, read and analysed: ``document`` is None where it failed, and then ``problem`` says why."""

    id: str
    digest: str
    document: dict[str, Any] | None
    problem: str | None


@dataclass(slots=True)
class _Record:
    """What a build learns about the files, for the manifest."""

    digests: dict[str, str]
    failed: dict[str, tuple[str, str]]
    salvaged: dict[str, tuple[str, str]]

    def names(self) -> set[str]:
        """Every file that the build has seen."""
        return {*self.digests, *self.failed}

    def digest(self, name: str) -> str | None:
        """The hash of a file when it was last read."""
        return self.digests.get(name) or self.failed.get(name, (None, ""))[0]

    def forget(self, name: str) -> None:
        """Drop what was known of a file."""
        for each in (self.digests, self.failed, self.salvaged):
            each.pop(name, None)

    def learn(self, prepared: _Prepared) -> None:
        """Note what became of a file."""
        self.forget(prepared.id)
        if prepared.document is None:
            self.failed[prepared.id] = (prepared.digest, prepared.problem or "")
            return
        self.digests[prepared.id] = prepared.digest
        if prepared.problem:
            self.salvaged[prepared.id] = (prepared.digest, prepared.problem)


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
        SettingsError: no settings were given and searchlib.toml is wrong.
    """
    begun = time.monotonic()
    source = Path(articles)
    zone = (settings or load_settings()).zone
    names = _article_files(source)
    record = _Record({}, {}, {})
    generations = Generations(Path(index))
    with generations.locked(), generations.growing() as folder:
        writer = WhooshWriter(folder, new=True)
        _write(writer, _prepared(source, names, zone, jobs), record, len(names), progress)
        _seal(folder, source, zone, record)
    return _report(record, begun, added=len(record.digests))


def update_index(
    articles: str | os.PathLike[str],
    index: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Bring an index up to date: files that are new, changed or gone are added, replaced, dropped.

    A file has changed if the hash of its content has.

    Where no index is built yet, all files are new. An index keeps the time zone that it was built with.

    Raises:
        ArticlesNotFoundError: the folder is missing, or no file in it could become an article.
        IndexBusyError: another build holds the index.
        IndexMismatchError: the index was made with another format or analysis.
        IndexDamagedError: the index cannot be read.
        SettingsError: no settings were given and searchlib.toml is wrong.
    """
    begun = time.monotonic()
    source = Path(articles)
    names = _article_files(source)
    generations = Generations(Path(index))
    try:
        generations.current()
    except NoIndexError:
        return build_index(articles, index, progress=progress, settings=settings)
    with generations.locked():
        old = generations.current()
        manifest = read_manifest(old)
        record = _Record(dict(manifest.digests), dict(manifest.failed), dict(manifest.salvaged))
        changed = [name for name in names if record.digest(name) != file_digest(source, name)]
        gone = record.names() - set(names)
        if changed or gone:
            with generations.growing() as folder:
                copy_index(old, folder)
                writer = WhooshWriter(folder, new=False)
                for name in {*gone, *changed} & record.digests.keys():
                    writer.delete(name)
                for name in gone:
                    record.forget(name)
                _write(writer, _prepared(source, changed, manifest.zone, jobs=None), record, len(changed), progress)
                _seal(folder, source, manifest.zone, record)
    before, after = manifest.digests.keys(), record.digests.keys()
    updated = set(changed) & before & after
    return _report(
        record,
        begun,
        added=len(after - before),
        updated=len(updated),
        deleted=len(before - after),
        unchanged=len((before & after) - updated),
    )


def _article_files(source: Path) -> list[str]:
    names = list_files(source)
    if not names:
        raise ArticlesNotFoundError(
            f"{source}: there are no article files (.md, .html, .txt …) in this folder or below it"
        )
    return names


def _prepare(source: Path, zone: str, names: Sequence[str]) -> list[_Prepared]:
    """Read and analyse some files; this is what a worker does."""
    prepared = []
    for name in names:
        reading = read_article(source, name, ZoneInfo(zone))
        found = document(reading.article) if reading.article else None
        prepared.append(_Prepared(name, reading.digest, found, reading.problem))
    return prepared


def _prepared(source: Path, names: Sequence[str], zone: str, jobs: int | None) -> Iterator[_Prepared]:
    """All files, read and analysed, in order."""
    prepare = partial(_prepare, source, zone)
    batches = [names[at : at + _BATCH] for at in range(0, len(names), _BATCH)]
    workers = min(jobs or os.cpu_count() or 1, len(batches))
    if workers < 2 or len(names) < _WORTH_WORKERS:
        for batch in batches:
            yield from prepare(batch)
        return
    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[Future[list[_Prepared]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(prepare, batch))
                if len(waiting) > workers * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise SearchlibError(
                "a worker process died while it read articles, perhaps for want of memory: try again with fewer jobs"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _write(
    writer: Writer, prepared: Iterator[_Prepared], record: _Record, files: int, progress: Progress | None
) -> None:
    """Write what was prepared and note what became of each file."""
    try:
        for done, each in enumerate(prepared, 1):
            record.learn(each)
            if each.document is not None:
                writer.add(each.document)
            if progress:
                progress(done, files)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _seal(folder: Path, source: Path, zone: str, record: _Record) -> None:
    """Write the manifest of a generation, the last of its files; a generation without articles is refused."""
    if not record.digests:
        path, (_, reason) = min(record.failed.items())
        raise ArticlesNotFoundError(
            f"{source}: none of the {len(record.failed)} files here could become an article (the first: {path}: {reason}); "
            "the index stays as it was"
        )
    manifest = Manifest(
        format=FORMAT,
        engine="whoosh",
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        zone=zone,
        analysis=analysis_record(),
        digests=record.digests,
        failed=record.failed,
        salvaged=record.salvaged,
        files=file_digests(folder),
    )
    write_manifest(folder, manifest)


def _report(
    record: _Record, begun: float, *, added: int, updated: int = 0, deleted: int = 0, unchanged: int = 0
) -> BuildReport:
    return BuildReport(
        added=added,
        updated=updated,
        deleted=deleted,
        unchanged=unchanged,
        failed=tuple((name, reason) for name, (_, reason) in sorted(record.failed.items())),
        salvaged=tuple((name, reason) for name, (_, reason) in sorted(record.salvaged.items())),
        seconds=round(time.monotonic() - begun, 3),
    )
