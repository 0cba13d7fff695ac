"""Normalize what Pandoc, bookdown and Quarto add to Markdown: grid tables, citations and references."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.lines import indent_of
from searchlib.sources.dialects.tables import markdown_table
from searchlib.sources.text import join_lines

_SEPARATOR = lazy_pattern(r"[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*$")
_HEAD = "="
_MYSQL_SEPARATORS = 3
_BOOKDOWN_REFERENCE = lazy_pattern(r"\\?@ref\([\w.:-]+\)|\(\\#[a-z]+:[\w-]+\)")
_BRACKETS = lazy_pattern(r"[ \t]?\[([^\[\]\n]{1,500})\](?![(\[:{])")
_CITATION = lazy_pattern(r"(?:[^@;]{0,80}[ \t])?(-?)@(?a:(\w[\w:.+/#-]*))(,[^@]*)?")
_DIGIT_OR_COLON = lazy_pattern("[0-9:]")
QUARTO_PREFIX = "@(?:[Ss]ec|[Ff]ig|[Tt]bl|[Ee]q|[Ll]st|[Tt]hm|[Ll]em|[Cc]or|[Pp]rp|[Dd]ef|[Ee]xm|[Ee]xr)-"
"""The pattern of the beginning of a reference of Quarto: ``@fig-``."""

_QUARTO_KEY = rf"-?(?a:{QUARTO_PREFIX}\w[\w-]*+(?![/.]\w))"
_QUARTO_REFERENCE = lazy_pattern(
    rf"\[([^\[\]@\n]{{0,40}}?)[ \t]*{_QUARTO_KEY}\](?!\()|[(（]{_QUARTO_KEY}[)）]|(?a:(?<![\w.\\])){_QUARTO_KEY}"
)
_CAPTION_LABEL = lazy_pattern(r"^\(ref:[\w-]+\)[ \t]+", re.MULTILINE)


def open_grid_tables(text: str) -> str:
    """Write grid tables, whose rows are between lines such as ``+---+---+``, as tables with a line for each row."""
    lines = text.split("\n")
    result: list[str] = []
    position = 0
    while position < len(lines):
        end = _end_of_table(lines, position)
        if end > position:
            table = lines[position:end]
            result += markdown_table(grid_rows(table), table[0][: indent_of(table[0])])
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


def grid_rows(lines: list[str]) -> list[list[str]]:
    """Return the rows of a grid table. Programs such as MySQL write no separators between rows of one line."""
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
    return [[join_lines("\n".join(parts)) for parts in row] for row in rows if row]


def remove_citations(text: str) -> str:
    """Remove ``[@key, p. 3]`` and ``[见 @a2020; @b2021]``, which a page shows as numbers or names. ``[@name]`` may be a person."""
    return _BRACKETS.sub(lambda match: "" if "@" in match[1] and _is_citation(match[1]) else match[0], text)


def _is_citation(source: str) -> bool:
    """Return whether the text in brackets is a list of citations, one of which cannot be the name of a person."""
    citations = [_CITATION.fullmatch(part.strip()) for part in source.split(";")]
    found = [match for match in citations if match is not None]
    return len(found) == len(citations) and (
        len(found) > 1 or any(match[1] or match[3] or _DIGIT_OR_COLON.search(match[2]) for match in found)
    )


def remove_bookdown_references(text: str) -> str:
    r"""Remove the numbers of bookdown, ``\\@ref(fig:a)`` and ``(\\#eq:a)``, and the labels of captions, ``(ref:a) 图题``."""
    return _CAPTION_LABEL.sub("", _BOOKDOWN_REFERENCE.sub("", text))


def remove_quarto_references(text: str) -> str:
    """Remove the numbers of Quarto, ``@fig-a`` and ``[图 @fig-a]``."""
    return _QUARTO_REFERENCE.sub(r"\1", text)
