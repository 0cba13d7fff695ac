"""How frequent words are in general texts, as jieba's dictionary counts them."""

from __future__ import annotations

from collections.abc import Set
from importlib.util import find_spec
from pathlib import Path


def general_frequencies(words: Set[str]) -> dict[str, int]:
    """Return the frequency of each word that jieba's dictionary contains."""
    # Found without an import, which takes longer than reading the file.
    jieba = find_spec("jieba")
    if jieba is None or jieba.origin is None:
        return {}
    frequencies = {}
    with Path(jieba.origin).with_name("dict.txt").open(encoding="utf-8") as dictionary:
        for line in dictionary:
            word = line[: line.index(" ")]
            if word in words:
                frequencies[word] = int(line.split(" ", 2)[1])
    return frequencies
