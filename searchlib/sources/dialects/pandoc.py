"""Normalize what Pandoc and bookdown add to Markdown: grid tables and references."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.text import join_lines

_SEPARATOR = lazy_pattern(r"[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*$")
_HEAD = "="
_MYSQL_SEPARATORS = 3
_REFERENCE = lazy_pattern(r"\\?@ref\([\w.:-]+\)|\(\\#[a-z]+:[\w-]+\)")
_CAPTION_LABEL = lazy_pattern(r"^\(ref:[\w-]+\)[ \t]+", re.MULTILINE)


def open_grid_tables(text: str) -> str:
    """Write grid tables, whose rows are between lines such as ``+---+---+``, as tables with a line for each row."""
    lines = text.split("\n")
    result: list[str] = []
    position = 0
    while position < len(lines):
        end = _end_of_table(lines, position)
        if end > position:
            result += _rows(lines[position:end])
        else:
            end = position + 1
            result.append(lines[position])
        position = end
    return "\n".join(result)


def _end_of_table(lines: list[str], start: int) -> int:
    """Return the end of the grid table that begins at a line, or ``start`` if there is none."""
    if not _SEPARATOR.match(lines[start]):
        return start
    end = start
    for number in range(start + 1, len(lines)):
        line = lines[number].strip(" \t")
        if _SEPARATOR.match(line):
            end = number + 1
        elif not line.startswith("|") or not line.endswith("|"):
            break
    return end


def _rows(lines: list[str]) -> list[str]:
    """Return the table with bars between its cells. Programs such as MySQL write no separators between rows of one line."""
    separators = [line for line in lines if _SEPARATOR.match(line)]
    is_printed = len(separators) == _MYSQL_SEPARATORS and not any(_HEAD in line for line in separators)
    rows: list[list[list[str]]] = [[]]
    for line in lines:
        if _SEPARATOR.match(line):
            rows.append([])
            continue
        cells = line.strip(" \t")[1:-1].split("|")
        if is_printed or len(rows[-1]) != len(cells):
            rows.append([[] for _ in cells])
        for parts, cell in zip(rows[-1], cells, strict=True):
            parts.append(cell)
    texts = [[join_lines("\n".join(parts)) for parts in row] for row in rows if row]
    width = max(map(len, texts), default=0)
    # A table has as many columns as its head.
    texts[:1] = [[*texts[0], *[""] * (width - len(texts[0]))], ["---"] * width] if texts else []
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" \t"))]
    return ["", *(f"{indent}| {' | '.join(row)} |" for row in texts), ""]


def remove_references(text: str) -> str:
    r"""Remove the numbers of bookdown, ``\\@ref(fig:a)`` and ``(\\#eq:a)``, and the labels of captions, ``(ref:a) 图题``."""
    return _CAPTION_LABEL.sub("", _REFERENCE.sub("", text))
