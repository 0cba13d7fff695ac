"""Read notebooks of Jupyter: their text and code, without the outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.base import Reader, UnreadableError
from searchlib.sources.readers.markdown import read_markdown

_BACKTICKS = lazy_pattern("`+")
_MIN_FENCE = 3
_MAX_LEVEL = 6
_REMOVED_CELLS = frozenset(("remove-cell", "remove_cell"))
_REMOVED_INPUT = frozenset(("remove-input", "remove_input"))
"""Tags of cells that Jupyter Book does not show, and of those of which it shows the output only."""


def notebook_to_markdown(text: str) -> str:
    """Return the cells of a notebook as Markdown. A raw cell may be front matter.

    Raises:
        UnreadableError: the text is no notebook.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("this is no notebook: it is not valid JSON") from error
    cells = sorted(_cells(values), key=lambda cell: not _is_front_matter(cell))
    return "\n\n".join(filter(None, map(_cell_to_markdown, cells)))


def _is_front_matter(cell: dict[str, Any]) -> bool:
    """Return whether a cell may be front matter, wherever it stands: Quarto reads that behind a cell of imports, too."""
    return cell.get("cell_type") == "raw" and _text(cell.get("source")).startswith("---")


def _cells(values: Any) -> Iterator[dict[str, Any]]:
    """Yield the cells of a notebook. Until version 3 of the format they were in worksheets."""
    sheets = [values, *_items(values, "worksheets")] if isinstance(values, dict) else []
    if not any(isinstance(each, dict) and isinstance(each.get("cells"), list) for each in sheets):
        raise UnreadableError("this is no notebook: it has no cells")
    for sheet in sheets:
        yield from (cell for cell in _items(sheet, "cells") if isinstance(cell, dict))


def _cell_to_markdown(cell: dict[str, Any]) -> str:
    kind = cell.get("cell_type")
    tags = {tag for tag in _items(cell.get("metadata"), "tags") if isinstance(tag, str)}
    source = _text(cell.get("source", cell.get("input")))
    if not source.strip() or not tags.isdisjoint(_REMOVED_CELLS):
        return ""
    if kind == "heading":
        level = cell.get("level")
        return f"{'#' * (min(level, _MAX_LEVEL) if isinstance(level, int) else 1)} {' '.join(source.split())}"
    if kind != "code":
        return source
    if not tags.isdisjoint(_REMOVED_INPUT):
        return ""
    fence = "`" * max(_MIN_FENCE, 1 + max(map(len, _BACKTICKS.findall(source)), default=0))
    return f"{fence}\n{source}\n{fence}"


def _text(value: Any) -> str:
    """Return a text, which may be a list of its lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _items(value: Any, key: str) -> list[Any]:
    items = value.get(key) if isinstance(value, dict) else None
    return items if isinstance(items, list) else []


READER = Reader(suffixes=(".ipynb",), read=read_markdown, unpack=notebook_to_markdown)
