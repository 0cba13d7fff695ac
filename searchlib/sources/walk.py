"""Find the article files of a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from time import time_ns

from searchlib.errors import ArticlesNotFoundError

MARKDOWN = frozenset((".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"))
HTML = frozenset((".html", ".htm", ".xhtml"))
PLAIN = frozenset((".txt", ".text", ".rst", ".org", ".adoc", ".asciidoc", ".textile"))
SUFFIXES = MARKDOWN | HTML | PLAIN
"""The files that are articles, by the end of their names, in lower case."""

FileState = tuple[int, int, int]
"""Size in bytes, and the times in nanoseconds of the last change of the content and of what the system knows of the file."""

SETTLED_NS = 2_000_000_000
"""A file that was changed so shortly before it was listed may change again without its times telling: the coarsest file
systems count in steps of two seconds."""

_LEFT_OUT = frozenset(("node_modules",))
_ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f]|5c)")
_LIKE_ESCAPED = re.compile(r"\\(?=x(?:[89a-f][0-9a-f]|5c))")


def list_files(articles: str | os.PathLike[str]) -> list[str]:
    """The ids of all article files, sorted: their paths relative to the folder, in POSIX form.

    Left out: what is hidden, node_modules, other suffixes. A folder reached by symbolic links is walked once, under its
    own path where it has one. A folder that cannot be read stands in the list itself. Bytes that are no UTF-8 are
    written ``\\xd6``. Raises ArticlesNotFoundError where there is no such folder.
    """
    return sorted(article_id for article_id, _ in _walk(articles))


def list_states(articles: str | os.PathLike[str]) -> dict[str, FileState | None]:
    """The same ids, sorted, each with the state of its file: while that stays the same, so does the content.

    A file without a state has to be read: one that the system says nothing of, and one that was changed only just now
    (git calls such files racily clean).
    """
    settled = time_ns() - SETTLED_NS
    states = {article_id: entry and _state(entry, settled) for article_id, entry in _walk(articles)}
    return dict(sorted(states.items()))


def _state(entry: os.DirEntry[str], settled: int) -> FileState | None:
    try:
        status = entry.stat()
    except OSError:
        return None
    if status.st_mtime_ns >= settled or status.st_ctime_ns >= settled:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _walk(articles: str | os.PathLike[str]) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """Every article file with its id, and every folder that cannot be read, with None."""
    top = os.fspath(articles)
    if not os.path.exists(top):
        raise ArticlesNotFoundError(f"there is no folder {top!r}: give the folder that holds the articles")
    if not os.path.isdir(top):
        raise ArticlesNotFoundError(f"{top!r} is not a folder: give the folder that holds the articles")
    walked: set[tuple[int, int]] = set()
    pending = [""]
    linked: list[str] = []
    while pending or linked:
        # Links wait until all that lies in the folder itself is walked, so that a real path wins over a linked one.
        folder = pending.pop() if pending else linked.pop(0)
        try:
            status = os.stat(os.path.join(top, folder))
            if (status.st_dev, status.st_ino) in walked:
                continue
            walked.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(os.path.join(top, folder)))
        except OSError:
            yield _readable(folder or "."), None
            continue
        folders = []
        for entry in entries:
            name = entry.name
            if is_left_out(name):
                continue
            path = f"{folder}/{name}" if folder else name
            if _is_folder(entry):
                folders.append((path, entry))
            elif name[name.rfind(".") :].lower() in SUFFIXES:
                yield _readable(path), entry
        for path, entry in sorted(folders, key=itemgetter(0)):
            (linked if entry.is_symlink() else pending).append(path)


def is_left_out(name: str) -> bool:
    """Whether a file or folder of that name, and all below it, is never an article."""
    return name.startswith(".") or name in _LEFT_OUT


def file_path(articles: Path, article_id: str) -> str:
    """Where the file of an id lies."""
    return os.path.join(articles, _unescaped(article_id))


def file_stem(article_id: str) -> str:
    """The name of the file without its suffix; a name in another encoding than UTF-8 is read as GB18030."""
    stem = os.path.splitext(_unescaped(article_id).rpartition("/")[2])[0]
    try:
        stem.encode()
    except UnicodeEncodeError:
        return stem.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return stem


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _readable(path: str) -> str:
    """The path with the bytes that are no UTF-8 as ``\\xd6``, and the backslash of what looks like one as ``\\x5c``."""
    escaped = _LIKE_ESCAPED.sub(r"\\x5c", path) if "\\" in path else path
    return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unescaped(article_id: str) -> str:
    """The path that ``_readable`` wrote so, as the system knows it."""

    def original(match: re.Match[str]) -> str:
        return "\\" if match[1] == "5c" else chr(0xDC00 + int(match[1], 16))

    return _ESCAPED_BYTE.sub(original, article_id)
