"""Read plain text."""

from __future__ import annotations

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.text import join_lines

_MIN_LINES = 3
_MIN_WRAPPED_WIDTH, _MAX_WRAPPED_WIDTH = 40, 100
"""Columns of the shortest and of the longest lines that programs wrap text at."""

_MAX_MISSING_WIDTH = 16
"""Columns that a wrapped line may lack, because the next word did not fit."""

_TWO_BYTES = lazy_pattern("[\x80-\u07ff]")
_BLOCK_END = lazy_pattern(r"\n(?=\s*\n|[ \t\u3000])")


def read_plain(text: str) -> Content:
    """Read plain text. A blank line or an indented line begins a new block, and so does each line that is not wrapped."""
    parts = (part for each in _BLOCK_END.split(text) for part in (_unwrapped(each) if "\n" in each else (each,)))
    return Content(blocks=[block for part in parts if (block := join_lines(part))])


def _unwrapped(text: str) -> list[str]:
    """Return the paragraphs in lines without blank lines or indents between them.

    In wrapped text, most lines but the last of each paragraph are about as long as the longest one, which is not very long.
    """
    lines = text.strip("\n").split("\n")
    widths = [_width(line) for line in lines]
    longest = max(widths)
    if longest < _MIN_WRAPPED_WIDTH:
        return lines if len(lines) >= _MIN_LINES else [text]
    limit = max((width for width in widths if width <= _MAX_WRAPPED_WIDTH), default=0)
    are_full = [limit - _MAX_MISSING_WIDTH <= width <= _MAX_WRAPPED_WIDTH for width in widths]
    if limit < _MIN_WRAPPED_WIDTH or 2 * sum(are_full[:-1]) <= len(lines) - 1:
        return lines
    paragraphs = [[lines[0]]]
    for line, continues in zip(lines[1:], are_full, strict=False):
        if continues:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return ["\n".join(each) for each in paragraphs]


def _width(line: str) -> int:
    """Return the columns that a line takes in a terminal: two for each character of three bytes, one for a letter of two."""
    if line.isascii():
        return len(line)
    return (len(line) + len(line.encode(errors="replace")) - len(_TWO_BYTES.findall(line))) // 2


READER = Reader(suffixes=(".txt", ".text"), read=read_plain)
