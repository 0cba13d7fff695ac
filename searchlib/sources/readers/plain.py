"""Read plain text."""

from __future__ import annotations

import re
from collections import Counter

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.text import join_lines

_MIN_LINES = 3
_MIN_WRAPPED_WIDTH, _MAX_WRAPPED_WIDTH = 40, 100
"""Columns of the shortest and of the longest lines that programs wrap text at."""

_MAX_MISSING_WIDTH = 16
"""Columns that a wrapped line may lack, because the next word did not fit."""

_MIN_LONG_LINES = 20
"""The number of long lines from which their widths show whether a program has wrapped the whole text."""

_SPREAD = 8
"""Columns that the full lines of a wrapped text may have more or less than the most frequent width."""

_MIN_CHAPTERS = 2
_CHAPTER = lazy_pattern(
    r"^[ \t\u3000]*(?![^\n(（]*[)）])(第[ \t]?[0-9０-９零〇一二两三四五六七八九十百千]{1,9}[ \t]?"
    r"(?:[章回卷折节節部集篇幕](?:[ \t\u3000:：][^\n。；;]{0,40})?|[章回卷折][^\n。！？!?，,；;、]{0,40})"
    r"|(?:序章|楔子|尾声|尾聲|番外)(?:[ \t\u3000:：][^\n。；;]{0,40})?)$",
    re.MULTILINE,
)
"""A line that is the heading of a chapter. A space separates a name that may have commas: ``第五章 你好，再见！``."""

_TWO_BYTES = lazy_pattern("[\x80-\u07ff]")
_BLOCK_END = lazy_pattern(r"\n(?=\s*\n|[ \t\u3000])")


def read_plain(text: str) -> Content:
    """Read plain text. A blank line or an indented line begins a new block, and so does each line that is not wrapped.

    In a text with several chapters, the lines that number them, such as ``第一章 归来``, are headings.
    """
    full = _full_width(text)
    headings = [join_lines(match[1]) for match in _CHAPTER.finditer(text)] if "第" in text else []
    if len(headings) < _MIN_CHAPTERS:
        headings = []
    else:
        text = _CHAPTER.sub(r"\n\1\n", text)
    parts = (part for each in _BLOCK_END.split(text) for part in (_unwrapped(each, full) if "\n" in each else (each,)))
    return Content(blocks=[block for part in parts if (block := join_lines(part))], headings=headings)


def _full_width(text: str) -> int:
    """Return the columns from which a line of a wrapped text is full, or 0 unless the widths show that a program has wrapped it.

    Then many long lines have about the same width, few are a bit shorter, and few are longer.
    """
    widths = Counter(width for line in text.split("\n") if (width := _width(line.rstrip())) >= _MIN_WRAPPED_WIDTH)
    total = widths.total()
    if total < _MIN_LONG_LINES:
        return 0
    usual = max(widths, key=lambda width: (widths[width], width))
    n_longer = sum(count for width, count in widths.items() if width > usual + _SPREAD)
    n_full = sum(count for width, count in widths.items() if abs(width - usual) <= _SPREAD)
    n_shorter = sum(count for width, count in widths.items() if _SPREAD < usual - width <= 3 * _SPREAD)
    return usual - _SPREAD if 4 * n_longer <= total and 2 * n_shorter <= n_full else 0


def _unwrapped(text: str, full: int) -> list[str]:
    """Return the paragraphs in lines without blank lines or indents between them.

    In wrapped text, most lines but the last of each paragraph are about as long as the longest one, which is not very long.
    ``full`` is the result of ``_full_width`` for the whole text.
    """
    lines = text.strip("\n").split("\n")
    widths = [_width(line.rstrip()) for line in lines]
    if full:
        return _join_full(lines, [full <= width <= full + 4 * _SPREAD for width in widths])
    longest = max(widths)
    if longest < _MIN_WRAPPED_WIDTH:
        return lines if len(lines) >= _MIN_LINES else [text]
    limit = max((width for width in widths if width <= _MAX_WRAPPED_WIDTH), default=0)
    are_full = [limit - _MAX_MISSING_WIDTH <= width <= _MAX_WRAPPED_WIDTH for width in widths]
    if limit < _MIN_WRAPPED_WIDTH or 2 * sum(are_full[:-1]) <= len(lines) - 1:
        return lines
    return _join_full(lines, are_full)


def _join_full(lines: list[str], are_full: list[bool]) -> list[str]:
    """Return the lines, each full one joined with the next by a line break."""
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
