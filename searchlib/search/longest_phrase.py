"""Find the longest phrase of a pasted text that articles contain, such as the fixed part of an error message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from searchlib.analysis.fold import fold
from searchlib.analysis.stop_words import LATIN_FUNCTION_WORDS
from searchlib.analysis.synonyms import Units
from searchlib.analysis.units import HighlightTerm, is_han, units
from searchlib.engines.base import Engine
from searchlib.models import Note
from searchlib.query.plan import AnyOf, PhraseClause, Plan
from searchlib.search.parsed_query import ParsedQuery

_MIN_UNITS, _MAX_UNITS = 6, 32
"""The minimum length of a text that is probably pasted, and the maximum length that is looked up, in Latin words and numbers."""

_MIN_LENGTH = 3
"""The minimum number of words in a phrase that are neither numbers nor function words, unlike ``or any of the``."""

_MAX_ARTICLES = 50
"""A phrase in more articles is an idiom: ``how to use``."""


def with_longest_phrase(query: ParsedQuery, plan: Plan, engine: Engine) -> Plan | None:
    """Return the plan in which articles with the longest phrase of the query rank first, and a note that names it, or None.

    The query consists of Latin words and numbers, without operators and quotations.
    """
    words = tuple(units(fold(" ".join(query.plain_texts))))[:_MAX_UNITS]
    if len(words) < _MIN_UNITS or any(map(is_han, words)):
        return None
    phrases = _longest_phrases(words, engine)
    if not phrases:
        return None
    note = Note(
        "含有“%(phrase)s”的文章排在最前。",
        "Articles that contain “%(phrase)s” come first.",
        phrase=" ".join(phrases[0]),
    )
    return replace(
        plan,
        as_typed=AnyOf(tuple(map(PhraseClause, phrases))),
        highlight_terms=(*plan.highlight_terms, *map(HighlightTerm, phrases)),
        notes=(*plan.notes, note),
    )


def _longest_phrases(words: Units, engine: Engine) -> Sequence[Units]:
    """Return the phrases of the most adjacent words that occur, but in few articles."""
    longest: Sequence[Units] = ()
    starts = [*range(len(words) - _MIN_LENGTH + 1)]
    for length in range(_MIN_LENGTH, len(words)):
        phrases = {start: words[start : start + length] for start in starts}
        counts = engine.phrase_frequencies({" ".join(phrase) for phrase in phrases.values()})
        frequencies = {start: counts[" ".join(phrase)] for start, phrase in phrases.items()}
        rare = [phrases[start] for start in starts if 0 < frequencies[start] <= _MAX_ARTICLES]
        longest = [phrase for phrase in rare if _has_content(phrase)] or longest
        # A longer phrase consists of two of these.
        starts = [start for start in starts if frequencies[start] and frequencies.get(start + 1)]
        if not starts:
            break
    return longest


def _has_content(phrase: Units) -> bool:
    return sum(word.isalpha() and word not in LATIN_FUNCTION_WORDS for word in phrase) >= _MIN_LENGTH
