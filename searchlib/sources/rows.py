"""Turn a row of values from another program into an article. Its text is plain text, HTML or Markdown."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.errors import ArticleError
from searchlib.models import Article
from searchlib.settings import DATE_ORDER, Settings
from searchlib.sources.assembly import make_article
from searchlib.sources.bounds import MAX_READING_SECONDS, Bounds, OutOfBoundsError
from searchlib.sources.dates import find_date
from searchlib.sources.encryption import public_content, remove_encrypted_parts
from searchlib.sources.front_matter.metadata import CATEGORY_KEYS, TAG_KEYS, Metadata
from searchlib.sources.front_matter.split import split_front_matter
from searchlib.sources.front_matter.values import as_category_paths, as_tags
from searchlib.sources.publication import Publication, find_publication
from searchlib.sources.readers.base import Content, UnreadableError
from searchlib.sources.readers.registry import find_reader
from searchlib.sources.text import clean
from searchlib.sources.time_limit import TimeLimitError, time_limit

TEXTS = {"body": "", "html": ".html", "markdown": ".md"}
"""The keys that hold the text of an article, with the suffix of the reader; "" for plain text."""

_FENCES = ("---", "+++")
"""The first characters of front matter. It is rejected, because its secrets and values must not become text."""


class RowError(ValueError):
    """A row is not an article. The message names the wrong key, and says how to write it."""


class EmptyRowError(RowError):
    """A row has neither a title nor a text."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row contains. ``article`` lacks its text if ``is_encrypted``."""

    article: Article
    publication: Publication
    is_encrypted: bool


def article_of_row(row: Mapping[str, Any], settings: Settings) -> Article:
    """Return the article of a row, which has ``id``, ``title``, one key of ``TEXTS``, and any keys of front matter.

    Raises:
        RowError: a key is missing, or its value is wrong.
        ArticleError: the article is not published.
    """
    read = read_row(row, settings)
    if reason := read.publication.reason:
        raise ArticleError(read.article.id, reason)
    return read.article


def read_row(row: Mapping[str, Any], settings: Settings, seconds: float = MAX_READING_SECONDS) -> Row:
    """Return the article of a row, published or not. ``seconds`` limits the processor time for reading its text.

    Raises:
        RowError: a key is missing, or its value is wrong.
    """
    article_id = row.get("id")
    if type(article_id) is int:
        article_id = str(article_id)
    if not isinstance(article_id, str) or not article_id:
        raise _wrong("id", article_id, "a text that is not empty, or a whole number")
    title = row.get("title")
    if not isinstance(title, str):
        raise _wrong("title", title, "a text")
    given = [key for key in TEXTS if row.get(key) is not None]
    if len(given) != 1:
        which = "none of them is there" if not given else f"{' and '.join(given)} are there"
        raise RowError(f"the text must be in one of the keys {', '.join(TEXTS)}, and {which}")
    others = {key: value for key, value in row.items() if key not in ("id", "title", *TEXTS)}
    metadata = Metadata(others)
    bounds = Bounds()
    tags = bounds.names("tags", as_tags(metadata.first(TAG_KEYS)))
    is_encrypted = metadata.is_encrypted or not set(tags).isdisjoint(settings.encrypted_tags)
    content = public_content(metadata) if is_encrypted else _content(given[0], row[given[0]], seconds)
    if not title.strip() and not content.blocks:
        raise EmptyRowError("both the title and the text are empty")
    date, date_source = find_date(metadata, ZoneInfo(settings.zone), "", settings.dates or DATE_ORDER)
    if date is None and row.get("date") is not None:
        raise _wrong("date", row["date"], "a date like 2021-11-20 or 2021-11-20T08:00:00+08:00")
    article = make_article(
        article_id,
        " ".join(clean(title).split()),
        content,
        metadata,
        bounds,
        date=date,
        date_source=date_source,
        tags=tags,
        paths=as_category_paths(metadata.first(CATEGORY_KEYS)),
    )
    return Row(article, find_publication(metadata, date, settings, time.time()), is_encrypted)


def _content(key: str, text: Any, seconds: float) -> Content:
    if not isinstance(text, str):
        raise _wrong(key, text, "a text")
    if key == "markdown" and text.lstrip().startswith(_FENCES) and split_front_matter(text).metadata:
        raise RowError("'markdown' begins with front matter: write its keys as keys of the line")
    text = remove_encrypted_parts(text)
    if not TEXTS[key]:
        return Content(blocks=[line for each in clean(text).splitlines() if (line := each.strip())])
    read = find_reader(TEXTS[key]).read
    if read is None:
        raise RowError(f"{key!r} cannot be read: another reader is installed for {TEXTS[key]}")
    try:
        with time_limit(seconds):
            return read(text)
    except TimeLimitError as error:
        raise RowError(f"{key!r} takes longer than {seconds:g} s of processor time to read") from error
    except (UnreadableError, OutOfBoundsError) as error:
        raise RowError(f"{key!r} cannot be read: {error}") from error


def _wrong(key: str, value: Any, expected: str) -> RowError:
    return RowError(f"{key!r} must be {expected}, {'it is missing' if value is None else f'not {value!r:.80}'}")
