"""Split feeds (RSS, Atom) and exports in these formats (WordPress, Blogger, cnblogs) into entries.

Each entry is listed, read and updated like a file of its own. Its id is the path of the feed, ``#`` and a key:
``rss/a.xml#example.org/p/1``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from time import strftime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import MAX_FILE_BYTES, MAX_READING_SECONDS
from searchlib.sources.config import CONFIG_NAMES
from searchlib.sources.dates import read_date
from searchlib.sources.readers.base import UnreadableError
from searchlib.sources.readers.html import read_html
from searchlib.sources.time_limit import TimeLimitError, time_limit
from searchlib.sources.wordpress import shown_html

SUFFIXES = frozenset((".xml", ".rss", ".atom", ".rdf"))

SITE_FEED = "feed of the site in its folder"
"""The reason to exclude the feed of a site: its articles are files."""

_SITE_NAMES = frozenset(("index.html", "index.htm", "index.md", "_index.md", "_posts", *CONFIG_NAMES))
"""Names in the folder of a site."""

_ROOT = lazy_pattern(r"\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*|<![^>]*>\s*)*<(?:rss|feed|rdf:RDF|\w+:feed)[\s>]", re.DOTALL)
"""The root element of a feed, after comments and instructions."""

_START_BYTES = 8_192
_ENTRY_ID = lazy_pattern(r"(?P<feed>.+?\.(?:xml|rss|atom|rdf))#(?P<key>.+)", re.IGNORECASE | re.DOTALL)
_GLOBAL = lazy_pattern(r"https?://|tag:|urn:", re.IGNORECASE)
"""The start of an identifier that no two different entries share, in whatever feeds they are."""

_SCHEME = lazy_pattern(r"https?://", re.IGNORECASE)
_NO_KEY = lazy_pattern(r"[^\w!$%&'()*+,./:;=?@~-]+")
_MAX_KEY_LENGTH = 200
_UTC = ZoneInfo("UTC")
_TYPE_KEYS = ("wp_post_type", "blogger_type")
_NOT_POSTS = frozenset(
    "attachment nav_menu_item revision custom_css customize_changeset oembed_cache user_request comment settings template".split()
)
"""Types of entries in exports that are no articles."""
_PUBLISHED = frozenset(("publish", "LIVE"))
_KIND_SCHEME = "#kind"
"""The end of the scheme in which Blogger writes the type of an entry."""


class BrokenFeedError(UnreadableError):
    """A file begins like a feed, but its entries cannot be read. The message says why."""


class Entry(NamedTuple):
    """An entry of a feed.

    ``row`` is JSON for ``article_of_row``, without the id. Copies of the entry in other files have the same ``identity``, which is
    "" if it has none.
    """

    row: bytes
    identity: str


def is_feed(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins like a feed. A file that cannot be opened is none."""
    try:
        with open(path, "rb", buffering=0) as file:
            start = file.read(_START_BYTES)
    except OSError:
        return False
    # The root element is ASCII in any other encoding.
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return _ROOT.match(start.decode(encoding, "replace")) is not None


def is_of_site(names: AbstractSet[str]) -> bool:
    """Return whether the feeds in a folder with these names are those of a site in this folder."""
    return not _SITE_NAMES.isdisjoint(names)


def split_id(article_id: str) -> tuple[str, str]:
    """Return the path of a feed and the key of an entry; or the id and "" for an article that is a file of its own."""
    match = _ENTRY_ID.fullmatch(article_id) if "#" in article_id else None
    return (match["feed"], match["key"]) if match else (article_id, "")


def entry_id(feed: str, key: str) -> str:
    """Return the id of an entry, which ``split_id`` splits."""
    return f"{feed}#{key}"


def read_entries(path: str | os.PathLike[str]) -> Mapping[str, Entry]:
    """Return the entries of a feed by their keys. Of entries with the same key, the first counts.

    Raises:
        OSError: the file cannot be read.
        BrokenFeedError: the file is too large, is not valid XML, or takes too long.
    """
    status = os.stat(path)
    if status.st_size > MAX_FILE_BYTES:
        raise BrokenFeedError(f"too large: a feed has at most {MAX_FILE_BYTES >> 20} MB")
    return _cached_entries(os.fspath(path), (status.st_size, status.st_mtime_ns, status.st_ino))


@lru_cache(maxsize=4)  # cached: the entries of a feed are read one after the other
def _cached_entries(path: str, _state: tuple[int, ...]) -> Mapping[str, Entry]:
    with open(path, "rb") as file:
        return parse_feed(file.read())


