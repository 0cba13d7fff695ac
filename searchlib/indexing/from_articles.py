"""Build and update an index from articles that the caller passes instead of files, and add or delete articles."""

from __future__ import annotations

import os
import pickle
import tempfile
import time
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from operator import length_hint

from searchlib.analysis.han_tokenizer import han_tokenizer
from searchlib.analysis.record import check_configured_dictionary
from searchlib.common.progress import NO_PROGRESS, StageProgress
from searchlib.errors import ArticleError, ArticlesNotFoundError
from searchlib.indexing.file_analysis import FileOutcome
from searchlib.indexing.given_articles import (
    analyze_articles,
    article_digest,
    boilerplate_of,
    checked_articles,
    take_sample,
)
from searchlib.indexing.pipeline import (
    AnalyzedChunk,
    bounded_batches,
    build_report,
    configured_spec,
    updated_spec,
    write_generation,
)
from searchlib.models import Article, BuildReport
from searchlib.settings import Settings
from searchlib.stores import GenerationWriter, Store, store_at
from searchlib.stores.manifest import NO_SOURCES, Sources

_MEMORY_BYTES = 1 << 26
"""The maximum bytes of changed articles that an update keeps in memory. Beyond that, a temporary file holds all of them."""


def build_from_articles(
    articles: Iterable[Article | ArticleError],
    index: str | os.PathLike[str],
    *,
    jobs: int | None,
    progress: StageProgress,
    settings: Settings,
) -> BuildReport:
    """Build a new index of articles, and replace the old index with it in one step. ``build_index`` documents it."""
    started = time.monotonic()
    spec = configured_spec(settings, facets=settings.facets)
    store = store_at(index)
    failed: dict[str, str] = {}
    with store.locked(), store.new_generation(spec) as generation:
        valid = _without_failed(checked_articles(articles, settings.zone), failed)
        sample = take_sample(valid)
        generation.writer.train(sample, boilerplate_of(sample))
        # Loaded before the workers fork, so that they share it.
        han_tokenizer(spec.dictionary)
        chunks = analyze_articles(chain(sample, valid), bounded_batches(generation, settings, jobs), jobs)
        sources = _write(
            generation,
            chunks,
            NO_SOURCES,
            jobs=jobs,
            progress=progress,
            total=length_hint(articles),
            refused=failed,
        )
    return build_report(started, sources, failed=failed)


def change_articles(
    store: Store,
    articles: Iterable[Article],
    settings: Settings,
    progress: StageProgress = NO_PROGRESS,
    *,
    deleted: Collection[str] = (),
    delete_others: bool = False,
) -> BuildReport:
    """Add articles to an index, or replace those with the same ids, and delete those with the ids in ``deleted``.

    With ``delete_others``, the index holds no other articles in the end. Only articles that changed are written.
    ``update_index``, ``Index.add`` and ``Index.delete`` document the errors.
    """
    started = time.monotonic()
    failed: dict[str, str] = {}
    with store.locked(), closing(_ArticleSpool()) as changed:
        current = store.current()
        current.require_parts()
        check_configured_dictionary(current.location, current.manifest.analysis, settings)
        zone = current.manifest.zone
        sources = current.sources()
        before = sources.articles
        # Adding or deleting articles keeps the facets of the index: with other facets, all articles would have to be written
        # again.
        facets = settings.facets if delete_others else current.manifest.facets
        has_other_facets = facets != current.manifest.facets
        given: set[str] = set()
        for article in _without_failed(checked_articles(articles, zone), failed):
            given.add(article.id)
            is_new = article.id not in before
            if is_new or has_other_facets or sources.digests[article.id] != article_digest(article):
                changed.add(article)
        # The index keeps an article whose new version is not valid.
        names = sources.digests.keys()
        missing = names - given - failed.keys() if delete_others else names & set(deleted)
        if changed.ids or missing:
            replaced = changed.ids | missing
            spec = updated_spec(current, facets, settings if delete_others else None)
            with store.updated_generation(replaced, spec) as generation:
                generation.writer.delete(replaced & before)
                sources = _write(
                    generation,
                    analyze_articles(changed.articles(), bounded_batches(generation, settings, None), None),
                    sources.without(replaced),
                    progress=progress,
                    total=len(changed.ids),
                    refused=failed,
                )
    return build_report(started, sources, before=before, written=changed.ids, failed=failed)


def _write(
    generation: GenerationWriter,
    chunks: Generator[AnalyzedChunk[FileOutcome]],
    unchanged: Sources,
    *,
    progress: StageProgress,
    total: int,
    refused: Mapping[str, str],
    jobs: int | None = None,
) -> Sources:
    """Write analyzed articles to a generation that holds the ``unchanged`` ones, and return the sources of all.

    ``refused`` are the articles that cannot be indexed, and why.

    Raises:
        ArticlesNotFoundError: the generation would hold no article.
    """
    written: list[FileOutcome] = []

    def on_written(outcomes: Sequence[FileOutcome]) -> None:
        written.extend(outcomes)
        progress.count(len(written), max(total, len(written)))

    def sources() -> Sources:
        new = Sources(
            digests={each.id: each.digest for each in written},
            failed={each.id: each.problem or "" for each in written if not each.is_indexed},
            traits={each.id: each.traits for each in written if each.traits},
        )
        merged = unchanged.merged_with(new)
        if not merged.articles:
            if problems := {**refused, **new.failed}:
                name, reason = next(iter(problems.items()))
                raise ArticlesNotFoundError(
                    f"no article can be indexed (the first is {name}: {reason}); the index stays as it was"
                )
            raise ArticlesNotFoundError("the index would hold no article; it stays as it was")
        return merged

    return write_generation(generation, chunks, on_written, sources, jobs=jobs, progress=progress)


def _without_failed(checked: Iterable[Article | ArticleError], failed: dict[str, str]) -> Iterator[Article]:
    """Yield the articles, and record the errors."""
    for item in checked:
        if isinstance(item, ArticleError):
            # The first article with an id is indexed: a later one with the same id fails, but must not hide it.
            failed[item.path] = item.reason
        else:
            yield item


class _ArticleSpool:
    """Articles in a temporary file, to read them again in order. ``ids`` holds their ids."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._file = tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 - ``close`` closes it

    def add(self, article: Article) -> None:
        """Add an article."""
        pickle.dump(article, self._file, pickle.HIGHEST_PROTOCOL)
        self.ids.add(article.id)

    def articles(self) -> Iterator[Article]:
        """Yield the articles."""
        self._file.seek(0)
        for _ in self.ids:
            article: Article = pickle.load(self._file)
            yield article

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
