"""Analyze queries with the words of a user: a dictionary, synonyms and stop words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.stop_words import FUNCTION_WORDS, NO_STOP_WORDS, StopWords, read_stop_words
from searchlib.analysis.synonyms import NO_SYNONYMS, Synonyms, read_synonyms, regional_words
from searchlib.analysis.tokens import WordToken, ends_in_word, words
from searchlib.analysis.units import HAN
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.settings import Settings

_QUESTION = lazy_pattern(
    rf"(?:^|(?<=[{HAN}a-z0-9]{{2}}))(?:[是能会要]|是?[指讲说算写](?:的是|了)?|的?是)?"
    r"(?:(?:什么|啥)(?:意思)?|多少钱|干(?:什么|嘛|啥)用?|好不好|行不行)的?[吗呢呀啊]?[?!。,.…]*$"
)
"""The end of a question about the words before it. The tokenizer connects its first character with them: 区块 and 链指 in
区块链指什么."""

_QUESTION_CHARACTERS = frozenset("是能会要指讲说算写")
"""The characters that can begin a question, or end the word before it."""

_MAX_QUESTION_LENGTH = 16


# Compared by identity, which is fast: it is part of the cache key of plans, which every search looks up.
@dataclass(frozen=True, slots=True, eq=False)
class QueryAnalyzer:
    """Tokenizes queries with a ``dictionary``, and widens them by ``synonyms`` and ``regional`` words, which rank lower.

    ``writings`` are other ways to write the words of one query, which also rank lower.
    ``function_words`` include ``stop_words``. ``facets`` are the facets of the front matter, which a query can name.
    """

    dictionary: Dictionary | None = None
    synonyms: Synonyms = NO_SYNONYMS
    stop_words: StopWords = NO_STOP_WORDS
    regional: Synonyms = NO_SYNONYMS
    writings: Synonyms = NO_SYNONYMS
    facets: tuple[str, ...] = ()
    function_words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "function_words", FUNCTION_WORDS | self.stop_words.words)

    def words(self, folded: str, *, parts: bool) -> list[WordToken]:
        """Return the words of a folded text, as ``tokens.words`` does, and then those of a question about them."""
        at = question_start(folded, self.dictionary)
        found = words(folded[:at], parts=parts, dictionary=self.dictionary)
        if at == len(folded):
            return found
        question = words(folded[at:], parts=parts, dictionary=self.dictionary)
        return [*found, *(replace(word, start=word.start + at, end=word.end + at) for word in question)]

    def content_words(self, side_by_side: Sequence[WordToken]) -> list[WordToken]:
        """Return the words without function words and stop words. A stop word can consist of several words."""
        if not self.stop_words.words:
            return [word for word in side_by_side if word.text not in FUNCTION_WORDS]
        is_content = [word.text not in self.function_words for word in side_by_side]
        # A stop word may be tokenized into several words.
        for first in range(len(side_by_side)):
            joined = ""
            for last in range(first, len(side_by_side)):
                if last > first and side_by_side[last].start != side_by_side[last - 1].end:
                    break
                joined += side_by_side[last].text
                if joined in self.stop_words.words:
                    is_content[first : last + 1] = [False] * (last + 1 - first)
        return [word for word, flag in zip(side_by_side, is_content, strict=True) if flag]


@lru_cache(maxsize=512)
def question_start(folded: str, dictionary: Dictionary | None) -> int:
    """Return where the question at the end of a folded text begins, or the length of the text if it has none.

    A character that ends a word of the dictionary does not belong to the question: 云计算什么意思.
    """
    end = len(folded)
    # The text before the question and its last two characters tell whether it is one.
    question = _QUESTION.search(folded, max(0, end - _MAX_QUESTION_LENGTH))
    if question is None:
        return end
    start = question.start()
    return (
        start + 1 if folded[start] in _QUESTION_CHARACTERS and ends_in_word(folded[: start + 1], dictionary) else start
    )


PLAIN_ANALYZER = QueryAnalyzer()
"""The analyzer without any words of a user."""


def read_query_analyzer(settings: Settings) -> QueryAnalyzer:
    """Read the synonyms and stop words that the settings name. The dictionary comes from each generation of an index.

    Raises:
        SettingsError: a file cannot be read, or has a wrong line.
    """
    return QueryAnalyzer(
        synonyms=read_synonyms(settings.synonyms) if settings.synonyms else NO_SYNONYMS,
        stop_words=read_stop_words(settings.stop_words) if settings.stop_words else NO_STOP_WORDS,
        regional=regional_words() if settings.regional_words else NO_SYNONYMS,
    )