def parse_feed(data: bytes) -> Mapping[str, Entry]:
    """Return the entries of a feed by their keys, as ``read_entries``.

    Raises:
        BrokenFeedError: it is not valid XML, or takes too long.
    """
    # Imported here because few archives have feeds.
    from xml.sax import SAXException

    import feedparser

    try:
        with time_limit(MAX_READING_SECONDS):
            # The reader of HTML removes what is unsafe.
            parsed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
            found = _entries(parsed)
    except TimeLimitError as error:
        raise BrokenFeedError(f"reading takes longer than {MAX_READING_SECONDS:g} s of processor time") from error
    if not parsed.entries and parsed.bozo:
        # Not the line: feedparser replaces the declaration of the file.
        problem = parsed.bozo_exception
        reason = problem.getMessage() if isinstance(problem, SAXException) else str(problem)
        raise BrokenFeedError(f"the feed cannot be read, check that it is valid XML: {reason}")
    return found


def _entries(parsed: Any) -> dict[str, Entry]:
    site = parsed.feed.get("link") or parsed.feed.get("title", "")
    found: dict[str, Entry] = {}
    for values in parsed.entries:
        row = _row(values, parsed.feed, has_authors=parsed.version.startswith("atom"))
        if row is not None:
            name = values.get("id") or values.get("link") or row["title"]
            identity = name if _GLOBAL.match(name) else site and f"{site}#{name}"
            found.setdefault(_key(name), Entry(json.dumps(row, ensure_ascii=False).encode(), identity))
    return found


def _key(name: str) -> str:
    """Return the key of an entry with this identifier."""
    key = _NO_KEY.sub("-", _SCHEME.sub("", name.strip())) or "-"
    return (
        key
        if len(key) <= _MAX_KEY_LENGTH
        else f"{key[:_MAX_KEY_LENGTH]}-{blake2b(key.encode(), digest_size=4).hexdigest()}"
    )


def _row(values: Mapping[str, Any], feed: Mapping[str, Any], *, has_authors: bool) -> dict[str, Any] | None:
    """Return the row of an entry, or None if the entry is no article. The feed may name the author of all its entries."""
    tags = values.get("tags", ())
    kinds = [tag.term.rpartition("#")[2] for tag in tags if (tag.scheme or "").endswith(_KIND_SCHEME)]
    kinds += [values[key].lower() for key in _TYPE_KEYS if values.get(key)]
    if any(kind in _NOT_POSTS or kind.startswith("wp_") for kind in kinds):
        return None
    contents = [*values.get("content", ()), *([values["summary_detail"]] if "summary_detail" in values else ())]
    content = next((each for each in contents if each.value.strip()), None)
    title = values.get("title", "")
    if content is None and not title.strip():
        return None
    text = content.value if content else ""
    is_plain = content is not None and content.type == "text/plain" and "</" not in text
    if values.get("wp_post_type"):
        text, is_plain = shown_html(text), False
    status = values.get("wp_status") or values.get("blogger_status")
    names = {is_category: [tag.term for tag in tags if _is_name(tag, is_category)] for is_category in (True, False)}
    link = values.get("link", "")
    row = {
        "title": " ".join(read_html(title).blocks) if "<" in title else title,
        "body" if is_plain else "html": text,
        "date": _date(values, "published") or _date(values, "updated"),
        "author": _author(values, feed) or (_author(feed, feed) if has_authors else None),
        "categories": names[True],
        "tags": names[False],
        "url": link if _SCHEME.match(link) else None,
        "feed": feed.get("title"),
        "status": status if status not in _PUBLISHED else None,
        "draft": values.get("app_draft"),
        "password": values.get("wp_post_password"),
    }
    return {key: value for key, value in row.items() if value or key in ("title", "html", "body")}


def _is_name(tag: Any, is_category: bool) -> bool:
    """Return whether a tag of an entry is a category, or a tag. WordPress names the taxonomy in the scheme."""
    scheme = tag.scheme or ""
    return bool(tag.term) and not scheme.endswith(_KIND_SCHEME) and (scheme == "category") is is_category


def _date(values: Mapping[str, Any], key: str) -> Any:
    """Return a date of an entry as it is written or, if only feedparser reads that, in ISO 8601."""
    written, parsed = values.get(key, ""), values.get(f"{key}_parsed")
    if read_date(written, _UTC):
        return written
    return strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else None


def _author(values: Mapping[str, Any], feed: Mapping[str, Any]) -> Any:
    """Return the author of an entry or a feed. Exports of WordPress have login names, and list the names to show."""
    name = values.get("author_detail", {}).get("name") or values.get("author")
    return feed.get("wp_author_display_name") or name if name and name == feed.get("wp_author_login") else name
