"""Let categories, tags and authors match the words of a query that few articles contain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from searchlib.analysis.fold import fold
from searchlib.analysis.units import UNIT, value_units
from searchlib.engines.base import Engine
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.query import tree
from searchlib.query.analyzed_text import AnalyzedText
from searchlib.query.plan import AnyOf, Clause, FirstMatching, PhraseClause, Plan, ValueClause, WordClause
from searchlib.search.parsed_query import ParsedQuery

Phrase = tuple[str, ...]


def with_names(query: ParsedQuery, plan: Plan, engine: Engine) -> Plan | None:
    """Return the plan in which words, texts or the whole query also match in a name, or None if none of them occurs in one.

    A name is a category, tag or author. It matches, but does not rank: articles with the words in their texts come first. A single
    unit matches whole names only, because many names contain it; an emoji matches in any name.
    """
    lexicon = engine.lexicon()
    names = []
    for name in dict.fromkeys(tuple(value_units(text)) for text in _texts(query)):
        key = "".join(name)
        # Emoji are no part of keys.
        if (key and not UNIT.search(key)) or lexicon.is_value(key) or (len(name) > 1 and lexicon.is_in_value(key)):
            names.append(name)
    if not names:
        return None
    return replace(
        plan,
        words=tuple(_with_names(clause, names) for clause in plan.words),
        runs=tuple(_run_with_names(run, names) for run in plan.runs),
    )


def _texts(query: ParsedQuery) -> Iterator[str]:
    """Yield the possible names: the whole query, its texts, and their words, folded."""
    yield fold(query.text.strip())
    for node in tree.positive_texts(query.tree):
        if isinstance(node, tree.UnquotedText) and node.is_plain:
            text = AnalyzedText(node, query.analyzer)
            yield text.folded
            for group in text.groups:
                yield text.folded[group[0].start : group[-1].end]


def _with_names(clause: Clause, names: Iterable[Phrase]) -> Clause:
    phrase = _phrase(clause)
    own = [name for name in names if phrase and _contains(name, phrase)]
    if not own:
        return clause
    values = [ValueClause(field, PhraseClause(name)) for name in own for field in VALUE_FIELDS]
    if isinstance(clause, FirstMatching):
        first, *others = clause.children
        # If the whole word is a name, its parts do not match.
        return FirstMatching((AnyOf((first, *values)), *others))
    return AnyOf((clause, *values))


def _run_with_names(run: FirstMatching, names: Iterable[Phrase]) -> FirstMatching:
    found = _with_names(run, names)
    return found if isinstance(found, FirstMatching) else run


def _phrase(clause: Clause) -> Phrase:
    """Return the units of the word of a clause, as typed."""
    match clause:
        case PhraseClause(phrase):
            return phrase
        case WordClause(word):  # an emoji
            return tuple(value_units(word))
        case FirstMatching((first, *_)) | AnyOf((first, *_)):
            return _phrase(first)
        case _:
            return ()


def _contains(name: Phrase, phrase: Phrase) -> bool:
    return any(name[at : at + len(phrase)] == phrase for at in range(len(name) - len(phrase) + 1))
