"""Define what a reader is and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a body.

    ``blocks`` are its paragraphs, headings, list items, table rows and lines of code, without line breaks inside.
    ``headings`` are the blocks that are headings. ``first_heading`` is the text of the first one, ``page_title`` that of
    the element ``title``; either may be "". ``html`` is the body as clean HTML, or "" for a format without markup.
    """

    blocks: list[str]
    headings: list[str] = field(default_factory=list)
    first_heading: str = ""
    page_title: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source format.

    ``suffixes`` are the ends of its file names, in lower case, with the dot. ``read`` turns a body, which is decoded and
    has no front matter, into its content.
    """

    suffixes: tuple[str, ...]
    read: Callable[[str], Content]
