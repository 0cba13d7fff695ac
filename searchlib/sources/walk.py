"""List the article files of a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from time import time_ns

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import ArticlesNotFoundError
from searchlib.settings import DEFAULTS, Settings
from searchlib.sources.exclusion import Exclusion
from searchlib.sources.feeds import SITE_FEED, SUFFIXES, BrokenFeedError, entry_id, is_feed, is_of_site, read_identities
from searchlib.sources.readers.registry import article_suffixes

FileState = tuple[int, int, int, int]
"""The size in bytes, the modification time (``st_mtime_ns``), the status change time (``st_ctime_ns``) and the inode of a file.

The inode shows that two folders have exchanged their names: the times of their files stay the same.
"""

SETTLED_NS = 2_000_000_000
"""The age from which a change of a file is visible in its times: the coarsest file systems have a resolution of two seconds."""

UNKNOWN_FORMAT = "unknown format ({})"
"""The reason to exclude documents that no reader reads, also those with a Chinese name and no suffix. Other files with unknown
suffixes are no documents, and are ignored."""

_DOCUMENT_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        "adoc asciidoc asc textile wiki mediawiki creole typ tex sy enex doc docx wps odt rtf pdf epub mobi azw3 djvu "
        "chm eml ass"
    ).split()
)
_POST_NAME = lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}-.")
_IGNORED_NAMES = frozenset(("node_modules",))
_ESCAPED_BYTE = lazy_pattern(r"\\x([89a-f][0-9a-f]|5c|23)")
_ESCAPE_LOOKALIKE = lazy_pattern(r"\\(?=x(?:[89a-f][0-9a-f]|5c|23))")
_ENTRY_LOOKALIKE = lazy_pattern(r"(?<=\.xml|\.rss|\.rdf)#|(?<=\.atom)#", re.IGNORECASE)


_Listed = tuple[str, os.DirEntry[str] | None, str]
"""The id of a file, its entry in the folder (None for a folder that cannot be read), and the reason to exclude it, or ""."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The article files of a folder, by their ids: their paths relative to the folder, in POSIX form.

    ``states`` holds the state of each file. If the state is the same, the content is too. It is None if only reading the file
    shows whether it has changed: its status is not available, or it changed just before (git calls such files racily clean).
    ``excluded`` maps the files that are left out because of their path to the reason.
    """

    states: dict[str, FileState | None]
    excluded: dict[str, str]


def list_files(articles: str | os.PathLike[str], settings: Settings = DEFAULTS) -> list[str]:
    """Return the ids of all article files that the settings do not exclude, sorted.

    Each entry of a feed has an id, too, unless another feed has it. Hidden files and folders, ``node_modules`` and files with other
    suffixes are ignored. A folder that several symbolic links lead to is walked once, by its own path if it lies in the walked
    folder. A folder that cannot be read is listed itself. Bytes of a name that are not UTF-8 are written as ``\\xd6``.

    Raises:
        ArticlesNotFoundError: there is no such folder.
        SettingsError: a pattern to exclude is not valid.
    """
    return sorted(article_id for article_id, _, reason in _articles(articles, settings) if not reason)


def list_states(articles: str | os.PathLike[str], settings: Settings = DEFAULTS) -> Listing:
    """Return the files of ``list_files`` with their states, and those that are excluded or in an unknown format."""
    settled = time_ns() - SETTLED_NS
    states: dict[str, FileState | None] = {}
    excluded: dict[str, str] = {}
    for article_id, entry, reason in _articles(articles, settings):
        if reason:
            excluded[article_id] = reason
        else:
            states[article_id] = entry and _state(entry, settled)
    return Listing(dict(sorted(states.items())), dict(sorted(excluded.items())))


def _state(entry: os.DirEntry[str], settled: int) -> FileState | None:
    try:
        status = entry.stat()
    except OSError:
        return None
    if status.st_mtime_ns >= settled or status.st_ctime_ns >= settled:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _articles(articles: str | os.PathLike[str], settings: Settings) -> Iterator[_Listed]:
    """Yield what ``_walk`` yields, and the entries of the feeds. An entry in several feeds belongs to the first."""
    feeds: list[tuple[str, os.DirEntry[str]]] = []
    yield from _walk(articles, settings, feeds)
    known: set[str] = set()
    for feed, entry in sorted(feeds, key=itemgetter(0)):
        try:
            identities = read_identities(file_path(Path(articles), feed))
        except (OSError, BrokenFeedError):
            # Reading the file reports the error.
            yield feed, entry, ""
            continue
        for key, identity in identities.items():
            if identity not in known:
                yield entry_id(feed, key), entry, ""
        known.update(filter(None, identities.values()))


def _walk(
    articles: str | os.PathLike[str], settings: Settings, feeds: list[tuple[str, os.DirEntry[str]]]
) -> Iterator[_Listed]:
    """Yield the ids of documents with their entries, those of unreadable folders with None, and the reasons to exclude them.

    Feeds that are not excluded are added to ``feeds``.
    """
    top = os.fspath(articles)
    if not os.path.exists(top):
        raise ArticlesNotFoundError(f"there is no folder {top!r}: give the folder of the articles")
    if not os.path.isdir(top):
        raise ArticlesNotFoundError(f"{top!r} is not a folder: give the folder of the articles")
    suffixes = article_suffixes(settings.suffixes)
    walked: set[tuple[int, int]] = set()
    pending = [("", Exclusion.of(settings).below_sites(top))]
    linked: list[tuple[str, Exclusion]] = []
    while pending or linked:
        # Linked folders come last, so that a folder inside the walked folder keeps its own path.
        folder, exclusion = pending.pop() if pending else linked.pop(0)
        try:
            status = os.stat(os.path.join(top, folder))
            if (status.st_dev, status.st_ino) in walked:
                continue
            walked.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(os.path.join(top, folder)))
        except OSError:
            yield _escape_bytes(folder or "."), None, exclusion.reason
            continue
        prefix = f"{folder}/" if folder else ""
        names = {entry.name for entry in entries}
        exclusion = exclusion.in_folder(prefix, os.path.join(top, folder), names)
        folders = []
        for entry in entries:
            if is_ignored(entry.name):
                continue
            path = f"{prefix}{entry.name}"
            if _is_folder(entry):
                folders.append((path, entry))
                continue
            suffix = entry.name[entry.name.rfind(".") :].lower()
            reason = "" if suffix in suffixes else _reason_of_format(entry, suffix, top, folder)
            if reason is None:
                continue
            reason = exclusion.file_reason(path) or reason
            if reason or suffix in suffixes:
                yield _escape_bytes(path), entry, reason
            else:
                feeds.append((_escape_bytes(path), entry))
        for path, entry in sorted(folders, key=itemgetter(0)):
            (linked if entry.is_symlink() else pending).append((path, exclusion.subfolder(path, names)))


def _reason_of_format(entry: os.DirEntry[str], suffix: str, top: str, folder: str) -> str | None:
    """Return the reason to exclude a file that no reader reads, "" for a feed, or None if it is no document.

    ``folder`` is the path of its folder below ``top``.
    """
    if suffix in SUFFIXES:
        return None if not is_feed(entry.path) else SITE_FEED if is_of_site(top, folder) else ""
    if suffix in _DOCUMENT_SUFFIXES:
        return UNKNOWN_FORMAT.format(suffix)
    return None if (suffix if "." in entry.name else entry.name).isascii() else UNKNOWN_FORMAT.format("no suffix")


def is_ignored(name: str) -> bool:
    """Return whether a file or folder with this name is ignored, with everything in it."""
    return name.startswith(".") or name in _IGNORED_NAMES


def file_path(articles: Path, article_id: str) -> str:
    """Return the path of an article's file."""
    return os.path.join(articles, _unescape_bytes(article_id))


