"""Define what a reader is and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from searchlib.sources.front_matter.split import FrontMatter


class UnreadableError(ValueError):
    """A file cannot become an article. The message says why; builds report it for the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a body.

    ``blocks`` are its paragraphs, headings, list items, table rows and lines of code, without line breaks inside. ``headings`` are
    the blocks that are headings. ``lead_heading`` is the heading before all other text, or ""; ``lead_level`` is its level, from
    1, and ``lead_has_siblings`` is true if a heading of its level or above follows it. ``main_heading`` is the first heading if it
    is the only one of the first level, also below other text, or "". ``page_title`` is the title of an HTML page, or "".
    ``html`` is the body as clean HTML, or "" for a format without markup. ``metadata`` has the values in the body that serve as
    front matter. ``is_encrypted`` is true if the body asks for a password in place of a text. ``is_listing`` is true for a page
    that lists articles, false for one with a title of its own, and None if neither is evident.
    """

    blocks: list[str]
    headings: list[str] = field(default_factory=list)
    lead_heading: str = ""
    lead_level: int = 1
    lead_has_siblings: bool = False
    main_heading: str = ""
    page_title: str = ""
    html: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    is_encrypted: bool = False
    is_listing: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source format.

    ``suffixes`` are the file name suffixes, in lower case, with the dot. A text format has ``read``, which gets the decoded body
    without front matter. A binary format has ``read_bytes``, which gets the bytes of the file. Both return a ``Content``, which
    may have metadata, or raise UnreadableError. ``unpack``, if given, turns the decoded file into the text that begins with its
    front matter. ``split``, if given, splits the front matter of a format with a syntax of its own. With ``reads_keywords``, the
    body passed to ``read`` includes lines of the form ``#+TITLE: …``.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str], Content] | None = None
    read_bytes: Callable[[bytes], Content] | None = None
    unpack: Callable[[str], str] | None = None
    split: Callable[[str], FrontMatter] | None = None
    reads_keywords: bool = False
