"""Build an index from a folder of articles, and keep it up to date."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from searchlib.engines.base import Writer
from searchlib.engines.whoosh.engine import ENGINE
from searchlib.engines.whoosh.writer import WhooshWriter, copy_index
from searchlib.errors import ArticlesNotFoundError, IndexDamagedError, NoIndexError
from searchlib.generations import Generations
from searchlib.manifest import FORMAT, Manifest, damaged_files, file_digests, read_manifest, write_manifest
from searchlib.models import BuildReport
from searchlib.settings import Settings, load_settings
from searchlib.sources.reader import UNREADABLE, file_digest, list_files, read_article
from searchlib.text.analysis import analysis_record
from searchlib.workers import Prepared, prepare_files

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""


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

    def learn(self, prepared: Prepared) -> None:
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
    zone = (settings or load_settings()).zone
    source, names = _article_files(articles)
    record = _Record({}, {}, {})
    generations = Generations(index)
    with generations.locked(), generations.growing() as folder:
        writer = WhooshWriter(folder, new=True)
        _write(writer, prepare_files(source, names, zone, jobs), record, len(names), progress)
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

    A file has changed if the hash of its content has. Of files and folders that cannot be opened now, the index keeps
    what it has. Where no index is built yet, all files are new. An index keeps the time zone that it was built with.

    Raises:
        ArticlesNotFoundError: the folder is missing, or no file in it could become an article.
        IndexBusyError: another build holds the index.
        IndexMismatchError: the index was made with another format or analysis.
        IndexDamagedError: the index cannot be read.
        SettingsError: no settings were given and searchlib.toml is wrong.
    """
    begun = time.monotonic()
    source, names = _article_files(articles)
    generations = Generations(index)
    try:
        generations.current()
    except NoIndexError:
        return build_index(articles, index, progress=progress, settings=settings)
    with generations.locked():
        old = generations.current()
        manifest = read_manifest(old)
        record = _Record(dict(manifest.digests), dict(manifest.failed), dict(manifest.salvaged))
        digests = {name: file_digest(source, name) for name in names}
        unreadable = [name for name, digest in digests.items() if digest == UNREADABLE]
        changed = [name for name in names if digests[name] not in (UNREADABLE, record.digest(name))]
        gone = {name for name in record.names() - digests.keys() if not _is_below(name, unreadable)}
        if changed or gone:
            _refuse_damage(old, manifest)
            with generations.growing() as folder:
                copy_index(old, folder)
                writer = WhooshWriter(folder, new=False)
                writer.delete({*gone, *changed} & record.digests.keys())
                for name in gone:
                    record.forget(name)
                _write(writer, prepare_files(source, changed, manifest.zone, None), record, len(changed), progress)
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
        unreadable={name: read_article(source, name, ZoneInfo(manifest.zone)).problem or "" for name in unreadable},
    )


def _article_files(articles: str | os.PathLike[str]) -> tuple[Path, list[str]]:
    names = list_files(articles)
    if not names:
        raise ArticlesNotFoundError(
            f"{os.fspath(articles)}: there are no article files (.md, .html, .txt …) in this folder or below it"
        )
    return Path(articles), names


def _is_below(name: str, unreadable: list[str]) -> bool:
    """Whether the file lies in a folder that cannot be read now: then it is not gone."""
    return any(folder == "." or name.startswith(f"{folder}/") for folder in unreadable)


def _refuse_damage(generation: Path, manifest: Manifest) -> None:
    """An update goes on from the old files: damage in them would be sealed as sound."""
    damaged = damaged_files(generation, manifest)
    if damaged:
        raise IndexDamagedError(f"{generation}: {'; '.join(damaged)}: build the index again")


def _write(
    writer: Writer, prepared: Generator[Prepared], record: _Record, files: int, progress: Progress | None
) -> None:
    """Write what was prepared and note what became of each file."""
    try:
        with closing(prepared):
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
        engine=ENGINE,
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
    failed = {name: reason for name, (_, reason) in record.failed.items()} | dict(unreadable)
    return BuildReport(
        added=added,
        updated=updated,
        deleted=deleted,
        unchanged=unchanged,
        failed=tuple(sorted(failed.items())),
        salvaged=tuple((name, reason) for name, (_, reason) in sorted(record.salvaged.items())),
        seconds=round(time.monotonic() - begun, 3),
    )
