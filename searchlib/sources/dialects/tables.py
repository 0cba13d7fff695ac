"""Write tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.sources.text import join_lines


def markdown_table(rows: Sequence[Sequence[str]], indent: str) -> list[str]:
    """Return the lines of a table. Its first row is the head, which has as many columns as the table."""
    width = max(map(len, rows), default=0)
    lines = [[join_lines(cell).replace("|", r"\|") for cell in row] + [""] * (width - len(row)) for row in rows]
    lines[1:1] = [["---"] * width] if lines else []
    return ["", *(f"{indent}| {' | '.join(line)} |" for line in lines), ""]
