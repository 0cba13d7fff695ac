"""Check and analyze articles that the caller passes, instead of files, in worker processes."""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from itertools import islice
from zoneinfo import ZoneInfo

from searchlib.analysis.boilerplate import ArticleLines, find_boilerplate
from searchlib.analysis.summaries import summary_lines
from searchlib.errors import ArticleError, ParameterError
from searchlib.indexing.file_analysis import FileOutcome
from searchlib.indexing.pipeline import AnalyzedChunk, BatchFiller, NewBatch
from searchlib.indexing.sampling import SAMPLING_LIMITS, limit_characters
from searchlib.indexing.worker_pool import map_in_order
from searchlib.models import Article
from searchlib.sources.front_matter.secrets import remove_secrets
from searchlib.sources.front_matter.values import as_json
from searchlib.stores.manifest import Trait

MAX_TASK_ARTICLES = 2000
"""A worker analyzes at most this many articles in one task. Each task writes a run that must be merged."""

MAX_TASK_CHARACTERS = 1_000_000
"""Maximum number of characters of the articles of one task, text and HTML. Its last article may exceed the maximum."""

FIRST_TASK_ARTICLES = 100
"""Number of articles in the first task. A later task has at most as many as all before it, so that progress shows early."""

SAMPLED_ARTICLES = 1000
"""Maximum number of articles, from the beginning, that train the writer and are searched for boilerplate."""

ARTICLE_DIGEST_BYTES = 16
"""The length of the hash of an article."""

NO_ID = "the article has no id"


def checked_articles(articles: Iterable[object], zone: str) -> Iterator[Article | ArticleError]:
    """Yield each article as an index stores it, or an ArticleError if it cannot be indexed.

    Given errors are yielded, too. Of two articles with the same id, the first is yielded. A date without a zone is in ``zone``.
    Secrets are removed from ``extra``, and its values get the types of JSON.

    Raises:
        ParameterError: this is no iterable, or an item is not an article.
    """
    if not isinstance(articles, Iterable):
        raise ParameterError("articles", f"articles must be a list or another iterable, not {articles!r:.80}")
    date_zone = ZoneInfo(zone)
    ids: set[str] = set()
    for article in articles:
        if isinstance(article, ArticleError):
            yield article
            continue
        if not isinstance(article, Article):
            raise ParameterError("articles", f"articles must be a folder, or instances of Article, not {article!r:.80}")
        try:
            checked = _checked(article, date_zone)
            if checked.id in ids:
                raise ArticleError(checked.id, "an earlier article has the same id")
        except ArticleError as error:
            yield error
            continue
        ids.add(checked.id)
        yield checked


def _checked(article: Article, zone: ZoneInfo) -> Article:
    if not isinstance(article.id, str) or not article.id:
        raise ArticleError(str(article.id or ""), NO_ID)
    for name in ("title", "body", "path", "author", "html", "date_source"):
        if not isinstance(value := getattr(article, name), str):
            raise ArticleError(article.id, f"{name} must be text, not {type(value).__name__}")
    if not isinstance(article.extra, Mapping):
        raise ArticleError(article.id, f"extra must be a dict, not {type(article.extra).__name__}")
    if not article.title.strip() and not article.body.strip():
        raise ArticleError(article.id, "empty: neither a title nor any text")
    extra, _ = remove_secrets(dict(article.extra))
    return replace(
        article,
        categories=_texts(article.id, "categories", article.categories),
        tags=_texts(article.id, "tags", article.tags),
        headings=_texts(article.id, "headings", article.headings),
        date=_aware(article, zone),
        path=article.path or article.id,
        extra={str(key): as_json(value) for key, value in extra.items()},
        category_paths=tuple(_texts(article.id, "category_paths", path) for path in article.category_paths),
    )


def _texts(article_id: str, name: str, values: object) -> tuple[str, ...]:
    if (
        isinstance(values, str)
        or not isinstance(values, Collection)
        or not all(isinstance(value, str) for value in values)
    ):
        raise ArticleError(article_id, f"{name} must be a list of texts, not {values!r:.80}")
    return tuple(values)


def _aware(article: Article, zone: ZoneInfo) -> datetime | None:
    if article.date is None:
        return None
    if not isinstance(article.date, datetime):
        raise ArticleError(article.id, f"date must be a datetime, not {article.date!r:.80}")
    return article.date if article.date.tzinfo else article.date.replace(tzinfo=zone)


def article_digest(article: Article) -> str:
    """Return a BLAKE2b hash of all values of an article: ``ARTICLE_DIGEST_BYTES`` bytes in hex."""
    data = json.dumps(article.to_dict(), ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")
    return blake2b(data, digest_size=ARTICLE_DIGEST_BYTES).hexdigest()


def take_sample(articles: Iterator[Article], size: int = SAMPLED_ARTICLES) -> list[Article]:
    """Take articles from the beginning, to train the writer."""
    return list(limit_characters(islice(articles, size), SAMPLING_LIMITS.max_sample_characters))


def boilerplate_of(sample: Iterable[Article]) -> list[int]:
    """Return the digests of the lines that many articles of a sample repeat."""
    digests: list[int] = find_boilerplate(
        [ArticleLines.of(each.title, each.body, summary_lines(each.extra)) for each in sample]
    ).tolist()
    return digests


def split_articles(articles: Iterator[Article]) -> Iterator[list[Article]]:
    """Split articles into tasks for workers, in order."""
    done = 0
    size = FIRST_TASK_ARTICLES
    while task := list(limit_characters(islice(articles, size), MAX_TASK_CHARACTERS)):
        yield task
        done += len(task)
        size = min(max(done, FIRST_TASK_ARTICLES), MAX_TASK_ARTICLES)


def analyze_articles(
    articles: Iterator[Article], new_batch: NewBatch, jobs: int | None
) -> Generator[AnalyzedChunk[FileOutcome]]:
    """Analyze articles in workers, in order. If an article cannot be analyzed, its outcome says why.

    Raises:
        SearchlibError: a worker died.
    """
    return map_in_order(partial(_analyze_task, new_batch), split_articles(articles), jobs=jobs)


def _analyze_task(new_batch: NewBatch, articles: Sequence[Article]) -> AnalyzedChunk[FileOutcome]:
    filler = BatchFiller(new_batch)
    outcomes = [_analyze(filler, article) for article in articles]
    return AnalyzedChunk(outcomes, filler.finish())


def _analyze(filler: BatchFiller, article: Article) -> FileOutcome:
    digest = article_digest(article)
    try:
        filler.add(article)
    except ArticleError as error:
        return FileOutcome(article.id, digest, False, error.reason)
    return FileOutcome(article.id, digest, True, traits="" if article.date else Trait.UNDATED.value)
