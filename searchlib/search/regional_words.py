"""Add a note to results that names the regional words that were searched for."""

from __future__ import annotations

from dataclasses import replace

from searchlib.analysis.script import Write
from searchlib.engines.base import Engine
from searchlib.models import Note, Results
from searchlib.query.plan import Plan
from searchlib.search.parsed_query import ParsedQuery


def with_regional_note(results: Results, query: ParsedQuery, plan: Plan, engine: Engine, write: Write) -> Results:
    """Return the results with a note that names the regional words, before the notes of the operators."""
    if not (words := _found_words(query, plan, engine)):
        return results
    before = len(results.notes) - len(results.operators)
    named = "、".join(map(write, words))
    note = Note("也查找了地区用词：%(words)s。", "Also searched for regional words: %(words)s.", words=named)
    return replace(results, notes=(*results.notes[:before], note, *results.notes[before:]))


def _found_words(query: ParsedQuery, plan: Plan, engine: Engine) -> list[str]:
    """Return the regional words, other than those typed, that a query searches for and that articles contain."""
    writings = query.analyzer.writings
    terms = (term for term in plan.ranking_terms if term.role == "loose" and term.phrases)
    regional = (term for term in terms if not writings.spans(" ".join(term.phrases[0])))
    phrases = [" ".join(phrase) for term in regional for phrase in term.phrases[1:]]
    if not phrases:
        return []
    frequencies = engine.phrase_frequencies(phrases)
    return [phrase.replace(" ", "") for phrase in dict.fromkeys(phrases) if frequencies[phrase]]
