"""Build an index from a folder of articles, and update it. Articles that the caller passes are left to ``from_articles``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.record import check_configured_dictionary
from searchlib.common.arguments import check_path, check_whole_number
from searchlib.common.progress import Progress, StageProgress
from searchlib.engines.common.front_matter_facets import check_keys
from searchlib.errors import ArticlesNotFoundError, IndexMismatchError, NoIndexError, ParameterError
from searchlib.indexing.file_analysis import FileOutcome, analyze_files
from searchlib.indexing.from_articles import build_from_articles, change_articles
from searchlib.indexing.pipeline import bounded_batches, build_report, configured_spec, updated_spec, write_generation
from searchlib.indexing.sampling import sample_articles
from searchlib.indexing.source_record import SourceRecord
from searchlib.models import Article, BuildReport, count_of
from searchlib.settings import Settings, load_settings, recorded_settings
from searchlib.sources.files import UNREADABLE_DIGEST
from searchlib.sources.folders import AnySource, Folders, open_folders
from searchlib.sources.walk import Listing
from searchlib.stores import GenerationWriter, effective_settings, store_at
from searchlib.stores.manifest import Sources


def build_index(
    articles: Folders | Iterable[Article],
    index: str | os.PathLike[str],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Build a new index from all articles of a folder, and replace the old index with it in one step.

    ``jobs`` is the number of worker processes (default: one per core). A file that cannot be read does not stop the build:
    ``BuildReport.failed`` lists it. If the build fails, the old index stays as it was.

    ``articles`` can map names to folders: ``{"blog": "blog/", "docs": "docs/"}``. Then an id begins with the name of its folder
    (``blog/a.md``), and the index has the facet ``source``.

    ``articles`` can also be an iterable of articles, for example from a database. It is read once, and never held in memory as a
    whole. An article that cannot be indexed is listed in ``BuildReport.failed`` by its id, as is every later article with an id
    that was used before. The ``path`` of an article defaults to its id.

    Raises:
        ParameterError: an argument is not allowed.
        ArticlesNotFoundError: the folder is missing, or none of its files is an article; or the iterable has no article.
        IndexBusyError: another build or update holds the index.
        SettingsError: no settings are given and searchlib.toml is wrong, or the dictionary that the settings name.
    """
    started = time.monotonic()
    check_path("index", index)
    if jobs is not None:
        check_whole_number("jobs", jobs, minimum=1)
    settings = settings or load_settings()
    check_keys(settings)
    if not isinstance(articles, str | os.PathLike | Mapping):
        return build_from_articles(
            _check_iterable(articles), index, jobs=jobs, progress=StageProgress(progress), settings=settings
        )
    source, listing = _list_files(articles, settings)
    record = SourceRecord(listing, source.as_json(), source.origin)
    spec = configured_spec(settings, facets=source.facets, origin=source.origin)
    store = store_at(index)
    with store.locked(), store.new_generation(spec) as generation:
        names = list(listing.states)
        stages = StageProgress(progress)
        readings: dict[str, bytes] = {}
        if generation.checkpoint is None:
            readings = _train(generation, source, names, jobs, stages)
        else:
            names = record.remaining_files(generation.checkpoint.sources, source, time.time())
            generation.checkpoint.keep(record.sources().articles)
        # Loaded before the workers fork, so that they share it.
        han_tokenizer(spec.dictionary)
        _write_files(generation, source, names, record, stages, settings, jobs=jobs, readings=readings)
    return build_report(started, record.sources())


