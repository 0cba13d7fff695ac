"""Define what a reader is and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class UnreadableError(ValueError):
    """A file cannot become an article. The message says why; builds report it for the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a body.

    ``blocks`` are its paragraphs, headings, list items, table rows and lines of code, without line breaks inside.
    ``headings`` are the blocks that are headings. ``lead_heading`` is the heading that stands before any text,
    ``page_title`` the title of a page; either may be "". ``html`` is the body as clean HTML, or "" for a format without
    markup. ``metadata`` are values in the body that are like those of front matter.
    """

    blocks: list[str]
    headings: list[str] = field(default_factory=list)
    lead_heading: str = ""
    page_title: str = ""
    html: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source format.

    ``suffixes`` are the ends of its file names, in lower case, with the dot. A text format has ``read``, which turns a
    body, decoded and without front matter, into its content. A binary format has ``read_bytes``, which gets the file as it
    is; both may return metadata, and raise UnreadableError. With ``reads_keywords``, ``read`` gets lines of the form
    ``#+TITLE: …`` too.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str], Content] | None = None
    read_bytes: Callable[[bytes], Content] | None = None
    reads_keywords: bool = False
