"""What an engine looks for, in units and terms: a plan, and the clauses it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchlib.models import Note
from searchlib.query.tree import DateRange

SEARCHED_FIELDS = ("title", "body")
"""Where text without a field is looked for."""


@dataclass(frozen=True, slots=True)
class PhraseClause:
    """Units one after the other, in one line of one of the fields; with ``prefix`` the last is the beginning of a unit."""

    units: tuple[str, ...]
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class WordClause:
    """A word term in one of the fields."""

    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS


@dataclass(frozen=True, slots=True)
class ValueClause:
    """A run of units in one of the values of category, tag or author."""

    field: str
    phrase: PhraseClause


@dataclass(frozen=True, slots=True)
class IdClause:
    """The article with that id; ``with_near_duplicates`` also those that fold into one hit with it."""

    id: str
    with_near_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """What all children find; without children, every article."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one child finds; without children, nothing."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstMatching:
    """What the first child that finds any article finds; the first is the word as it was typed, the others take it apart."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Excluding:
    """Every article but those that the child finds."""

    child: Clause


Clause = PhraseClause | WordClause | ValueClause | IdClause | DateRange | AllOf | AnyOf | FirstMatching | Excluding


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
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ProximityPair:
    """Two different words that follow each other in a query, function words aside; an article scores higher if they are close."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class HighlightTerm:
    """A run of units to mark. With ``loose`` it is also marked inside longer runs of letters and digits, where letters meet digits.

    With ``prefix`` the last unit is the beginning of a unit.
    """

    units: tuple[str, ...]
    loose: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query in an engine's terms.

    An article matches if ``required`` matches it and every clause of ``words`` does. If fewer than a page of articles match
    all words, articles that match most of them follow. ``is_one_word`` marks a text that reads as one word although the
    tokenizer cuts it: its parts match only if no article holds all of it. ``text_count`` is the number of texts that the
    words were typed as. ``requires_text`` is set if ``required`` contains text, so that an article without any of the words
    still holds a part of the query. ``proximity_pairs`` are neighbouring words that score higher close together.
    ``title_phrases`` are all ways to write the whole query as a title. ``has_phrase`` is set if the query has a quoted phrase: then
    near duplicates are not collapsed.
    """

    required: Clause = AllOf()
    words: tuple[Clause, ...] = ()
    ranking: tuple[RankingTerm, ...] = ()
    proximity_pairs: tuple[ProximityPair, ...] = ()
    title_phrases: tuple[PhraseClause, ...] = ()
    is_one_word: bool = False
    text_count: int = 0
    requires_text: bool = False
    highlight_terms: tuple[HighlightTerm, ...] = ()
    notes: tuple[Note, ...] = ()
    has_phrase: bool = False


NOTHING = AnyOf()
