"""Turn files into articles."""

from __future__ import annotations

import os
import pickle
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.errors import ArticleError
from searchlib.models import Article
from searchlib.sources.dates import find_date
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.front_matter import part
from searchlib.sources.html import read_html
from searchlib.sources.markdown import markdown_to_html
from searchlib.sources.plain import plain_lines
from searchlib.sources.values import as_authors, as_json, as_names, as_paths, as_text
from searchlib.sources.walk import HTML, PLAIN, file_path, file_stem, list_files

__all__ = [
    "Reading",
    "expect_files",
    "file_digest",
    "list_files",
    "packed",
    "read_article",
    "read_articles",
    "read_unless_packed",
]

UNREADABLE = ""
"""The digest of a file that cannot be opened."""

LARGEST_FILE = 64 << 20
"""Bytes: a larger text is no article, and reading it would take the memory of all others."""

_EXPECTED = 1 << 20
"""Bytes: what is fetched of a file ahead; nearly all are smaller."""

DEFAULT_ZONE = "Asia/Shanghai"
_TITLE = ("title",)
_AUTHOR = ("author", "authors")
_CATEGORIES = ("categories", "category")
_TAGS = ("tags", "tag")
_DIV = re.compile(r"<(/?)div\b", re.IGNORECASE)
_OPEN_DIV = re.compile(r"<div\b[^>]*>[^\S\n]*\n?[^\S\n]*(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading one file.

    ``article`` is None where the file could not become one; ``problem`` then says why, and otherwise what was broken in
    an article that was saved. ``digest`` is the BLAKE2b hash of the file's bytes, 16 bytes in hex; "" where none can be
    read.
    """

    article: Article | None
    problem: str | None
    digest: str


def read_articles(
    articles: str | os.PathLike[str], *, zone: ZoneInfo | None = None
) -> Iterator[Article | ArticleError]:
    """Every article of a folder, in the order of their paths; an ArticleError for each file that could not become one.

    Dates without a zone are in ``zone``, by default that of China. Raises ArticlesNotFoundError for a missing folder.
    """
    folder = Path(articles)
    zone = zone or ZoneInfo(DEFAULT_ZONE)
    return (_yielded(folder, article_id, zone) for article_id in list_files(folder))


def read_article(folder: Path, article_id: str, zone: ZoneInfo) -> Reading:
    """Read one file of a folder; what is wrong with it stands in the reading, nothing is raised."""
    try:
        data = _read_bytes(file_path(folder, article_id))
    except OSError as error:
        return Reading(article=None, problem=_lowered(error.strerror or str(error)), digest=UNREADABLE)
    except _TooLargeError as error:
        return Reading(article=None, problem=str(error), digest=error.digest)
    digest = _digest(data)
    try:
        article, problem = _article(article_id, decode(data), zone)
    except UndecodableError as error:
        return Reading(article=None, problem=str(error), digest=digest)
    if article is None:
        problem = "empty: neither a title in the front matter nor any text"
    return Reading(article=article, problem=problem, digest=digest)


def packed(reading: Reading) -> bytes:
    """A reading in a form that goes on to other processes, and that ``read_unless_packed`` takes."""
    return pickle.dumps(reading, pickle.HIGHEST_PROTOCOL)


def read_unless_packed(folder: Path, article_id: str, zone: ZoneInfo, readings: Mapping[str, bytes]) -> Reading:
    """What came of reading a file: the packed reading of that name, and only where there is none, what is read now."""
    if article_id not in readings:
        return read_article(folder, article_id, zone)
    reading: Reading = pickle.loads(readings[article_id])
    return reading


def file_digest(folder: Path, article_id: str) -> str:
    """The digest that reading the file would give."""
    try:
        return _digest(_read_bytes(file_path(folder, article_id)))
    except OSError:
        return UNREADABLE
    except _TooLargeError as error:
        return error.digest


def expect_files(folder: Path, article_ids: Iterable[str]) -> None:
    """Let the system fetch what will be read next, where it can be told to: otherwise each reading waits for the disk."""
    if sys.platform != "linux":
        return
    for article_id in article_ids:
        # Whatever is wrong with the file, reading it will say so.
        with suppress(OSError):
            path = file_path(folder, article_id)
            # To open a pipe or a device can do more than to read it.
            if not stat.S_ISREG(os.stat(path).st_mode):
                continue
            opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                os.posix_fadvise(opened, 0, _EXPECTED, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(opened)


class _TooLargeError(ValueError):
    """The file is larger than an article can be; its size stands for its digest."""

    def __init__(self, size: int) -> None:
        super().__init__(f"too large: {size >> 20} MB, an article has at most {LARGEST_FILE >> 20} MB")
        self.digest = f"{size} bytes"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _yielded(folder: Path, article_id: str, zone: ZoneInfo) -> Article | ArticleError:
    reading = read_article(folder, article_id, zone)
    return reading.article or ArticleError(article_id, reading.problem or "unreadable")


def _read_bytes(path: str) -> bytes:
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        os.listdir(path)
        raise IsADirectoryError(0, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "is not a regular file")
    if status.st_size > LARGEST_FILE:
        raise _TooLargeError(status.st_size)
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _article(article_id: str, text: str, zone: ZoneInfo) -> tuple[Article | None, str | None]:
    """The article of a file's text, None for an empty one; and what of its front matter is broken."""
    front = part(text)
    metadata = front.metadata
    fields = {key.lower(): key for key in reversed(metadata)}
    lines, heading, headings, html = _body(front.body, os.path.splitext(article_id)[1].lower())
    title = as_text(_first(metadata, fields, _TITLE))
    if not title and not lines:
        return None, front.problem
    date, date_key = find_date(metadata, zone)
    read = {fields[name] for name in (*_TITLE, *_AUTHOR, *_CATEGORIES, *_TAGS) if name in fields} | {date_key}
    categories = _first(metadata, fields, _CATEGORIES)
    article = Article(
        id=article_id,
        title=title or heading or as_text(file_stem(article_id)) or article_id,
        body="\n".join(lines).strip(),
        date=date,
        author=as_authors(_first(metadata, fields, _AUTHOR)),
        categories=as_names(categories),
        category_paths=as_paths(categories),
        tags=as_names(_first(metadata, fields, _TAGS)),
        path=article_id,
        extra={_key_text(key): as_json(value) for key, value in metadata.items() if key not in read},
        html=html,
        headings=tuple(headings),
    )
    return article, front.problem


def _first(metadata: Mapping[str, Any], fields: Mapping[str, str], names: tuple[str, ...]) -> Any:
    """The value of the first of the keys that holds one."""
    for name in names:
        if name in fields and (value := metadata[fields[name]]) not in (None, "", []):
            return value
    return None


@lru_cache(maxsize=256)
def _key_text(key: str) -> str:
    return as_text(key)


def _body(text: str, suffix: str) -> tuple[list[str], str, list[str], str]:
    """The blocks of a body, its title by its own account, its headings, and its HTML."""
    if suffix in PLAIN:
        return plain_lines(text), "", [], ""
    text = text.strip()
    is_html = suffix in HTML or _is_one_element(text)
    page = read_html(text if is_html else markdown_to_html(text))
    return page.lines, page.heading or page.title, page.headings, page.html


def _is_one_element(text: str) -> bool:
    """Whether a Markdown body is one div of HTML, as feeds give it: a blank line in it does not end the HTML."""
    if not text.startswith("<div") or not text.endswith("</div>") or not _OPEN_DIV.match(text):
        return False
    depth = 0
    for match in _DIV.finditer(text):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end() >= len(text) - 1
    return False


def _lowered(reason: str) -> str:
    return reason[:1].lower() + reason[1:]
