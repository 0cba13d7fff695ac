"""Tell which regional words a query searches for."""

from __future__ import annotations

from searchlib.engines.base import Engine
from searchlib.query.plan import Plan
from searchlib.search.parsed_query import ParsedQuery


def found_regional_words(query: ParsedQuery, plan: Plan, engine: Engine) -> list[str]:
    """Return the regional words, other than those typed, that a query searches for and that articles contain."""
    writings = query.analyzer.writings
    terms = (term for term in plan.ranking_terms if term.role == "loose" and term.phrases)
    regional = (term for term in terms if not writings.spans(" ".join(term.phrases[0])))
    phrases = [" ".join(phrase) for term in regional for phrase in term.phrases[1:]]
    if not phrases:
        return []
    frequencies = engine.phrase_frequencies(phrases)
    return [phrase.replace(" ", "") for phrase in dict.fromkeys(phrases) if frequencies[phrase]]
