"""Cut runs of Han characters into words, as jieba does."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Protocol

# The characters of jieba's words: a run of other Han characters is no word, though rjieba leaves it whole.
_JIEBA_KNOWS = re.compile("[\u4e00-\u9fd5]+")
RUN_END = "\n"
_JIEBA_KNOWS_ALL = re.compile(rf"[\u4e00-\u9fd5{RUN_END}]*")
_STRETCH = re.compile(rf"{_JIEBA_KNOWS.pattern}|.", re.DOTALL)


class Segmenter(Protocol):
    """Cuts a run of Han characters; both methods give ``(word, start, end)`` in order of their ends."""

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        """Words side by side, without overlaps."""
        ...

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        """The same, each word after the shorter dictionary words inside it."""
        ...

    def texts_for_search(self, runs: str) -> list[str]:
        """The words alone that ``cut_for_search`` gives for each of the runs, which have a ``RUN_END`` between them."""
        ...

    def texts(self, runs: str) -> list[str]:
        """The words alone that ``cut`` gives for each of the runs, the ``RUN_END`` between them left in."""
        ...


class JiebaSegmenter:
    """jieba itself: the reference, and the fallback where rjieba is not installed."""

    def __init__(self) -> None:
        import logging
        import tempfile

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        # jieba writes its cache to a guessable path that every user of the machine shares; here it gets a private one.
        with tempfile.TemporaryDirectory(prefix="searchlib-jieba-") as private:
            self._jieba.tmp_dir = os.fspath(private)
            self._jieba.initialize()

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        return list(self._jieba.tokenize(run))

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        return list(self._jieba.tokenize(run, mode="search"))

    def texts_for_search(self, runs: str) -> list[str]:
        return [word for run in runs.split(RUN_END) for word in self._jieba.cut_for_search(run)]

    def texts(self, runs: str) -> list[str]:
        return [word for run in runs.split(RUN_END) for word in (*self._jieba.cut(run), RUN_END)][:-1]


class RjiebaSegmenter:
    """jieba's algorithm and dictionary in Rust, with the same words and many times the speed."""

    def __init__(self) -> None:
        import rjieba

        # The module has loaded the dictionary already; an instance of its own would load it again.
        self._tokenizer = rjieba.tokenize
        self._texts_for_search = rjieba.cut_for_search
        self._texts = rjieba.cut

    def cut(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "default")

    def cut_for_search(self, run: str) -> list[tuple[str, int, int]]:
        return self._tokenize(run, "search")

    def texts_for_search(self, runs: str) -> list[str]:
        # One call for all runs: words never reach over what is not Han.
        if _JIEBA_KNOWS_ALL.fullmatch(runs):
            return [word for word in self._texts_for_search(runs) if word != RUN_END]
        return [word for run in runs.split(RUN_END) if run for word, _, _ in self.cut_for_search(run)]

    def texts(self, runs: str) -> list[str]:
        if _JIEBA_KNOWS_ALL.fullmatch(runs):
            return list(self._texts(runs))
        found = [word for run in runs.split(RUN_END) for word in (*(text for text, _, _ in self.cut(run)), RUN_END)]
        return found[:-1]

    def _tokenize(self, run: str, mode: str) -> list[tuple[str, int, int]]:
        if _JIEBA_KNOWS.fullmatch(run):
            return self._tokenizer(run, mode)
        return [
            (word, stretch.start() + start, stretch.start() + end)
            for stretch in _STRETCH.finditer(run)
            for word, start, end in self._tokenizer(stretch[0], mode)
        ]


@cache
def segmenter() -> Segmenter:
    """The segmenter of this process: rjieba where it is installed, otherwise jieba."""
    try:
        return RjiebaSegmenter()
    except ImportError:
        return JiebaSegmenter()
