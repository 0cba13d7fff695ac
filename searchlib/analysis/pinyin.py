"""The pinyin syllables of Chinese text, from the characters and phrases of pypinyin."""

from __future__ import annotations

import gc
import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import encode
from searchlib.analysis.syllables import NO_SYLLABLE, syllable_code

TABLE_FIRST, TABLE_END = 0x3400, 0xA000
"""The range of characters with a syllable in the table. Characters outside the range are rare."""

Syllables = NDArray[np.uint16]
"""Syllable codes, uint16[characters]."""

_MAX_PHRASE_LENGTH = 5
"""The maximum length of a phrase that is looked up inside a longer text."""

_POLYPHONES_IN_NAMES = """
都 du dou|行 hang xing|长 chang zhang|重 chong zhong|乐 le yue|还 hai huan|得 de dei|地 di de|调 diao tiao|率 lv shuai|省 sheng xing
传 chuan zhuan|曾 zeng ceng|单 dan shan|解 jie xie|仇 qiu chou|区 qu ou|朴 pu piao|盖 gai ge|参 can shen|弹 dan tan|降 jiang xiang
藏 cang zang|觉 jue jiao|角 jiao jue|校 xiao jiao|会 hui kuai|车 che ju|便 bian pian|差 cha chai|薄 bo bao|系 xi ji|模 mo mu
落 luo la|卡 ka qia|似 si shi|查 cha zha|翟 zhai di|尉 wei yu|隗 wei kui|晟 sheng cheng|茜 qian xi|佛 fo fu
"""
"""Characters with two common readings in names, each with both syllables."""

_SYLLABLES_IN_NAMES = {
    char: tuple(map(syllable_code, syllables))
    for entry in _POLYPHONES_IN_NAMES.strip().replace("\n", "|").split("|")
    for char, *syllables in [entry.split()]
}


class Readings:
    """The readings of pypinyin as syllable codes. Creating an instance takes about 0.15 s.

    ``table`` uint16[TABLE_END - TABLE_FIRST] has the default syllable of each character.
    """

    def __init__(self) -> None:
        @cache
        def code_of(syllable: str) -> int:
            # ``lǜ`` becomes ``lv``.
            return syllable_code(
                unicodedata.normalize("NFD", syllable).replace("u\u0308", "v").translate(_WITHOUT_TONES)
            )

        self.table: Syllables = np.zeros(TABLE_END - TABLE_FIRST, np.uint16)
        for code_point, syllables in _pypinyin_table("pinyin_dict").items():
            if TABLE_FIRST <= (char := int(code_point)) < TABLE_END:
                self.table[char - TABLE_FIRST] = code_of(syllables.partition(",")[0])
        self._phrases = {
            phrase: [code_of(syllables[0]) for syllables in reading]
            for phrase, reading in _pypinyin_table("phrases_dict").items()
            if len(phrase) == len(reading)
        }
        phrases = list(self._phrases)
        chars = encode("".join(phrases))
        is_unusual = default_syllables(chars, self.table) != np.fromiter(
            chain.from_iterable(self._phrases.values()), np.uint16, len(chars)
        )
        self._is_polyphone = np.zeros(TABLE_END + 1, bool)
        self._is_polyphone[np.minimum(chars[is_unusual], TABLE_END)] = True
        # Inside a longer text, only phrases that change default syllables matter.
        self._unusual_phrases = {
            phrase for phrase, _ in _texts_with(phrases, is_unusual) if len(phrase) <= _MAX_PHRASE_LENGTH
        }
        self._unusual_starts = {phrase[:2] for phrase in self._unusual_phrases}

    def syllables(self, texts: Sequence[str]) -> Syllables:
        """Return the syllables of folded texts, text after text: ``NO_SYLLABLE`` for a character without a syllable."""
        chars = encode("".join(texts))
        syllables = default_syllables(chars, self.table)
        # In other texts, no phrase changes the default syllable of a character.
        for text, begin in _texts_with(texts, self._is_polyphone[np.minimum(chars, TABLE_END)]):
            own = syllables[begin : begin + len(text)]
            phrase = self._phrases.get(text)
            if phrase is not None:
                own[:] = phrase
            else:
                self._apply_phrases(text, own)
        return syllables

    def alternatives(self, name: str) -> Iterator[tuple[int, int]]:
        """Yield the position and syllable of each other common reading in a name, unless the name is a phrase of pypinyin."""
        if name in self._phrases:
            return
        for at, (char, syllable) in enumerate(zip(name, self.syllables([name]).tolist(), strict=True)):
            for other in _SYLLABLES_IN_NAMES.get(char, ()):
                if other != syllable:
                    yield at, other

    def _apply_phrases(self, text: str, syllables: Syllables) -> None:
        """Write the syllables of the phrases in a text, from left to right, the longest at each position."""
        at = 0
        while at < len(text) - 1:
            if text[at : at + 2] in self._unusual_starts:
                for length in range(min(_MAX_PHRASE_LENGTH, len(text) - at), 1, -1):
                    if text[at : at + length] in self._unusual_phrases:
                        syllables[at : at + length] = self._phrases[text[at : at + length]]
                        at += length - 1
                        break
            at += 1


def _pypinyin_table(name: str) -> dict[str, Any]:
    """Return a table of pypinyin. Importing the package would take longer, and keep both tables in memory (20 MB)."""
    package = find_spec("pypinyin")
    folders = (package.submodule_search_locations or ()) if package else ()
    for folder in folders:
        with suppress(FileNotFoundError):
            table: dict[str, Any] = json.loads(Path(folder, f"{name}.json").read_bytes())
            return table
    # Another version of pypinyin may keep its tables elsewhere.
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    tables: dict[str, Any] = {"pinyin_dict": PINYIN_DICT, "phrases_dict": PHRASES_DICT}
    return {**tables[name]}


_WITHOUT_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))


def default_syllables(chars: NDArray[Any], table: Syllables) -> Syllables:
    """Return the syllables of code points, each by itself, uint16[chars]. ``table`` starts at ``TABLE_FIRST``."""
    padded = np.full(TABLE_END + 1, NO_SYLLABLE, np.uint16)
    padded[TABLE_FIRST : TABLE_FIRST + len(table)] = table
    syllables: Syllables = padded[np.minimum(chars, TABLE_END)]
    return syllables


def _texts_with(texts: Sequence[str], flags: NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
    """Yield each text with a flagged character, and its start; ``flags`` bool[characters of all texts]."""
    starts = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
    before = np.concatenate([[0], np.cumsum(flags)])
    for number in np.flatnonzero(before[starts[1:]] > before[starts[:-1]]).tolist():
        yield texts[number], int(starts[number])


@cache
def readings() -> Readings:
    """Return the readings, which a process loads once."""
    with _garbage_collection_paused():
        return Readings()


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Pause the garbage collector, which would visit each of the many objects of a table several times, and find no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