def update_index(
    articles: Folders | Iterable[Article],
    index: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> BuildReport:
    """Update an index: add new files, replace changed files, and delete the articles of missing files.

    A file has changed if the hash of its content has. A file with the size and times of its last reading is not read again, unless
    the settings for reading have changed, or a date in its front matter is now past. If a file or folder cannot be opened, the
    index keeps its articles. If no index is built yet, build one. An index keeps the time zone of its build, and its dictionary if
    the settings name none.

    If ``articles`` is another folder than the last time, it is treated as the same folder at a new place. It is refused if it
    lacks more than half of the articles: it has neither a file with their path nor one with their content.

    ``articles`` can map names to folders, or be an iterable of all articles, as for ``build_index``: an article has changed if one
    of its values has. If the new version of an article cannot be indexed, the index keeps the old version.

    Raises:
        ParameterError: an argument is not allowed.
        ArticlesNotFoundError: the folder is missing, or none of its files is an article; or the iterable has no article.
        IndexBusyError: another build or update holds the index.
        IndexMismatchError: the index was built with another format, analysis or dictionary, or of another folder.
        IndexDamagedError: the index cannot be read.
        SettingsError: no settings are given and searchlib.toml is wrong. Without such a file, the index keeps the settings that
            it was built with.
    """
    started = time.monotonic()
    check_path("index", index)
    store = store_at(index)
    settings = settings or effective_settings(store)
    check_keys(settings)
    try:
        store.current()
    except NoIndexError:
        return build_index(articles, index, progress=progress, settings=settings)
    if not isinstance(articles, str | os.PathLike | Mapping):
        return change_articles(store, _check_iterable(articles), settings, StageProgress(progress), delete_others=True)
    with store.locked():
        current = store.current()
        # Checked even if no file has changed: a successful update must not leave damage unnoticed.
        current.require_parts()
        source, listing = _list_files(articles, replace(settings, zone=current.manifest.zone))
        check_configured_dictionary(current.location, current.manifest.analysis, settings)
        sources = current.sources()
        before = sources.articles
        record = SourceRecord.of(sources, listing, source)
        outdated = record.outdated_files(sources.settings, time.time())
        digests = {name: source.digest(name) for name in {**record.unverified_files(), **outdated}}
        unreadable = [name for name, digest in digests.items() if digest == UNREADABLE_DIGEST]
        changed = [
            name
            for name, digest in digests.items()
            if digest != UNREADABLE_DIGEST and (name in outdated or digest != record.digests.get(name))
        ]
        # Files in an unreadable folder may still exist.
        missing = {
            name
            for name in record.digests.keys() - listing.states.keys()
            if not any(folder == "." or name.startswith(f"{folder}/") for folder in unreadable)
        }
        if sources.origin != source.origin:
            contents = {*digests.values()}
            lost = [name for name in missing & before if record.digests[name] not in contents]
            if 2 * len(lost) > len(before):
                raise _other_folder(store.location, sources.origin, source, len(lost), len(before))
        if changed or missing or recorded_settings(settings) != current.manifest.settings:
            spec = updated_spec(current, source.facets, settings)
            with store.updated_generation({*changed, *missing}, spec) as generation:
                generation.writer.delete({*changed, *missing} & before)
                for name in missing:
                    record.remove(name)
                for name in digests.keys() - {*changed, *unreadable}:
                    record.set_state(name)
                _write_files(generation, source, changed, record, StageProgress(progress), settings)
    # The index keeps the articles of these files and folders, so the record does not list them as failed.
    unread = {name: source.read(name).problem or "" for name in unreadable}
    return build_report(started, record.sources(), before=before, written=set(changed), failed=unread)


def _check_iterable(articles: object) -> Iterable[Article]:
    """Return ``articles`` as an iterable.

    Raises:
        ParameterError: it is not iterable.
    """
    if not isinstance(articles, Iterable):
        raise ParameterError("articles", f"articles must be a folder, or instances of Article, not {articles!r:.80}")
    return articles


def _list_files(articles: Folders, settings: Settings) -> tuple[AnySource, Listing]:
    """Return the folders and their article files."""
    source, listing = open_folders(articles, settings)
    if not listing.states:
        if listing.excluded:
            raise _no_articles(source.location, listing.excluded)
        raise ArticlesNotFoundError(
            f"{source.location}: no article files (.md, .html, .txt …) in this folder or its subfolders"
        )
    return source, listing


def _other_folder(
    index: str | os.PathLike[str], origin: str, source: AnySource, lost: int, articles: int
) -> IndexMismatchError:
    """Return the error of an update that would replace the articles of one folder with those of another."""
    built_of = origin.replace("\n", ", ") or "other articles"
    return IndexMismatchError(
        f"{index}: this index was built from {built_of}; {lost} of its {count_of(articles, 'article')} are not in "
        f"{source.location}: to replace it, run `searchlib build`; to index both, name them: `searchlib build blog=… other=…`; "
        "to keep it, choose another index with `--index`"
    )


def _no_articles(location: str, reasons: Mapping[str, str]) -> ArticlesNotFoundError:
    """Return the error for a folder without articles."""
    path, reason = min(reasons.items())
    return ArticlesNotFoundError(
        f"{location}: none of the {len(reasons)} files is an article (the first is {path}: {reason}); "
        "the index stays as it was"
    )


def _train(
    generation: GenerationWriter, source: AnySource, names: Sequence[str], jobs: int | None, progress: StageProgress
) -> dict[str, bytes]:
    """Train the writer with a sample of the files, and return the readings of the sample."""
    progress.begin("sampling")
    sample = sample_articles(source, names, jobs, progress=progress)
    generation.writer.train(sample.articles, sample.boilerplate)
    return sample.readings


def _write_files(
    generation: GenerationWriter,
    source: AnySource,
    names: Sequence[str],
    record: SourceRecord,
    progress: StageProgress,
    settings: Settings,
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
        progress.count(done, len(names))

    def sources() -> Sources:
        sources = record.sources()
        if not sources.articles:
            raise _no_articles(source.location, {**sources.failed, **sources.left_out})
        return sources

    new_batch = bounded_batches(generation, settings, jobs)
    chunks = analyze_files(source, names, new_batch, jobs, {} if readings is None else readings)
    write_generation(generation, chunks, on_written, sources, jobs=jobs, progress=progress)
