"""Search a pasted text without its quotation marks, if no article contains the quotations: ``File "main.py", line 3``."""

from __future__ import annotations

from dataclasses import replace

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import Note
from searchlib.query import tree
from searchlib.query.scanner import ALL_QUOTES
from searchlib.search.parsed_query import ParsedQuery

_MIN_TEXTS = 12
"""The minimum number of texts of a pasted text. In a shorter query, quotation marks are typed on purpose."""

_QUOTE, _QUOTED = f"[{''.join(ALL_QUOTES)}]", f"[^{''.join(ALL_QUOTES)}]"
_QUOTATION = rf"{_QUOTE}(?!\s){_QUOTED}+(?<!\s){_QUOTE}"
_INSIDE_TEXT = lazy_pattern(rf"\w{_QUOTATION}|{_QUOTATION}\w")
"""A quotation directly beside a word, as in a title: 「癌症地图」出炉."""

_NOTE = Note(
    "没有文章含有引号中的文字，已按普通文字查找。",
    "No article contains the text in quotes. It was searched as plain text.",
)


def without_quotes(query: ParsedQuery) -> ParsedQuery | None:
    """Return a pasted query without its quotation marks, and a note; None if it has none, or they seem to be typed on purpose."""
    nodes = tree.conjuncts(query.tree)
    is_pasted = len(nodes) >= _MIN_TEXTS or _INSIDE_TEXT.search(query.text)
    if not is_pasted or not any(isinstance(node, tree.Phrase) for node in nodes):
        return None
    text = "".join(" " if char in ALL_QUOTES else char for char in query.text)
    plain = ParsedQuery.of(text, query.today, query.analyzer, is_literal=query.query.is_literal)
    return replace(plain, text=query.text, plan=replace(plain.plan, notes=(*plain.plan.notes, _NOTE)))
