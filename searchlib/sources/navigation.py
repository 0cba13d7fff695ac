"""Read the titles of pages from the navigation of a site: ``nav`` of MkDocs, ``SUMMARY.md`` and ``_sidebar.md``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.config import read_start
from searchlib.sources.front_matter.values import as_text
from searchlib.sources.readers.markdown import read_markdown

NAVIGATION_NAMES = ("SUMMARY.md", "_sidebar.md")
"""The names of the files with links to all pages of GitBook, mdBook and docsify."""

_PAGE_LINK = lazy_pattern(
    r"^[ \t]*(?:[-*+][ \t]+)?\[([^\[\]\n]+)\]\((?=[^()\n]*\))<?([^()<>\n#?]+\.(?:md|markdown))", re.MULTILINE
)
_MARKUP = lazy_pattern(r"[`*_~<&\\]")
_MAX_DEPTH = 10


def titles_of_mkdocs(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the path of each page with a title in ``nav``, relative to the folder of the configuration, and the title."""
    folder = as_text(config.get("docs_dir")) or "docs"
    for path, title in _titles(config.get("nav"), _MAX_DEPTH):
        yield posixpath.normpath(f"{folder}/{path}"), title


def _titles(entries: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the paths and titles in a list of ``title: path`` and ``title: [entries]``."""
    for entry in entries if isinstance(entries, list) else []:
        for title, value in entry.items() if isinstance(entry, Mapping) else ():
            if isinstance(value, list) and depth:
                yield from _titles(value, depth - 1)
            elif isinstance(value, str):
                yield value, as_text(title)


def titles_of_links(file: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each page that a file links to, relative to the folder of the file, and the text of the link."""
    for title, path in _PAGE_LINK.findall(read_start(file)):
        blocks = read_markdown(f"[{title}]()").blocks if _MARKUP.search(title) else [title]
        yield posixpath.normpath(unquote(path).lstrip("/")), as_text(" ".join(blocks))
