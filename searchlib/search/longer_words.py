"""Find longer words of the archive for the Latin words of a query that no article contains: JavaScript for ``Script``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.synonyms import Units
from searchlib.analysis.units import units
from searchlib.engines.base import Engine
from searchlib.models import Note
from searchlib.query import tree
from searchlib.search.parsed_query import ParsedQuery

_MIN_LENGTH = 3
"""The minimum length of a word. Too many words contain shorter ones."""

_MAX_LENGTH_WITH_DIGITS = 16
"""The maximum length of a longer word with digits."""

_MAX_UNKNOWN = 8
"""The maximum number of words that are looked up in longer ones, which takes some milliseconds for each."""

_MAX_WORDS = 16
"""The maximum number of longer words that replace a word; the most frequent ones are taken."""

_MAX_NAMED_WORDS = 5
"""The maximum number of words that a note names."""


def with_longer_words(query: ParsedQuery, engine: Engine) -> ParsedQuery | None:
    """Return the query with the longer words as synonyms, and a note that names them, or None if there are none.

    A word without longer ones may occur as separate syllables: ``nihao`` as ``nǐ hǎo``.
    """
    typed = dict.fromkeys(
        unit
        for node in tree.positive_texts(query.tree)
        if isinstance(node, tree.UnquotedText) and node.is_plain
        for unit in units(fold(node.text))
        if len(unit) >= _MIN_LENGTH and unit.isascii() and unit.isalnum() and not unit.isdecimal()
    )
    if not typed:
        return None
    frequencies = engine.frequencies(typed)
    synonyms: dict[Units, list[Units]] = {}
    notes = []
    for word in islice((each for each in typed if not frequencies[each]), _MAX_UNKNOWN):
        found = engine.words_containing(word, _MAX_WORDS)
        if longer := [each for each in found if not (_is_code(each) or _has_other_number(each, word))]:
            synonyms[word,] = [(each,) for each in longer]
            notes.append(_note(word, longer))
        elif syllables := _written_apart(word, engine):
            synonyms[word,] = [syllables]
            notes.append(_note(word, [" ".join(syllables)]))
    if not synonyms:
        return None
    analyzer = replace(query.analyzer, synonyms=query.analyzer.synonyms.extended(synonyms))
    return query.widened(*notes, analyzer=analyzer)


def _note(word: str, longer: Sequence[str]) -> Note:
    return Note(
        "没有文章含有“%(word)s”这个词，已查找含有它的词：%(longer)s。",
        "No article contains the word “%(word)s”. Searched for words that contain it: %(longer)s.",
        word=word,
        longer=named_words(longer),
    )


def named_words(words: Sequence[str]) -> str:
    """Return the first words as a list for a note."""
    return "、".join(words[:_MAX_NAMED_WORDS]) + "…" * (len(words) > _MAX_NAMED_WORDS)


def _is_code(word: str) -> bool:
    """Return whether a word is probably a key or a checksum, which contains any letters."""
    return len(word) > _MAX_LENGTH_WITH_DIGITS and any(char.isdecimal() for char in word)


def _has_other_number(longer: str, word: str) -> bool:
    """Return whether a word begins in the middle of a number of a longer one: ``50hz`` in ``250hz``."""
    return word[0].isdecimal() and not re.search(rf"(?<!\d){re.escape(word)}", longer)


def _written_apart(word: str, engine: Engine) -> Units:
    for syllables in spelled_syllables(word):
        if len(syllables) > 1 and engine.phrase_frequencies([" ".join(syllables)])[" ".join(syllables)]:
            return syllables
    return ()
