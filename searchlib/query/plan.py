"""What an engine looks for, in units and terms: a plan, and the clauses it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchlib.highlight.matcher import Needle
from searchlib.models import Note
from searchlib.query.proximity import Near
from searchlib.query.tree import DateRange

SEARCHED_FIELDS = ("title", "body")
"""Where text without a field is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Units one after the other, in one line of one of the fields; with ``prefix`` the last is the beginning of a unit."""

    units: tuple[str, ...]
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word term in one of the fields."""

    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS


@dataclass(frozen=True, slots=True)
class Value:
    """A run of units in one of the values of category, tag or author."""

    field: str
    run: Run


@dataclass(frozen=True, slots=True)
class ArticleId:
    """The article with that id; ``with_repeats`` also those that fold into one hit with it."""

    id: str
    with_repeats: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """What all children find; without children, every article."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """What at least one child finds; without children, nothing."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstFound:
    """What the first child that finds any article finds; the first is the word as it was typed, the others take it apart."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Every article but those that the child finds."""

    child: Clause


Clause = Run | Word | Value | ArticleId | DateRange | All | Any | FirstFound | Without


Role = Literal["whole", "part", "function"]
"""What a ranking term is in what was typed: a word of it, a part of such a word, or a function word and what touches one."""


@dataclass(frozen=True, slots=True)
class RankingTerm:
    """A term that adds to the score of an article; ``kind`` is words, bigrams, units or concept.

    With ``prefix`` all terms that begin so count as one. A concept has ``runs`` of units that mean the same, and occurs
    wherever one of them does; its ``term`` is how it was typed.
    """

    kind: str
    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False
    role: Role = "whole"
    runs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A query in an engine's terms.

    An article is found if ``required`` finds it and every one of ``words`` does; where too few articles hold all of the
    words, those that hold most of them follow. Of ``one_word``, typed as one and cut in two by the segmenter, parts
    are taken only where no article holds both. ``texts`` is how many texts the words were typed as; ``anchored`` if
    ``required`` asks for text too, so that an article that holds none of the words still holds some of the query.
    ``near`` are neighbouring words that should stand close to each other, ``whole`` is all that was typed, in a title,
    in each of the ways to write it. With an ``exact`` phrase in it, every article found is a hit: none is folded.
    """

    required: Clause = All()
    words: tuple[Clause, ...] = ()
    ranking: tuple[RankingTerm, ...] = ()
    near: tuple[Near, ...] = ()
    whole: tuple[Run, ...] = ()
    one_word: bool = False
    texts: int = 0
    anchored: bool = False
    needles: tuple[Needle, ...] = ()
    notes: tuple[Note, ...] = ()
    exact: bool = False


NOTHING = Any()
