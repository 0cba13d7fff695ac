"""Inspect how one file is read: the values found, their sources, and what is left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import Article
from searchlib.settings import Settings
from searchlib.sources.articles import Reading, Source
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.exclusion import exclusion_of_file
from searchlib.sources.feeds import (
    SITE_FEED,
    BrokenFeedError,
    entry_id,
    feed_suffixes,
    is_feed,
    is_of_site,
    read_entries,
    split_id,
)
from searchlib.sources.files import FileTooLargeError, read_bytes
from searchlib.sources.front_matter.secrets import is_secret
from searchlib.sources.front_matter.split import split_front_matter
from searchlib.sources.readers.registry import article_suffixes
from searchlib.sources.site import read_site
from searchlib.sources.walk import file_path, file_suffix

TITLE_SOURCES = {
    "title": "front matter",
    "heading": "first heading",
    "page": "title of the page",
    "navigation": "navigation of the site",
    "folder": "name of the folder",
    "file": "name of the file",
    "sentence": "first sentence",
    "id": "path",
}

_WORDS = lazy_pattern(r"\w+")
_NO_TEXT = lazy_pattern(r"^[ \t>]*(?:\d{1,9}[.)][ \t]|[`~]{3,}.*)|\]\([^()\n]*\)")
"""The number of an item, the language of code, and the address of a link."""


def inspect_file(folder: Path, article_id: str, settings: Settings) -> dict[str, Any]:
    """Return the values read from a file by name, as JSON types.

    ``state`` is ``indexed``, ``skipped: …`` or ``failed: …``. A failed file, a feed, and a file with an unknown suffix have no
    other values. A skipped file has the values of the article that it would become.
    """
    feed, key = split_id(article_id)
    suffix = file_suffix(feed)
    is_in_feed = suffix in feed_suffixes(settings.suffixes) and is_feed(file_path(folder, feed))
    if not is_in_feed and suffix not in article_suffixes(settings.suffixes):
        kind = f"the suffix {suffix}" if suffix else "a name without a suffix"
        return {"path": article_id, "state": f"skipped: {kind} is not that of an article (setting suffixes)"}
    reason = exclusion_of_file(folder, feed, settings)
    if is_in_feed and not reason:
        path = os.path.relpath(file_path(folder, feed), folder)
        reason = SITE_FEED if is_of_site(os.fspath(folder), os.path.dirname(path)) else ""
    if is_in_feed and not key:
        return {
            "path": feed,
            "state": f"skipped: {reason}" if reason else _state_of_feed(file_path(folder, feed), feed),
        }
    source = Source(folder, settings, read_site(folder, _files_above(folder, feed)))
    reading = source.read(article_id)
    reason = reason or reading.skipped or ""
    if reading.skipped:
        reading = replace(source, settings=replace(settings, unpublished="index", future="index")).read(article_id)
    if reason:
        state = f"skipped: {reason}"
    elif reading.article is None:
        state = f"failed: {reading.problem}"
    else:
        state = "indexed without its text, which is encrypted" if reading.is_encrypted else "indexed"
    return {"path": article_id, "state": state} | (
        {} if reading.article is None else _values(folder, reading.article, reading)
    )


def _values(folder: Path, article: Article, reading: Reading) -> dict[str, Any]:
    """Return the values of an article, and what its file has besides them."""
    return {
        "problem": reading.problem or "",
        "title": article.title,
        "title_source": TITLE_SOURCES[reading.title_source],
        "date": article.date.isoformat() if article.date else "",
        "date_source": article.date_source,
        "author": article.author,
        "categories": [" > ".join(path) for path in article.category_paths],
        "tags": list(article.tags),
        "extra": dict(article.extra),
        "blocks": article.body.split("\n") if article.body else [],
        "left_out": list(_left_out(folder, article, reading)),
    }


def _state_of_feed(path: str, feed: str) -> str:
    try:
        keys = [*read_entries(path)]
    except (OSError, BrokenFeedError) as error:
        return f"failed: {error}"
    if not keys:
        return "skipped: the feed has no entries"
    return f"a feed of {len(keys)} entries: read one, such as {entry_id(feed, keys[0])}"


def _files_above(folder: Path, article_id: str) -> list[str]:
    """Return the files in all folders from the top folder down to the folder of an article."""
    parts = article_id.split("/")
    prefixes = ["".join(f"{part}/" for part in parts[:depth]) for depth in range(len(parts))]
    return [f"{prefix}{name}" for prefix in prefixes for name in os.listdir(file_path(folder, prefix))]


def _left_out(folder: Path, article: Article, reading: Reading) -> Iterator[str]:
    """Yield the parts of a file that its article lacks: keys of secrets, and lines with a word that the article lacks.

    The numbers of items, the languages of code and the addresses of links are not such words.
    """
    try:
        text = decode(read_bytes(folder, article.id))
    except (OSError, FileTooLargeError, UndecodableError):
        return
    front_matter = split_front_matter(text)
    for key in front_matter.metadata:
        if is_secret(key):
            yield f"{key}: a secret"
    if reading.is_encrypted:
        yield "the encrypted text"
        return
    whole = f"{article.title}\n{article.author}\n{article.body}"
    words = {*_WORDS.findall(whole)}
    for line in front_matter.body.split("\n"):
        if any(word not in words and word not in whole for word in _WORDS.findall(_NO_TEXT.sub("", line))):
            yield line.strip()
