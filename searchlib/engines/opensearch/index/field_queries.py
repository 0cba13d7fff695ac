"""Write queries for words and phrases on the fields of the mapping."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from searchlib.analysis.terms import MAX_TERM_LENGTH, bigram_of_terms, term
from searchlib.analysis.units import is_han
from searchlib.engines.common.fields import text_field
from searchlib.engines.opensearch.client.dsl import Query, any_of, term_query
from searchlib.engines.opensearch.index.mapping import BOILERPLATE, FIELDS_WITH_PHRASES

_MAX_EXPANSIONS = 1000
"""Maximum number of terms that complete the last bigram of a phrase. A node rejects more than 1,024."""


def word_query(word: str, fields: Sequence[str]) -> Query:
    """Return a query for the articles that contain a word term in one of the fields."""
    return any_of([term_query(text_field(field, "words"), word) for field in fields])


def phrase_query(
    units: Sequence[str],
    fields: Sequence[str] = ("title", "body"),
    *,
    is_prefix: bool = False,
    skip_boilerplate: bool = False,
    unbroken: bool = False,
) -> Query:
    """Return a query for the articles that contain adjacent units, in order, in one of the fields.

    With ``is_prefix``, the last unit is a prefix. With ``unbroken``, no break separates the units. In a body,
    boilerplate matches too, unless ``skip_boilerplate`` is set.
    """
    is_open = is_prefix and not is_han(units[-1])
    # The term of a long unit holds its first characters.
    terms = [*map(term, units[:-1]), units[-1][:MAX_TERM_LENGTH] if is_open else term(units[-1])]
    names = [
        each for field in fields for each in ((field,) if field != "body" or skip_boilerplate else (field, BOILERPLATE))
    ]
    return any_of([_field_phrase_query(name, terms, is_open=is_open, unbroken=unbroken) for name in names])


def _field_phrase_query(field: str, terms: Sequence[str], *, is_open: bool, unbroken: bool) -> Query:
    if len(terms) == 1:
        return _one_term_query(text_field(field, "units"), terms[0], is_open=is_open)
    run = [bigram_of_terms(*pair) for pair in pairwise(terms)]
    # Names ignore punctuation, so their bigrams are those of phrases.
    is_quoted = field in FIELDS_WITH_PHRASES and not unbroken
    name = text_field(field, "phrases" if is_quoted else "bigrams")
    if len(run) == 1:
        return _one_term_query(name, run[0], is_open=is_open)
    if is_open:
        return {"match_phrase_prefix": {name: {"query": " ".join(run), "max_expansions": _MAX_EXPANSIONS}}}
    return {"match_phrase": {name: {"query": " ".join(run)}}}


def _one_term_query(name: str, text: str, *, is_open: bool) -> Query:
    return {"prefix": {name: {"value": text}}} if is_open else term_query(name, text)
