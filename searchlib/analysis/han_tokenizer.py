"""Tokenize runs of Han characters into words, as jieba does."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from searchlib.analysis.dictionary import JIEBA_CHARACTERS, JIEBA_WORD, Dictionary, DictionaryFile
from searchlib.common.lazy_pattern import lazy_pattern

RUN_END = "\n"
"""Separates runs of Han characters in a text, and their words in a result."""

_JIEBA_RUNS = lazy_pattern(f"[{JIEBA_CHARACTERS}{RUN_END}]*")
_NOT_JIEBA = lazy_pattern(f"[^{JIEBA_CHARACTERS}{RUN_END}]")
_JIEBA_WORD_OR_OTHER = lazy_pattern(rf"{JIEBA_WORD.pattern}|.", re.DOTALL)

_TAB = "\t"
_BETWEEN_TABS = rf"{_TAB}\g<0>{_TAB}"

_FILLER_WORD = "\0"
"""A word of rjieba's dictionary that no run contains."""

CORPUS_WORDS = 60_101_967
"""The number of words in the texts on which jieba's dictionary is based: the sum of its frequencies."""

_CACHED_TOKENIZERS = 4
"""The number of tokenizers with different dictionaries that a process caches. Each takes about 20 MB."""


class JiebaTokenizer:
    """jieba: the reference, and the fallback if rjieba is not installed.

    The first two methods for words take one run of Han characters, and return ``(word, start, end)``, in order of the ends.
    The others take several runs as one text, and return words as texts.
    """

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        import logging
        import tempfile

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        # jieba writes its cache to a guessable path that all users of the machine share, unless it gets a private folder.
        with tempfile.TemporaryDirectory(prefix="searchlib-jieba-") as private:
            self._jieba.tmp_dir = os.fspath(private)
            self._jieba.initialize()
        for word, frequency in dictionary.words if dictionary else ():
            self._jieba.add_word(word, frequency)

    def add(self, word: str, frequency: int | None) -> tuple[int, int]:
        """Add a word. Return its frequency (computed by jieba if None), and its previous frequency."""
        before: int = self._jieba.FREQ.get(word, 0)
        self._jieba.add_word(word, frequency)
        return self._jieba.FREQ[word], before

    def frequency(self, word: str) -> int:
        """Return how often a word occurs among ``CORPUS_WORDS``. If it is not in the dictionary, its parts suggest that."""
        # jieba suggests one more, so that the word is cut out.
        frequency: int = self._jieba.suggest_freq(word, tune=False)
        return frequency - 1

    def tokenize(self, run: str) -> list[tuple[str, int, int]]:
        """Return the words of a run, without overlaps."""
        return list(self._jieba.tokenize(run))

    def tokenize_for_search(self, run: str) -> list[tuple[str, int, int]]:
        """Return the words of ``tokenize``, each after the shorter dictionary words inside it."""
        return list(self._jieba.tokenize(run, mode="search"))

    def texts(self, runs: str) -> list[str]:
        """Return the words of ``tokenize`` for each run. Like in ``runs``, ``RUN_END`` stands between the runs."""
        return [word for run in runs.split(RUN_END) for word in (*self._jieba.cut(run), RUN_END)][:-1]

    def texts_for_search(self, runs: str) -> list[str]:
        """Return the words of ``tokenize_for_search`` for each run. Like in ``runs``, ``RUN_END`` stands after each run."""
        return [word for run in runs.split(RUN_END)[:-1] for word in (*self._jieba.cut_for_search(run), RUN_END)]


class RjiebaTokenizer:
    """rjieba: jieba's algorithm and dictionary in Rust. It returns the same words as ``JiebaTokenizer``, many times faster."""

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        import rjieba

        # The module has already loaded jieba's dictionary. Only the words of a user require an instance, which loads the
        # dictionary again (0.1 s).
        jieba = rjieba.Jieba() if dictionary else rjieba
        if dictionary:
            for word, frequency in dictionary.words:
                jieba.add_word(word, frequency, "")
            # Unlike jieba, rjieba subtracts a replaced frequency from the total: add it again.
            if dictionary.replaced:
                jieba.add_word(_FILLER_WORD, dictionary.replaced, "")
        self._rjieba_tokenize = jieba.tokenize
        self._suggest_frequency = jieba.suggest_freq
        self._cut = jieba.cut
        self._cut_for_search = jieba.cut_for_search

    def frequency(self, word: str) -> int:
        frequency: int = self._suggest_frequency(word)
        return frequency - 1

    def tokenize(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "default")

    def tokenize_for_search(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "search")

    def texts(self, runs: str) -> list[str]:
        if _JIEBA_RUNS.fullmatch(runs):
            return list(self._cut(runs))
        words = [
            word for run in runs.split(RUN_END) for word in (*(text for text, _, _ in self.tokenize(run)), RUN_END)
        ]
        return words[:-1]

    def texts_for_search(self, runs: str) -> list[str]:
        # One call serves all runs: a word never crosses a character that is not Han.
        if _JIEBA_RUNS.fullmatch(runs):
            return self._cut_for_search(runs)
        # Separated, because rjieba joins adjacent characters outside of its dictionary's range into one word.
        words = self._cut_for_search(_NOT_JIEBA.sub(_BETWEEN_TABS, runs))
        return [word for word in words if word != _TAB]

    def _tokenize(self, run: str, mode: str) -> list[tuple[str, int, int]]:
        if JIEBA_WORD.fullmatch(run):
            return self._rjieba_tokenize(run, mode)
        return [
            (word, piece.start() + start, piece.start() + end)
            for piece in _JIEBA_WORD_OR_OTHER.finditer(run)
            for word, start, end in self._rjieba_tokenize(piece[0], mode)
        ]


HanTokenizer = JiebaTokenizer | RjiebaTokenizer


@lru_cache(maxsize=_CACHED_TOKENIZERS)
def han_tokenizer(dictionary: Dictionary | None = None) -> HanTokenizer:
    """Return the tokenizer of this process for a dictionary: rjieba if it is installed, otherwise jieba."""
    try:
        return RjiebaTokenizer(dictionary)
    except ImportError:
        return JiebaTokenizer(dictionary)


def with_frequencies(file: DictionaryFile) -> Dictionary:
    """Return the dictionary of a file, with jieba's frequencies where a line gives none. This loads jieba (0.7 s)."""
    jieba = JiebaTokenizer()
    added = [(word, *jieba.add(word, frequency)) for word, frequency in file.words]
    words = tuple((word, frequency) for word, frequency, _ in added)
    return Dictionary(file.digest, words, sum(before for _, _, before in added))
