"""Write the pairs of mainland and regional words, ``searchlib/analysis/regional.txt``, from OpenCC's tables of phrases.

Usage: ``python -m tests.analysis.make_regional OPENCC > searchlib/analysis/regional.txt``, where OPENCC is a folder with the
dictionaries of OpenCC as text.

A pair is kept if the regional word is rare in the mainland by jieba's dictionary: otherwise it has a meaning of its own there
(影片 is a film, 建立 is not only 创建). Single characters have too many meanings.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import jieba

from searchlib.analysis.fold import fold

TABLES = {"TWPhrases": False, "HKPhrases": False, "TWPhrasesRev": True, "HKPhrasesRev": True}
"""The tables, and whether the regional words are on the left."""

RARE = 15
"""A regional word is rare if its frequency is at most this, or the frequency of the mainland word is this many times higher."""


def pairs(folder: Path) -> list[tuple[str, str]]:
    """Return the mainland and the regional word of each pair, folded."""
    frequency: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ")
        frequency[fold(word)] += int(count)
    found = set()
    for table, is_reversed in TABLES.items():
        for line in (folder / f"{table}.txt").read_text(encoding="utf-8").splitlines():
            key, values = line.split("\t")
            for value in values.split(" "):
                mainland, regional = (value, key) if is_reversed else (key, value)
                found.add((fold(mainland), fold(regional)))
    return sorted(
        (mainland, regional)
        for mainland, regional in found
        if mainland != regional
        and min(len(mainland), len(regional)) > 1
        and (frequency[regional] <= RARE or frequency[regional] * RARE <= frequency[mainland])
        and frequency[mainland] >= min(frequency[regional], 1)
    )


def main() -> None:
    print(
        "# Words of the mainland and of Taiwan or Hong Kong. tests/analysis/make_regional.py makes this file from OpenCC's"
    )
    print("# tables of phrases (Apache License 2.0).")
    for mainland, regional in pairs(Path(sys.argv[1])):
        print(f"{mainland} = {regional}")


if __name__ == "__main__":
    main()
