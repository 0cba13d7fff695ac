"""The interface through which spelling correction reads an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from searchlib.suggest.lookup import Lexicon


class WordStatistics(Protocol):
    """The lexicon of an index, and the numbers of articles with words and phrases."""

    def lexicon(self) -> Lexicon:
        """Return the lexicon. After an update its numbers of articles may be out of date."""
        ...

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return the number of articles with each word term in titles, headings or bodies, whichever is largest."""
        ...

    def phrase_frequencies(self, phrases: Iterable[str]) -> Mapping[str, int]:
        """Return the number of articles that contain the units of each folded text, adjacent and in order."""
        ...

    def field_frequencies(self, field: str, words: Iterable[str]) -> Mapping[str, int]:
        """Return the number of articles whose title, headings or body (``field``) contains each word term."""
        ...


def is_name(word: str, statistics: WordStatistics) -> bool:
    """Return whether a title contains a word, or a category, tag or author equals it."""
    return statistics.field_frequencies("title", [word])[word] > 0 or statistics.lexicon().is_value(word)
