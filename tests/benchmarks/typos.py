"""Read pairs of a mistyped word and the right one from corrected sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import han_tokenizer

_HAN = re.compile("[\u4e00-\u9fff]+")


def word_pairs(file: Path, articles_holding: Callable[[str], int], fewest: int) -> list[tuple[str, str]]:
    """Return distinct pairs ``(wrong, right)``, folded: the words of two or more characters around a wrong character.

    ``file`` holds a sentence and its correction a line, with a tab between them. The right form occurs in at least
    ``fewest`` articles.
    """
    found: dict[tuple[str, str], None] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        wrong, right = map(fold, line.split("\t"))
        if len(wrong) != len(right):
            continue
        for run in _HAN.finditer(right):
            for word, start, end in han_tokenizer().tokenize(run[0]):
                typed = wrong[run.start() + start : run.start() + end]
                if len(word) > 1 and typed != word and _HAN.fullmatch(typed):
                    found[typed, word] = None
    return [pair for pair in found if articles_holding(pair[1]) >= fewest]
