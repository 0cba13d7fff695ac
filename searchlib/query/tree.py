"""The query tree: typed text as nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from searchlib.models import Note
from searchlib.query.ranges import ValueRange


@dataclass(frozen=True, slots=True)
class UnquotedText:
    """Text without quotes or spaces, as typed; ``prefix`` is set if an asterisk ended it."""

    text: str
    field: str | None = None
    prefix: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the text has neither a field nor an asterisk."""
        return self.field is None and not self.prefix


@dataclass(frozen=True, slots=True)
class Phrase:
    """The text between two quotes, as typed: its units must be adjacent in an article."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class DateRange:
    """A range of days; both ends are inclusive, and None leaves that side open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class FieldRange:
    """A range of the values of a facet of the front matter."""

    field: str
    values: ValueRange


@dataclass(frozen=True, slots=True)
class And:
    """All children must match."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child must match."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child must not match."""

    child: Node


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches all articles: the tree of an empty query."""


TextNode = UnquotedText | Phrase
Leaf = UnquotedText | Phrase | DateRange | FieldRange | Everything
Node = UnquotedText | Phrase | DateRange | FieldRange | Everything | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: its text as typed, its tree, and Chinese notes on parts that were ignored or read unexpectedly.

    ``is_literal`` is set if operators were read as plain text.
    """

    text: str
    tree: Node
    notes: tuple[Note, ...] = ()
    is_literal: bool = False


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the nodes that must all match: the children of an ``And``, or else the node itself."""
    return node.children if isinstance(node, And) else (node,)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves of a tree, negated ones too, in order."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case _:
            yield node


def positive_texts(node: Node) -> Iterator[TextNode]:
    """Yield the text nodes that are not negated, in order."""
    match node:
        case UnquotedText() | Phrase():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from positive_texts(child)
