"""Search for the parts of a compound that no article contains: ``com.example.FooException`` as com, example and FooException."""

from __future__ import annotations

import re
from dataclasses import replace

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.base import Engine
from searchlib.query import tree
from searchlib.query.analyzed_text import connected_words
from searchlib.query.synonyms import word_parts_note
from searchlib.search.parsed_query import ParsedQuery

_COMPOUND = re.compile(r"[^\W_]+(?:[./:_>-]+[^\W_]+)+", re.ASCII)
"""Latin words and numbers that symbols connect."""

_PART = re.compile(r"[^\W_]+")


def with_word_parts(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with the parts of compounds as separate words, and a note that names them, or None if there are none.

    The parts of a compound are separated only if no article contains it. Its rarest part, the longest of several, is then required,
    because it tells more than the others: NullPointerException in ``java.lang.NullPointerException``.
    """
    parts_of = _compounds(query)
    if not parts_of:
        return None
    texts = {text for compound, parts in parts_of.items() for text in (compound, *parts)}
    folded = {text: " ".join(units(fold(text))) for text in texts}
    counts = engine.phrase_frequencies(folded.values())
    frequencies = {text: counts[folded[text]] for text in texts}
    text, notes = query.text, []
    for compound, parts in parts_of.items():
        if frequencies[compound]:
            continue
        # If no article contains the last part, it may be the beginning of a longer word.
        can_require = frequencies[parts[-1]] and not query.query.is_literal
        found = [part for part in parts if frequencies[part]]
        required = min(found, key=lambda part: (frequencies[part], -len(part))) if can_require else None
        text = text.replace(compound, " ".join(f'"{part}"' if part == required else part for part in parts))
        notes.append(word_parts_note(compound, parts))
    if not notes:
        return None
    wider = ParsedQuery.of(text, query.today, query.analyzer, is_literal=query.query.is_literal)
    return replace(wider, text=query.text, plan=replace(wider.plan, notes=(*wider.plan.notes, *notes)))


def _compounds(query: ParsedQuery) -> dict[str, list[str]]:
    """Return the parts of each compound of several words in the plain texts of a query."""
    return {
        compound: _PART.findall(compound)
        for node in tree.positive_texts(query.tree)
        if isinstance(node, tree.UnquotedText) and node.is_plain
        for compound in _COMPOUND.findall(node.text)
        if connected_words(fold(compound))
    }
