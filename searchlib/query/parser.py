"""Parse typed text into a query tree.

Operators, from the highest precedence to the lowest:

- ``NOT x`` and ``-x`` apply to the clause that follows. A query of negations alone matches all other articles.
- ``a OR b`` and ``a｜b`` apply to the clauses on both sides: ``a b OR c`` is ``a (b OR c)``, as in web search engines.
- Adjacent clauses must all match, with or without ``AND`` between them.

A field name applies to the text, quotation or bracket directly after its colon; a space may follow ``：``. An operator
without operands is ignored, and so is a single ``*``. A query of such operators only is searched as plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from searchlib.models import Note
from searchlib.query.quantities import join_quantities
from searchlib.query.scanner import NOTHING_SCANNED, Operator, QueryToken, scan
from searchlib.query.tree import And, Everything, Node, Not, Or, Query, UnquotedText

MAX_QUERY_LENGTH = 1_000
"""Maximum number of characters that are parsed; the rest is ignored."""

MAX_CLAUSES = 64
"""Maximum number of leaves of the tree; further ones are ignored."""

MAX_BRACKET_DEPTH = 32
"""Maximum depth of brackets; deeper ones are plain text."""


def parse(text: str, *, today: date, is_literal: bool = False, facets: Sequence[str] = ()) -> Query:
    """Return the query tree of any text. If it is ``is_literal``, nothing in it is an operator.

    Relative dates count back from ``today``. The names of ``facets`` are names of fields. The notes tell what was
    ignored or understood in an unexpected way. The tree is flat: a node is never a direct child of a node of the same kind.
    """
    used = join_quantities(text[:MAX_QUERY_LENGTH])
    scanned = (
        NOTHING_SCANNED
        if is_literal
        else scan(used, today=today, max_leaves=MAX_CLAUSES, max_depth=MAX_BRACKET_DEPTH, facets=facets)
    )
    tree = _Parser(scanned.tokens).parse_and()
    is_truncated = scanned.is_truncated
    if tree is None and Everything() not in scanned.tokens:
        pieces = used.split()
        is_truncated = len(pieces) > MAX_CLAUSES
        tree = _combine(And, [UnquotedText(piece) for piece in pieces[:MAX_CLAUSES]])
    notes = list(scanned.notes)
    if text[MAX_QUERY_LENGTH:].strip():
        notes.append(
            Note(
                "查询过长，只使用了前 %(limit)s 个字符。",
                "Only the first %(limit)s characters of the query were used.",
                limit=MAX_QUERY_LENGTH,
            )
        )
    if is_truncated:
        notes.append(
            Note(
                "条件过多，只使用了前 %(limit)s 个。",
                "Only the first %(limit)s conditions of the query were used.",
                limit=MAX_CLAUSES,
            )
        )
    return Query(text, tree or Everything(), tuple(notes), is_literal)


class _Parser:
    """A recursive-descent parser; it recurses once for each bracket, and the scanner limits the depth of brackets."""

    def __init__(self, tokens: Sequence[QueryToken]) -> None:
        self._tokens = [token for token in tokens if token is not Operator.AND]
        self._at = 0

    def parse_and(self) -> Node | None:
        """Parse up to the closing bracket or the end."""
        children: list[Node | None] = []
        while self._next() not in (None, Operator.CLOSE):
            children.append(self._parse_or())
        return _combine(And, children)

    def _parse_or(self) -> Node | None:
        """Parse operands with ``OR`` between them."""
        children = [self._parse_operand()]
        while self._next() is Operator.OR:
            self._at += 1
            children.append(self._parse_operand())
        return _combine(Or, children)

    def _parse_operand(self) -> Node | None:
        """Parse a leaf or bracket with the negations before it; return None if there is none."""
        is_negated = False
        while self._next() is Operator.NOT:
            self._at += 1
            is_negated = not is_negated
        token = self._next()
        if token in (None, Operator.CLOSE, Operator.OR):
            return None
        self._at += 1
        node: Node | None
        if isinstance(token, Operator):
            node = self.parse_and()
            self._at += 1
        else:
            node = token
        if not is_negated or node is None or isinstance(node, Everything):
            return node
        return node.child if isinstance(node, Not) else Not(node)

    def _next(self) -> QueryToken | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _combine(kind: type[And] | type[Or], nodes: Sequence[Node | None]) -> Node | None:
    """Combine nodes into a flat node of the given kind, without ``Everything``.

    Return a single node unchanged, and None if there is none.
    """
    children: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            children.extend(node.children)
        elif node is not None and not isinstance(node, Everything):
            children.append(node)
    if len(children) > 1:
        return kind(tuple(children))
    return children[0] if children else None
