"""Search for the parts of a compound that no article contains: ``com.example.FooException`` as com, example and FooException."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from searchlib.analysis.fold import fold
from searchlib.analysis.units import units
from searchlib.engines.base import Engine
from searchlib.query.analyzed_text import connected_words
from searchlib.query.synonyms import word_parts_note
from searchlib.search.parsed_query import ParsedQuery

_COMPOUND = re.compile(r"[^\W_]+(?:[./:_>-]+[^\W_]+)+", re.ASCII)
"""Latin words and numbers that symbols connect."""

_PART = re.compile(r"[^\W_]+")

_MAX_COMPOUNDS = 4
"""The maximum number of compounds of a query that are separated. More are probably a pasted text."""


def with_word_parts(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with the parts of compounds as separate words, and a note that names them, or None if there are none.

    A query with operators has none. The parts of a compound are separated only if no article contains it. Its rarest part, the
    longest of several, is then required, because it tells more than the others: NullPointerException in
    ``java.lang.NullPointerException``.
    """
    parts_of = _compounds(query.plain_texts)
    if not parts_of:
        return None
    texts = {text for compound, parts in parts_of.items() for text in (compound, *parts)}
    folded = {text: " ".join(units(fold(text))) for text in texts}
    counts = engine.phrase_frequencies(folded.values())
    frequencies = {text: counts[folded[text]] for text in texts}
    separated = {
        compound: parts if query.query.is_literal else _with_required(parts, frequencies)
        for compound, parts in parts_of.items()
        if not frequencies[compound]
    }
    if not separated:
        return None

    def separate(compound: re.Match[str]) -> str:
        return " ".join(separated.get(compound[0], [compound[0]]))

    text = " ".join(_COMPOUND.sub(separate, each) for each in query.plain_texts)
    notes = [word_parts_note(compound, parts_of[compound]) for compound in separated]
    wider = ParsedQuery.of(text, query.today, query.analyzer, is_literal=query.query.is_literal)
    return replace(wider, text=query.text, plan=replace(wider.plan, notes=(*wider.plan.notes, *notes)))


def _compounds(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the parts of the first compounds of several words in some texts."""
    compounds = (compound for text in texts for compound in _COMPOUND.findall(text))
    found = (compound for compound in compounds if connected_words(fold(compound)))
    return {compound: _PART.findall(compound) for compound in islice(found, _MAX_COMPOUNDS)}


def _with_required(parts: Sequence[str], frequencies: Mapping[str, int]) -> list[str]:
    """Return the parts, the rarest of which is quoted, so that articles must contain it.

    If no article contains the last part, none is quoted: it may be the beginning of a longer word.
    """
    found = [part for part in parts if frequencies[part]] if frequencies[parts[-1]] else []
    required = min(found, key=lambda part: (frequencies[part], -len(part)), default=None)
    return [f'"{part}"' if part == required else part for part in parts]
