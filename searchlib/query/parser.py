"""Parse typed text into a query tree.

How the operators bind, from the tightest:

- ``NOT x`` and ``-x`` hold for the one clause behind them; a query of nothing else asks for all articles without it.
- ``a OR b``, ``a｜b`` hold for the clauses beside them: ``a b OR c`` is ``a (b OR c)``, as web search engines read it.
- Clauses side by side, with ``AND`` between them or without, are all wanted.

A field name holds for the run of text, quotation or bracket directly behind its colon; behind ``：`` a space may stand.
An operator that has nothing to work on is left out, and so is a lone ``*``; text that holds nothing but such operators
is looked for as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from searchlib.models import Note
from searchlib.query.scanner import Mark, Token, scan
from searchlib.query.tree import And, Everything, Node, Not, Or, Query, UnquotedText

MAX_QUERY_LENGTH = 1_000
MAX_CLAUSES = 64
MAX_DEPTH = 32


def parse(text: str, *, today: date) -> Query:
    """Return the tree of any text; notes say in Chinese what was left out or read in a way that may surprise.

    Relative dates count from ``today``. The tree is flat: no And directly in an And, no Or in an Or, no Not in a Not.
    """
    used = text[:MAX_QUERY_LENGTH]
    scanned = scan(used, today=today, max_clauses=MAX_CLAUSES, max_depth=MAX_DEPTH)
    tree = _Tokens(scanned.tokens).read_all()
    cut = scanned.cut
    if tree is None and Everything() not in scanned.tokens:
        pieces = used.split()
        cut = len(pieces) > MAX_CLAUSES
        tree = _joined(And, [UnquotedText(piece) for piece in pieces[:MAX_CLAUSES]])
    notes = list(scanned.notes)
    if text[MAX_QUERY_LENGTH:].strip():
        notes.append(Note("查询只取前 %(limit)s 个字符，其余未用。", limit=MAX_QUERY_LENGTH))
    if cut:
        notes.append(Note("查询只取前 %(limit)s 个条件，其余未用。", limit=MAX_CLAUSES))
    return Query(text, tree or Everything(), tuple(notes))


class _Tokens:
    """The tokens that are still to be read. Reading recurses once a bracket, and brackets are limited."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = [token for token in tokens if token is not Mark.AND]
        self.at = 0

    def read_all(self) -> Node | None:
        """Read up to the closing bracket or the end."""
        children: list[Node | None] = []
        while self._next() not in (None, Mark.CLOSE):
            children.append(self._read_any())
        return _joined(And, children)

    def _read_any(self) -> Node | None:
        """Read clauses with OR between them."""
        children = [self._read_clause()]
        while self._next() is Mark.OR:
            self.at += 1
            children.append(self._read_clause())
        return _joined(Or, children)

    def _read_clause(self) -> Node | None:
        """Read one clause or bracket and the negations before it; None where nothing stands there."""
        negated = False
        while self._next() is Mark.NOT:
            self.at += 1
            negated = not negated
        token = self._next()
        if token in (None, Mark.CLOSE, Mark.OR):
            return None
        self.at += 1
        node: Node | None
        if isinstance(token, Mark):
            node = self.read_all()
            self.at += 1
        else:
            node = token
        if not negated or node is None or isinstance(node, Everything):
            return node
        return node.child if isinstance(node, Not) else Not(node)

    def _next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None


def _joined(kind: type[And] | type[Or], nodes: Sequence[Node | None]) -> Node | None:
    """Join what asks for something, taking in the children of its own kind; one node alone stays alone."""
    children: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            children.extend(node.children)
        elif node is not None and not isinstance(node, Everything):
            children.append(node)
    if len(children) > 1:
        return kind(tuple(children))
    return children[0] if children else None
