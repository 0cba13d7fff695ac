"""Read plain text."""

from __future__ import annotations

import re

from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.text import join_lines

_BLOCK_END = re.compile(r"\n(?=\s*\n|[ \t\u3000])")


def read_plain(text: str) -> Content:
    """Read plain text. A blank line or an indented line begins a new block."""
    return Content(blocks=[block for part in _BLOCK_END.split(text) if (block := join_lines(part))])


READER = Reader(suffixes=(".txt", ".text"), read=read_plain)
