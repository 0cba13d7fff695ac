"""Read the nodes of parsed HTML."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.sources.text import clean, join_lines

MAX_CANDIDATES = 50
"""Maximum number of nodes that are compared, because to measure each takes time."""


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around a node, from the innermost to the outermost."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def names(node: LexborNode) -> str:
    """Return the classes and the id of an element, separated by spaces."""
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def text_length(node: LexborNode) -> int:
    """Return the number of characters of a node, without white space."""
    return len("".join(node.text().split()))


def node_text(node: LexborNode) -> str:
    """Return the text of a node as one line."""
    return join_lines(clean(node.text()))


def text_of(tree: LexborHTMLParser, selector: str) -> str:
    """Return the text of the first node that a selector finds, or ""."""
    node = tree.css_first(selector)
    return "" if node is None else node_text(node)
