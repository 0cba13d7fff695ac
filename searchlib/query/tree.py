"""The query tree: what the reader typed, as nodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from searchlib.models import Note

FIELDS = ("title", "category", "tag", "author")
"""The fields that a query can name; text without a field is looked for in title and body."""


@dataclass(frozen=True, slots=True)
class UnquotedText:
    """A run of text without quotes or spaces, as typed; ``prefix`` where an asterisk ended it."""

    text: str
    field: str | None = None
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """The text between two quotes, as typed: its units must stand one after the other."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class DateRange:
    """First and last day, both inclusive; None leaves that side open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class And:
    """All of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """All articles but those of the child."""

    child: Node


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles: nothing was typed."""


Node = UnquotedText | Phrase | DateRange | And | Or | Not | Everything


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: ``text`` as typed; ``notes`` say what was left out of the tree, or read in a way that may surprise."""

    text: str
    tree: Node
    notes: tuple[Note, ...] = ()
