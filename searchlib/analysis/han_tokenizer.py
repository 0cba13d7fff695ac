"""Cut runs of Han characters into words, as jieba does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

# The characters of jieba's words: a run of other Han characters is no word, though rjieba leaves it whole.
JIEBA_WORD = re.compile("[\u4e00-\u9fd5]+")
RUN_END = "\n"
_JIEBA_KNOWS_ALL = re.compile(rf"[\u4e00-\u9fd5{RUN_END}]*")
_JIEBA_KNOWS_NOT = re.compile(rf"[^\u4e00-\u9fd5{RUN_END}]")
_MARK = "\t"
_APART = rf"{_MARK}\g<0>{_MARK}"
_STRETCH = re.compile(rf"{JIEBA_WORD.pattern}|.", re.DOTALL)


_NO_WORD = "\0"
"""Stands in no run."""

_KEPT = 4
"""Segmenters of different dictionaries that are kept: each takes some 20 MB."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words that are added to jieba's own, folded, with their frequencies, in order; equal if their ``digest`` is.

    ``replaced`` is what the frequencies that were replaced come to: jieba does not take them off the sum of all.
    """

    digest: str
    words: tuple[tuple[str, int], ...] = field(compare=False, repr=False)
    replaced: int = field(compare=False, default=0)


class HanTokenizer(Protocol):
    """Cuts a run of Han characters; both methods give ``(word, start, end)`` in order of their ends."""

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        """Words side by side, without overlaps."""
        ...

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        """The same, each word after the shorter dictionary words inside it."""
        ...

    def texts_for_search(self, runs: str) -> list[str]:
        """The words alone that ``cut_for_search`` gives for each of the runs, which end with a ``RUN_END``; so do their words."""
        ...

    def texts(self, runs: str) -> list[str]:
        """The words alone that ``cut`` gives for each of the runs, the ``RUN_END`` between them left in."""
        ...


class JiebaSegmenter:
    """jieba itself: the reference, and the fallback where rjieba is not installed."""

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        import logging
        import tempfile

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        # jieba writes its cache to a guessable path that every user of the machine shares; here it gets a private one.
        with tempfile.TemporaryDirectory(prefix="searchlib-jieba-") as private:
            self._jieba.tmp_dir = os.fspath(private)
            self._jieba.initialize()
        for word, frequency in dictionary.words if dictionary else ():
            self._jieba.add_word(word, frequency)

    def add(self, word: str, frequency: int | None) -> tuple[int, int]:
        """Add a word; gives its frequency, which jieba computes where none is given, and the one that it had before."""
        before: int = self._jieba.FREQ.get(word, 0)
        self._jieba.add_word(word, frequency)
        return self._jieba.FREQ[word], before

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        return list(self._jieba.tokenize(run))

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        return list(self._jieba.tokenize(run, mode="search"))

    def texts_for_search(self, runs: str) -> list[str]:
        return [word for run in runs.split(RUN_END)[:-1] for word in (*self._jieba.cut_for_search(run), RUN_END)]

    def texts(self, runs: str) -> list[str]:
        return [word for run in runs.split(RUN_END) for word in (*self._jieba.cut(run), RUN_END)][:-1]


class RjiebaSegmenter:
    """jieba's algorithm and dictionary in Rust, with the same words and many times the speed."""

    def __init__(self, dictionary: Dictionary | None = None) -> None:
        import rjieba

        # The module has loaded jieba's dictionary already; an instance of its own, which loads it again in 0.1 s, is
        # there only for what is added to it.
        jieba = rjieba.Jieba() if dictionary else rjieba
        if dictionary:
            for word, frequency in dictionary.words:
                jieba.add_word(word, frequency, "")
            # rjieba takes a frequency that is replaced off the sum of all, by which it divides; jieba does not.
            if dictionary.replaced:
                jieba.add_word(_NO_WORD, dictionary.replaced, "")
        self._tokenizer = jieba.tokenize
        self._texts_for_search = jieba.cut_for_search
        self._texts = jieba.cut

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "default")

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "search")

    def texts_for_search(self, runs: str) -> list[str]:
        # One call for all runs: words never reach over what is not Han.
        if _JIEBA_KNOWS_ALL.fullmatch(runs):
            return self._texts_for_search(runs)
        # Marks keep other characters apart from those that jieba knows, and from one another.
        return [word for word in self._texts_for_search(_JIEBA_KNOWS_NOT.sub(_APART, runs)) if word != _MARK]

    def texts(self, runs: str) -> list[str]:
        if _JIEBA_KNOWS_ALL.fullmatch(runs):
            return list(self._texts(runs))
        found = [word for run in runs.split(RUN_END) for word in (*(text for text, _, _ in self.cut(run)), RUN_END)]
        return found[:-1]

    def _tokenize(self, run: str, mode: str) -> list[tuple[str, int, int]]:
        if JIEBA_WORD.fullmatch(run):
            return self._tokenizer(run, mode)
        return [
            (word, stretch.start() + start, stretch.start() + end)
            for stretch in _STRETCH.finditer(run)
            for word, start, end in self._tokenizer(stretch[0], mode)
        ]


@lru_cache(maxsize=_KEPT)
def han_tokenizer(dictionary: Dictionary | None = None) -> HanTokenizer:
    """The segmenter of this process for a dictionary: rjieba where it is installed, otherwise jieba."""
    try:
        return RjiebaSegmenter(dictionary)
    except ImportError:
        return JiebaSegmenter(dictionary)


def weighed(words: Iterable[tuple[str, int | None]], digest: str) -> Dictionary:
    """The words as a dictionary: those without a frequency get the one that jieba itself would give them."""
    jieba = JiebaSegmenter()
    known = [(word, *jieba.add(word, frequency)) for word, frequency in words]
    return Dictionary(
        digest, tuple((word, frequency) for word, frequency, _ in known), sum(before for _, _, before in known)
    )