def file_stem(article_id: str) -> str:
    """Return the name of the file without its suffix. A name that is not UTF-8 is decoded as GB18030."""
    stem = os.path.splitext(_unescape_bytes(article_id).rpartition("/")[2])[0]
    try:
        stem.encode()
    except UnicodeEncodeError:
        return stem.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return stem


def post_generator(article_id: str, folder: Path | None = None) -> str:
    """Return the generator whose post a file is, by its path: ``hexo``, ``jekyll`` or "".

    Posts of Hexo are in ``source/_posts``. Those of Jekyll are in another folder ``_posts``, and named by their day.
    """
    *folders, name = (*_last_names(folder), *article_id.split("/"))
    if "_posts" not in folders:
        return ""
    at = len(folders) - 1 - folders[::-1].index("_posts")
    if at > 0 and folders[at - 1] == "source":
        return "hexo"
    return "jekyll" if _POST_NAME.match(name) else ""


@lru_cache(maxsize=16)  # cached: the articles of a folder share the result
def _last_names(folder: Path | None) -> tuple[str, ...]:
    return () if folder is None else Path(os.path.abspath(folder)).parts[-2:]


def file_suffix(article_id: str) -> str:
    """Return the suffix of the file, in lower case and with the dot."""
    return os.path.splitext(article_id)[1].lower()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _escape_bytes(path: str) -> str:
    """Write bytes that are not UTF-8 as ``\\xd6``, and the backslash of a name that contains such an escape as ``\\x5c``.

    The ``#`` of a name like the id of an entry, such as the folder ``a.xml#1``, is written as ``\\x23``.
    """
    if path.isascii() and "\\" not in path and "#" not in path:
        return path
    escaped = _ESCAPE_LOOKALIKE.sub(r"\\x5c", path) if "\\" in path else path
    escaped = _ENTRY_LOOKALIKE.sub(r"\\x23", escaped) if "#" in path else escaped
    return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unescape_bytes(article_id: str) -> str:
    """Return the path that ``_escape_bytes`` escaped."""

    def original(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        return chr(byte if byte < 0x80 else 0xDC00 + byte)

    return _ESCAPED_BYTE.sub(original, article_id)
