"""Turn plain text into blocks."""

from __future__ import annotations

import re

from searchlib.sources.lines import join

_BLOCK_END = re.compile(r"\n(?=\s*\n|[ \t\u3000])")


def plain_lines(text: str) -> list[str]:
    """The blocks of a plain text, one a line: a blank line ends a block, an indented line begins one."""
    return [line for block in _BLOCK_END.split(text) if (line := join(block))]
