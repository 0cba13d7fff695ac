"""Split feeds (RSS, Atom) and exports in these formats (WordPress, Blogger, cnblogs) into entries.

Each entry is listed, read and updated like a file of its own. Its id is the path of the feed, ``#`` and a key:
``rss/a.xml#example.org/p/1``.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from sys import maxunicode
from time import strftime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import MAX_FILE_BYTES, MAX_READING_SECONDS, OutOfBoundsError
from searchlib.sources.config import CONFIG_NAMES
from searchlib.sources.dates import read_date
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.readers.base import UnreadableError
from searchlib.sources.readers.html import read_html
from searchlib.sources.readers.registry import article_suffixes
from searchlib.sources.time_limit import TimeLimitError, time_limit
from searchlib.sources.wordpress_export import shown_html

SUFFIXES = frozenset((".xml", ".rss", ".atom", ".rdf"))

SITE_FEED = "feed of the site in its folder"
"""The reason to exclude the feed of a site: its articles are files."""

_SITE_NAMES = frozenset(("index.html", "index.htm", "index.md", "_index.md", "_posts", *CONFIG_NAMES))
"""Names in the folder of a site."""

_FEED_FOLDERS = frozenset(("feed", "feeds", "rss", "atom"))
_PUBLISHED_NAMES = frozenset(("index.html", "index.htm"))
_LIST_NAMES = frozenset(
    f"{name}{suffix}" for name in ("archives", "categories", "category", "tags", "tag") for suffix in ("", ".html")
)
"""The folders to which generators write the feeds of a site, and names around them: its home, and a list of its articles."""

# Atomic, because a comment could otherwise end at several places: time would double with each comment.
_ROOT = lazy_pattern(
    r"(?>(?:\s+|<\?.*?\?>|<!--.*?-->|<![^>\[]*(?:\[.*?\]\s*)?>)*)<(?:rss|feed|rdf:RDF|\w+:feed)[\s>]", re.DOTALL
)
"""The root element of a feed, after comments, instructions and the document type."""

_START_BYTES = 8_192
_ENTRY_ID = lazy_pattern(r"(?P<feed>.+?\.(?:xml|rss|atom|rdf))#(?P<key>.+)", re.IGNORECASE | re.DOTALL)
_GLOBAL = lazy_pattern(r"https?://|tag:|urn:", re.IGNORECASE)
"""The start of an identifier that no two different entries share, in whatever feeds they are."""

_DECLARATION = lazy_pattern(r"""\s*<\?xml\b[^>]*?(?P<encoding>\sencoding\s*=\s*["'](?P<name>[\w.:-]+)["'])""")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The byte order marks of UTF-16, and of UTF-32 in the usual byte order."""

_NOT_XML = lazy_pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHARACTER_REFERENCE = lazy_pattern(r"&#(?:[xX]0*(?P<hex>[0-9A-Fa-f]+)|0*(?P<number>[0-9]+));")
_MAX_DIGITS = len(str(maxunicode))
_SCHEME = lazy_pattern(r"https?://", re.IGNORECASE)
_NO_KEY = lazy_pattern(r"[^\w!$%&'()*+,./:;=?@~-]+")
_EMPTY_FOLDERS = lazy_pattern(r"/(?:\.{0,2}(?:/|\Z))+")
"""Parts of a path that browsers and proxies remove from the address of an article."""

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


def feed_suffixes(extra: tuple[str, ...]) -> frozenset[str]:
    """Return the suffixes of feeds that no reader has. ``extra`` is the setting ``suffixes``."""
    return SUFFIXES - article_suffixes(extra)


def is_feed(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins like a feed, or cannot be read, which reading it reports."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would block
            return False
        with open(path, "rb", buffering=0) as file:
            start = file.read(_START_BYTES)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    # The root element is ASCII in any other encoding.
    encoding = "utf-16" if start.startswith(_WIDE_MARKS) else "utf-8-sig"
    return _ROOT.match(start.decode(encoding, "replace")) is not None


def is_of_site(top: str, folder: str) -> bool:
    """Return whether the feeds in a folder below ``top`` are those of a site: in this folder or, for ``feeds``, around it."""
    if not _SITE_NAMES.isdisjoint(os.listdir(os.path.join(top, folder))):
        return True
    around, name = os.path.split(folder)
    if name not in _FEED_FOLDERS:
        return False
    names = os.listdir(os.path.join(top, around))
    return not _PUBLISHED_NAMES.isdisjoint(names) and not _LIST_NAMES.isdisjoint(names)


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
    return _cached_entries(os.fspath(path), _state(path))


def read_identities(path: str | os.PathLike[str]) -> Mapping[str, str]:
    """Return the identities of the entries of a feed by their keys. Raise what ``read_entries`` raises."""
    return _cached_identities(os.fspath(path), _state(path))


def _state(path: str | os.PathLike[str]) -> tuple[int, ...]:
    status = os.stat(path)
    if status.st_size > MAX_FILE_BYTES:
        raise BrokenFeedError(f"too large: a feed has at most {MAX_FILE_BYTES >> 20} MB")
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


@lru_cache(maxsize=4)  # cached: the entries of a feed are read one after the other
def _cached_entries(path: str, _state: tuple[int, ...]) -> Mapping[str, Entry]:
    with open(path, "rb") as file:
        return parse_feed(file.read())


@lru_cache(maxsize=1 << 14)  # cached: a watched folder is listed at each change
def _cached_identities(path: str, state: tuple[int, ...]) -> Mapping[str, str]:
    return {key: entry.identity for key, entry in _cached_entries(path, state).items()}


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
            parsed = feedparser.parse(BytesIO(_utf8(data)), sanitize_html=False, resolve_relative_uris=False)
            found = _entries(parsed)
    except (UndecodableError, OutOfBoundsError) as error:
        raise BrokenFeedError(str(error)) from error
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # feedparser raises these for some broken feeds.
        raise BrokenFeedError(f"the feed cannot be read, check that it is valid XML: {error}") from error
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
    links = defaultdict(set)
    for values in parsed.entries:
        links[values.get("id")].add(values.get("link"))
    found: dict[str, Entry] = {}
    for values in parsed.entries:
        row = _row(values, parsed.feed, has_authors=parsed.version.startswith("atom"))
        if row is not None:
            data = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")
            # An identifier with several addresses, such as that of the site, names no entry.
            name = values.get("id") if len(links[values.get("id")]) == 1 else ""
            name = name or values.get("link") or f"{row['title']} {_digest(data)}".lstrip()
            identity = name if _GLOBAL.match(name) else site and f"{site}#{name}"
            # A draft takes no place: another copy may be published.
            found.setdefault(_key(name), Entry(data, "" if "status" in row or "draft" in row else identity))
    return found


def _utf8(data: bytes) -> bytes:
    """Return a feed in UTF-8, without characters that are not allowed in XML.

    Its encoding is UTF-8 or the declared one or, if some bytes are in neither, the one that ``decode`` finds.
    """
    if data.startswith(_WIDE_MARKS):
        return data
    start = data[:_START_BYTES].decode("ascii", "replace")
    declaration = _DECLARATION.match(start)
    text = _decoded(data, "utf-8-sig") or (_decoded(data, declaration["name"]) if declaration else "") or decode(data)
    if declaration := _DECLARATION.match(text):
        text = text[: declaration.start("encoding")] + text[declaration.end("encoding") :]
    text = _NOT_XML.sub("", text)
    return (_CHARACTER_REFERENCE.sub(_allowed_reference, text) if "&#" in text else text).encode()


def _allowed_reference(match: re.Match[str]) -> str:
    """Return the reference of a character, or "" if XML does not allow the character."""
    digits = match["hex"] or match["number"]
    code = int(digits, 16 if match["hex"] else 10) if len(digits) <= _MAX_DIGITS else maxunicode + 1
    return "" if code > maxunicode or _NOT_XML.match(chr(code)) else match[0]


def _decoded(data: bytes, encoding: str) -> str:
    """Return a text in this encoding, or "" if it is in another one."""
    try:
        # GB18030 extends GB 2312 and GBK, and many feeds with its characters declare these.
        return data.decode("gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding)
    except (UnicodeDecodeError, LookupError):
        return ""


def _key(name: str) -> str:
    """Return the key of an entry with this identifier."""
    key = _EMPTY_FOLDERS.sub("/", _NO_KEY.sub("-", _SCHEME.sub("", name.strip()))) or "-"
    return key if len(key) <= _MAX_KEY_LENGTH else f"{key[:_MAX_KEY_LENGTH]}-{_digest(key.encode())}"


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=4).hexdigest()


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
    is_plain_title = not title or values["title_detail"].type == "text/plain"
    text = content.value if content else ""
    is_plain = content is not None and content.type == "text/plain" and "</" not in text
    if values.get("wp_post_type"):
        text, is_plain = shown_html(text), False
    status = values.get("wp_status") or values.get("blogger_status")
    names = {
        is_category: [tag.term for tag in tags if _is_name_of_kind(tag, is_category)] for is_category in (True, False)
    }
    link = values.get("link", "")
    row = {
        "title": title if is_plain_title else " ".join(read_html(title).blocks),
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


def _is_name_of_kind(tag: Any, is_category: bool) -> bool:
    """Return whether a tag of an entry is a category, or a tag. WordPress names the taxonomy in the scheme."""
    scheme = tag.scheme or ""
    return bool(tag.term) and not scheme.endswith(_KIND_SCHEME) and (scheme == "category") is is_category


def _date(values: Mapping[str, Any], key: str) -> Any:
    """Return a date of an entry as it is written or, if only feedparser reads that, in ISO 8601."""
    if key not in values:  # feedparser would return another date
        return None
    written, parsed = values[key], values.get(f"{key}_parsed")
    # A year before 1000, of an unknown date, has too few digits.
    dates = (written, strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else "")
    return next((each for each in dates if read_date(each, _UTC)), None)


def _author(values: Mapping[str, Any], feed: Mapping[str, Any]) -> Any:
    """Return the author of an entry or a feed. Exports of WordPress have login names, and list the names to show."""
    name = values.get("author_detail", {}).get("name") or values.get("author")
    return feed.get("wp_author_display_name") or name if name and name == feed.get("wp_author_login") else name
