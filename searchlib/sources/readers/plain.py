"""Read plain text."""

from __future__ import annotations

import re

from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.text import join_lines

_MIN_LINES = 3
_MIN_WRAPPED_WIDTH = 40
"""Columns of the shortest lines that programs wrap text at."""

_BLOCK_END = re.compile(r"\n(?=\s*\n|[ \t\u3000])")


def read_plain(text: str) -> Content:
    """Read plain text. A blank line or an indented line begins a new block, and so does each line of a poem."""
    parts = (part for each in _BLOCK_END.split(text) for part in (_lines(each) if "\n" in each else (each,)))
    return Content(blocks=[block for part in parts if (block := join_lines(part))])


def _lines(text: str) -> list[str]:
    """Return the lines of a paragraph if all of several are shorter than those that programs wrap, or the whole paragraph."""
    lines = text.strip("\n").split("\n")
    return lines if len(lines) >= _MIN_LINES and max(map(_width, lines)) < _MIN_WRAPPED_WIDTH else [text]


def _width(line: str) -> int:
    """Return the columns that a line takes in a terminal."""
    return len(line) if line.isascii() else sum(1 if character < "\u1100" else 2 for character in line)


READER = Reader(suffixes=(".txt", ".text"), read=read_plain)
