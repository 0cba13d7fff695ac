"""Search a pasted text without its quotation marks, if no article contains the quotations: ``File "main.py", line 3``."""

from __future__ import annotations

from dataclasses import replace

from searchlib.models import Note
from searchlib.query import tree
from searchlib.query.scanner import ALL_QUOTES
from searchlib.search.parsed_query import ParsedQuery

_MIN_TEXTS = 12
"""The minimum number of texts of a pasted text. In a shorter query, quotation marks are typed on purpose."""

_NOTE = Note(
    "没有文章含有引号中的文字，已按普通文字查找。",
    "No article contains the text in quotes. It was searched as plain text.",
)


def without_quotes(query: ParsedQuery) -> ParsedQuery | None:
    """Return a long query without its quotation marks, and a note; None if it is short, or has none."""
    nodes = tree.conjuncts(query.tree)
    if len(nodes) < _MIN_TEXTS or not any(isinstance(node, tree.Phrase) for node in nodes):
        return None
    text = "".join(" " if char in ALL_QUOTES else char for char in query.text)
    plain = ParsedQuery.of(text, query.today, query.analyzer, is_literal=query.query.is_literal)
    return replace(plain, text=query.text, plan=replace(plain.plan, notes=(*plain.plan.notes, _NOTE)))
