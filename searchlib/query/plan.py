"""The plan of a query: clauses to match, terms to rank by, and terms to highlight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchlib.analysis.units import HighlightTerm
from searchlib.models import Note
from searchlib.query.tree import DateRange, FieldRange

SEARCHED_FIELDS = ("title", "body")
"""The fields in which a phrase without a field name is searched, and whose terms rank."""

MATCHED_FIELDS = (*SEARCHED_FIELDS, "headings")
"""The fields in which a word without a field name matches. ``headings`` includes the summary lines of the front matter."""


@dataclass(frozen=True, slots=True)
class PhraseClause:
    """Adjacent units in one line of one of the fields.

    With ``prefix``, the last is a prefix of a unit. With ``unbroken``, no break separates the units, as for words
    typed without quotes.
    """

    units: tuple[str, ...]
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class WordClause:
    """A word term in one of the fields."""

    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS


@dataclass(frozen=True, slots=True)
class ValueClause:
    """A phrase in one of the values of category, tag, author or a facet of the front matter."""

    field: str
    phrase: PhraseClause


@dataclass(frozen=True, slots=True)
class IdClause:
    """The article with this id; ``with_near_duplicates`` adds the articles that are collapsed into one hit with it."""

    id: str
    with_near_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """All children must match; without children, every article matches."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one child must match; without children, no article matches."""

    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words with weights: those that match must weigh at least ``minimum``, which is positive, together."""

    words: tuple[tuple[WordClause, float], ...]
    minimum: float


@dataclass(frozen=True, slots=True)
class FirstMatching:
    """The first child that matches any article must match. The first child is the word as typed; the others split it."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Excluding:
    """The child must not match."""

    child: Clause


Clause = (
    PhraseClause
    | WordClause
    | ValueClause
    | IdClause
    | DateRange
    | FieldRange
    | AllOf
    | AnyOf
    | Weighted
    | FirstMatching
    | Excluding
)


Role = Literal["whole", "part", "function", "loose"]
"""The role of a ranking term in the query: a word, a part of a word, a function word (or a bigram that overlaps one), or words
that count less than the word as typed: longer ones that begin with it, identifiers that contain it, and regional ones."""


@dataclass(frozen=True, slots=True)
class RankingTerm:
    """A term that adds to the score of an article; ``kind`` is words, bigrams, units or synonyms.

    With ``prefix``, all terms with this prefix count as one. Synonyms have ``phrases`` with the same meaning. They occur
    wherever one of the phrases does; their ``term`` is the phrase as typed.
    """

    kind: str
    term: str
    fields: tuple[str, ...] = SEARCHED_FIELDS
    prefix: bool = False
    role: Role = "whole"
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ProximityPair:
    """Two different content words that are adjacent in a query. An article scores higher if they are close."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class TitleWords:
    """All content words of a query. An article scores higher if its title contains all of them, in any order.

    ``phrases`` has, for each word, all ways to write it in the title, as typed first; ``terms`` has the ranking term that
    determines its idf.
    """

    phrases: tuple[tuple[PhraseClause, ...], ...]
    terms: tuple[RankingTerm, ...]

    @property
    def units(self) -> int:
        """The number of units of the words as typed."""
        return sum(len(first.units) for first, *_ in self.phrases)


@dataclass(frozen=True, slots=True)
class LeadWord:
    """A content word of a query of several words. An article scores higher if its text begins with the word, or nearly so."""

    word: str


@dataclass(frozen=True, slots=True)
class TypedWords:
    """Words of a query that articles may contain as typed: the units and the text of each way to write them.

    A text is "" if the units are sufficient. If no article contains any of the ``writings``, those in ``otherwise`` are looked up.
    An article with a name or phrase ranks first even if other words are missing, because these are specific. Numbers are not.
    """

    writings: tuple[tuple[PhraseClause, str], ...]
    otherwise: tuple[tuple[PhraseClause, str], ...] = ()
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as an engine executes it.

    An article matches if it matches ``required`` and every clause of ``words`` and ``runs``. If fewer than ten articles
    do, articles that match all words but not the runs follow, and then articles that match most of the words; if the words
    come from several texts, these two are sorted together.

    Attributes:
        required: The part of the query that is never relaxed.
        words: One clause for each word of unquoted text.
        runs: For each unquoted text of several words, all of its units, adjacent; or nothing if no article contains them.
        ranking_terms: The terms that score an article.
        proximity_pairs: Pairs of adjacent words, which score higher if they are close.
        title_words: The content words, if there are several. A title that contains all of them scores higher.
        title_phrases: All ways to write the whole query, as phrases in the title.
        is_one_word: Whether the text is probably one word although the tokenizer splits it. Its parts then match only if no
            article contains the whole text.
        text_count: The number of texts, separated by spaces, that the words come from.
        requires_text: Whether ``required`` contains text, so that an article without any of the words can still match a part
            of the query.
        highlight_terms: What to highlight in titles and snippets.
        part_highlight_terms: What to highlight, too, if no article matches as typed: the parts of words.
        notes: Notes to the user.
        has_phrase: Whether the query has a quoted phrase; near duplicates are not collapsed then.
        as_typed: The whole query as it was typed, operators included. An article that matches it matches the query, and
            ranks before all others.
        as_typed_text: The text of ``as_typed``, symbols included. Engines do not read it: the executor replaces ``as_typed``
            by the ids of the articles that contain this text, if there are any.
        typed_words: Names with symbols that the fold ignores, phrases of Latin words, and quantities. If no article contains
            the ``as_typed_text``, articles that contain these rank before the others. Engines do not read them.
        needs_typed_text: Whether ``as_typed`` is dropped if no article contains its text, because the query has operators.
    """

    required: Clause = AllOf()
    words: tuple[Clause, ...] = ()
    runs: tuple[FirstMatching, ...] = ()
    ranking_terms: tuple[RankingTerm, ...] = ()
    proximity_pairs: tuple[ProximityPair, ...] = ()
    title_words: TitleWords | None = None
    title_phrases: tuple[PhraseClause, ...] = ()
    is_one_word: bool = False
    text_count: int = 0
    requires_text: bool = False
    highlight_terms: tuple[HighlightTerm, ...] = ()
    part_highlight_terms: tuple[HighlightTerm, ...] = ()
    notes: tuple[Note, ...] = ()
    has_phrase: bool = False
    as_typed: Clause | None = None
    as_typed_text: str = ""
    needs_typed_text: bool = False
    typed_words: tuple[TypedWords, ...] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether anything adds to the score of an article."""
        return bool(self.ranking_terms or self.proximity_pairs or self.title_words or self.title_phrases)

    def terms_to_highlight(self, *, is_taken_apart: bool) -> tuple[HighlightTerm, ...]:
        """Return the terms to highlight; ``is_taken_apart`` adds the parts of words."""
        return (*self.highlight_terms, *self.part_highlight_terms) if is_taken_apart else self.highlight_terms


NOTHING = AnyOf()
