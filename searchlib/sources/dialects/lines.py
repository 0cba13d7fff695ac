"""Replace tags by text, and remove the indent of containers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from searchlib.sources.text import replace_spans

LIST_MARKER = r"(?:[-*+]|\d{1,9}[.)])"
"""The pattern of the marker of an item in a list."""

ITEM_MARKER = r"(?:[-*+:]|\d{1,9}[.)])"
"""The pattern of the marker of an item in a list, or of a definition."""

BLOCK_PREFIX = rf"(?>(?:[ \t>]|{LIST_MARKER}[ \t])*)"
"""The pattern of what precedes a block in its line: an indent, and the markers of quotations and items."""

_MAX_PREFIX = 100
"""Characters that the indent of a line, with marks of quotations and items, can have."""


class TagText(Protocol):
    """Returns the text that replaces a tag. ``is_target`` is true if the tag is the target of a link."""

    def __call__(self, match: re.Match[str], *, is_target: bool) -> str: ...


def replace_tags(pattern: re.Pattern[str], tag_text: TagText, text: str) -> str:
    """Replace every match of the pattern by its text. The text of a tag that stands alone on its line becomes a separate block."""

    def replace(match: re.Match[str]) -> str:
        start, end = match.span()
        is_target = text.startswith("](", start - 2) and start >= 2
        new = tag_text(match, is_target=is_target)
        if not new or is_target or text[end : end + 1] not in "\n":
            return new
        prefix = line_prefix(text, start)
        return new if prefix is None or prefix.strip(" \t>") else f"\n{prefix}{new}\n"

    return pattern.sub(replace, text)


def replace_parts(start: re.Pattern[str], end: re.Pattern[str], shown: Callable[[str], str], text: str) -> str:
    """Replace what is between a match of ``start`` and the next match of ``end``, and these, by what is ``shown`` of it."""

    def parts() -> Iterator[tuple[int, int, str]]:
        position = 0
        while (opening := start.search(text, position)) and (closing := end.search(text, opening.end())):
            position = closing.end()
            yield opening.start(), position, shown(text[opening.end() : closing.start()])

    return replace_spans(text, parts())


@dataclass(slots=True)
class _Container:
    """An open container. The containers around it remove ``outer`` characters of the indent of its content."""

    indent: int
    outer: int
    content_indent: int | None
    ends_with_indent: bool

    def removed(self, indent: int) -> int:
        """Return the number of characters to remove from the start of a line of the content that has this indent."""
        if self.content_indent is None:
            self.content_indent = max(indent, self.indent)
        return self.outer + self.content_indent - self.indent


class Indents:
    """Removes the indent of nested containers from the lines of their content.

    The content of a container has the indent of its first line. The indent of the container itself stays: it may belong to a
    list. A container with ``ends_with_indent`` ends before the first line with a smaller indent than its content.
    """

    __slots__ = ("_opened",)

    def __init__(self) -> None:
        self._opened: list[_Container] = []

    def open(self, indent: int, content_indent: int | None = None) -> None:
        """Begin a container whose first line has this indent."""
        outer = self._opened[-1].removed(indent) if self._opened else 0
        self._opened.append(_Container(indent, outer, content_indent, content_indent is not None))

    def close(self) -> None:
        """End the innermost container that an end line closes."""
        while self._opened and self._opened.pop().ends_with_indent:
            pass

    def begin_line(self, indent: int) -> None:
        """End the containers that a line with this indent ends."""
        while self._opened and self._opened[-1].ends_with_indent and indent < (self._opened[-1].content_indent or 0):
            self._opened.pop()

    def strip(self, line: str, indent: int) -> str:
        """Return a line of content without the indent of the open containers."""
        return line[min(indent, self._opened[-1].removed(indent)) :] if self._opened else line


def line_prefix(text: str, position: int) -> str | None:
    """Return the text between the start of the line and a position, or None if it is longer than an indent can be."""
    nearest = max(0, position - _MAX_PREFIX)
    line_start = text.rfind("\n", nearest, position)
    return None if line_start < 0 and nearest else text[line_start + 1 : position]


def indent_of(line: str) -> int:
    """Return the number of white-space characters that the line begins with."""
    return len(line) - len(line.lstrip(" \t"))
