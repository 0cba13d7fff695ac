"""Read files into articles.

Each stage lives in a module or folder of its own, and ``parse_article`` runs them in this order:

1. bytes → text: ``decode``
2. text → front matter and body: ``front_matter.split``
3. body → blocks: ``readers``, chosen by suffix; the Markdown reader runs ``dialects`` first
4. front matter → title, date, author, categories, tags, extra: ``dates``, ``front_matter.values``
5. blocks and values → ``Article``
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from searchlib.errors import ArticleError, SettingsError
from searchlib.models import Article
from searchlib.sources.dates import find_date
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.files import UNREADABLE_DIGEST, FileTooLargeError, digest_bytes, read_bytes
from searchlib.sources.front_matter.metadata import AUTHOR_KEYS, CATEGORY_KEYS, TAG_KEYS, TITLE_KEYS, Metadata
from searchlib.sources.front_matter.split import FrontMatter, split_front_matter
from searchlib.sources.front_matter.values import as_authors, as_category_paths, as_names, as_tags, as_text
from searchlib.sources.readers.base import Content, UnreadableError
from searchlib.sources.readers.registry import find_reader
from searchlib.sources.titles import find_title
from searchlib.sources.walk import file_suffix, list_files

DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of reading one file.

    ``article`` is None if the file cannot become an article. ``problem`` is the reason, or, if there is an article, what
    could not be read in its front matter. ``digest`` is the BLAKE2b hash of the file's bytes, 16 bytes in hex, and "" for
    a file that cannot be opened.
    """

    article: Article | None
    problem: str | None
    digest: str


def read_articles(
    articles: str | os.PathLike[str], *, zone: ZoneInfo | None = None
) -> Iterator[Article | ArticleError]:
    """Yield the articles of a folder, sorted by path, and an ArticleError for each file that cannot become one.

    Dates without a zone are in ``zone``, by default ``Asia/Shanghai``.

    Raises:
        ArticlesNotFoundError: there is no such folder.
    """
    folder = Path(articles)
    zone = zone or ZoneInfo(DEFAULT_ZONE)
    return (_article_or_error(folder, article_id, zone) for article_id in list_files(folder))


def _article_or_error(folder: Path, article_id: str, zone: ZoneInfo) -> Article | ArticleError:
    reading = read_article(folder, article_id, zone)
    return reading.article or ArticleError(article_id, reading.problem or "unreadable")


def read_article(folder: Path, article_id: str, zone: ZoneInfo) -> Reading:
    """Read one file of a folder. ``Reading.problem`` describes its errors, those of its reader included."""
    try:
        data = read_bytes(folder, article_id)
    except OSError as error:
        reason = error.strerror or str(error)
        return Reading(article=None, problem=reason[:1].lower() + reason[1:], digest=UNREADABLE_DIGEST)
    except FileTooLargeError as error:
        return Reading(article=None, problem=str(error), digest=error.digest)
    try:
        article, problem = parse_article(article_id, data, zone)
    except (UndecodableError, UnreadableError) as error:
        article, problem = None, str(error)
    except SettingsError:
        raise
    except Exception as error:
        # A defect of a reader or normalizer costs one article, not the build.
        article, problem = None, f"it cannot be read: {type(error).__name__}: {error}"
    return Reading(article=article, problem=problem, digest=digest_bytes(data))


def parse_article(article_id: str, data: bytes, zone: ZoneInfo) -> tuple[Article | None, str | None]:
    """Turn the bytes of a file into an article.

    Returns:
        The article and the problem of its front matter, if any; or None and the reason why there is no article.

    Raises:
        UndecodableError: the bytes are not text.
        UnreadableError: the reader refuses the file.
    """
    reader = find_reader(file_suffix(article_id))
    if reader.read is None:
        front_matter = FrontMatter(metadata={}, body="")
        content = reader.read_bytes(data) if reader.read_bytes is not None else Content(blocks=[])
    else:
        text = decode(data)
        if reader.reads_keywords and text.lstrip().startswith("#"):
            front_matter = FrontMatter(metadata={}, body=text)
        else:
            front_matter = split_front_matter(text)
        content = reader.read(front_matter.body)
    metadata = Metadata(front_matter.metadata, content.metadata)

    title = as_text(metadata.first(TITLE_KEYS))
    if not title and not content.blocks:
        return None, "empty: neither a title in the front matter nor any text"
    date, date_key = find_date(metadata, zone)
    categories = metadata.first(CATEGORY_KEYS)
    article = Article(
        id=article_id,
        title=title or find_title(content, article_id)[0],
        body="\n".join(content.blocks).strip(),
        date=date,
        author=as_authors(metadata.first(AUTHOR_KEYS)),
        categories=as_names(categories),
        category_paths=as_category_paths(categories),
        tags=as_tags(metadata.first(TAG_KEYS)),
        path=article_id,
        extra=metadata.extra(date_key),
        html=content.html,
        headings=tuple(content.headings),
    )
    return article, front_matter.problem


def pack_reading(reading: Reading) -> bytes:
    """Serialize a reading for another process."""
    return pickle.dumps(reading, pickle.HIGHEST_PROTOCOL)


def unpack_or_read(folder: Path, article_id: str, zone: ZoneInfo, readings: Mapping[str, bytes]) -> Reading:
    """Return the packed reading of that id in ``readings``; without one, read the file."""
    if article_id not in readings:
        return read_article(folder, article_id, zone)
    reading: Reading = pickle.loads(readings[article_id])
    return reading
