"""The words that a user adds to what the program knows of Chinese, as a query needs them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.function_words import FUNCTION_WORDS
from searchlib.analysis.han_tokenizer import Dictionary
from searchlib.analysis.synonyms import NO_SYNONYMS, Synonyms
from searchlib.analysis.tokens import WordToken, words
from searchlib.analysis.units import units
from searchlib.analysis.word_files import numbered_lines, refuse


@dataclass(frozen=True, slots=True)
class StopWords:
    """Words, folded, that count as function words; ``file`` is what their file is called."""

    file: str = ""
    words: frozenset[str] = frozenset()

    def record(self) -> dict[str, Any]:
        """What the statistics of an index say of them."""
        digest = blake2b("\n".join(sorted(self.words)).encode(errors="surrogatepass"), digest_size=8).hexdigest()
        return {"file": self.file, "words": len(self.words), "digest": digest}


NO_STOP_WORDS = StopWords()


# Compared by identity: plans are kept by it, and it is looked up in every search.
@dataclass(frozen=True, slots=True, eq=False)
class WordLists:
    """How queries are cut and widened; ``function_words`` are those of the language and the user's stop words."""

    dictionary: Dictionary | None = None
    synonyms: Synonyms = NO_SYNONYMS
    stop_words: StopWords = NO_STOP_WORDS
    function_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "function_words", FUNCTION_WORDS | self.stop_words.words)

    def words(self, folded: str, *, parts: bool) -> list[WordToken]:
        """The words of a folded text, as ``tokens.words`` gives them."""
        return words(folded, parts=parts, dictionary=self.dictionary)

    def telling(self, side_by_side: Sequence[WordToken]) -> list[WordToken]:
        """The words that tell what a text is about, if any does."""
        if not self.stop_words.words:
            return [word for word in side_by_side if word.text not in FUNCTION_WORDS]
        told = [word.text not in self.function_words for word in side_by_side]
        # A stop word may be cut in several.
        for first in range(len(side_by_side)):
            joined = ""
            for last in range(first, len(side_by_side)):
                if last > first and side_by_side[last].start != side_by_side[last - 1].end:
                    break
                joined += side_by_side[last].text
                if joined in self.stop_words.words:
                    told[first : last + 1] = [False] * (last + 1 - first)
        return [word for word, tells in zip(side_by_side, told, strict=True) if tells]


PLAIN = WordLists()
"""Without any words of a user."""


def read_stop_words(path: str | os.PathLike[str]) -> StopWords:
    """The stop words in a file, one a line; lines that begin with ``#`` are comments.

    Raises:
        SettingsError: the file cannot be read, or a line holds no word; it names the line.
    """
    found = set()
    for number, line in numbered_lines(path):
        if line.startswith("#"):
            continue
        word = fold(line)
        if not units(word):
            refuse(path, number, f"{line!r} has no letters, digits or Chinese characters")
        found.add(word)
    return StopWords(Path(path).name, frozenset(found))
