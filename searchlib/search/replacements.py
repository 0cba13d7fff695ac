"""Propose other texts to search instead of a query that no article matches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import spelled_syllables
from searchlib.analysis.script import Write
from searchlib.engines.base import MatchCounts
from searchlib.search.did_you_mean import QueryCorrection
from searchlib.search.parsed_query import ParsedQuery
from searchlib.suggest.pinyin_reader import PinyinReader


@dataclass(frozen=True, slots=True)
class Replacement:
    """A text to search instead. If it ``must_match_fully``, it is used only if an article contains all of its words."""

    text: str
    must_match_fully: bool = True


def replacements(
    query: ParsedQuery,
    correction: QueryCorrection | None,
    unfiltered: MatchCounts,
    pinyin: PinyinReader,
    write: Write,
) -> Iterator[Replacement]:
    """Yield replacements for a query, likeliest first, given the number of its matches without filters.

    The ``correction`` is None if it must not be searched.
    """
    spellings: list[str] = []
    if not unfiltered.full:
        spellings = pinyin.spellings(query.text) if query.is_latin else _mixed(query, pinyin)
        yield from map(Replacement, map(write, spellings))
    if unfiltered.total:
        if correction and correction.is_clear and not unfiltered.full:
            yield Replacement(correction.text)
        return
    if query.is_latin and (names := pinyin.separate_names(query.text)):
        yield Replacement(write(names), must_match_fully=False)
    if correction and correction.is_searchable:
        yield Replacement(correction.text, must_match_fully=False)
    if query.is_latin and spellings and _has_fewest_syllables(spellings[0], query.text):
        yield Replacement(write(spellings[0]), must_match_fully=False)
    if query.is_latin and (name := pinyin.abbreviated_name(query.text)):
        yield Replacement(write(name))


def _has_fewest_syllables(words: str, typed: str) -> bool:
    """Return whether several words have as few syllables as the letters can have: yuanyuzhou is not yu an yu zhou."""
    syllables = spelled_syllables(fold(typed).strip())
    return " " in words and bool(syllables) and len(words.replace(" ", "")) == len(syllables[0])


def _mixed(query: ParsedQuery, pinyin: PinyinReader) -> list[str]:
    """Return the query with the words that its texts of Han characters and pinyin spell; nothing if it has no such text."""
    spelled = [pinyin.mixed_words(text) or text for text in query.plain_texts]
    return [" ".join(spelled)] if spelled != query.plain_texts else []
