"""Read Chinese aloud: the syllable of each character of a text, by pypinyin's phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.code_points import encode
from searchlib.analysis.syllables import NO_SYLLABLE, syllable_code

TABLE_FIRST, TABLE_END = 0x3400, 0xA000
"""The characters whose readings are held as a table; those beyond are rare, and have none."""

Syllables = NDArray[np.uint16]
"""uint16[characters]: codes of ``syllables``."""

_LONGEST_PHRASE = 5

_READ_IN_TWO_WAYS = """
都 du dou|行 hang xing|长 chang zhang|重 chong zhong|乐 le yue|还 hai huan|得 de dei|地 di de|调 diao tiao|率 lv shuai|省 sheng xing
传 chuan zhuan|曾 zeng ceng|单 dan shan|解 jie xie|仇 qiu chou|区 qu ou|朴 pu piao|盖 gai ge|参 can shen|弹 dan tan|降 jiang xiang
藏 cang zang|觉 jue jiao|角 jiao jue|校 xiao jiao|会 hui kuai|车 che ju|便 bian pian|差 cha chai|薄 bo bao|系 xi ji|模 mo mu
落 luo la|卡 ka qia|似 si shi|查 cha zha|翟 zhai di|尉 wei yu|隗 wei kui|晟 sheng cheng|茜 qian xi|佛 fo fu
"""
"""Characters of names that are commonly read in two ways."""


_OTHERS = {
    char: tuple(map(syllable_code, syllables))
    for each in _READ_IN_TWO_WAYS.strip().replace("\n", "|").split("|")
    for char, *syllables in [each.split()]
}


class Readings:
    """pypinyin's readings as codes. What takes time is done once, when it is made: it takes about 0.3 s."""

    def __init__(self) -> None:
        from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
        from pypinyin.contrib.tone_convert import to_normal

        @cache
        def code_of(syllable: str) -> int:
            return syllable_code(to_normal(syllable, v_to_u=False))

        self.table: Syllables = np.zeros(TABLE_END - TABLE_FIRST, np.uint16)
        for char, syllables in PINYIN_DICT.items():
            if TABLE_FIRST <= char < TABLE_END:
                self.table[char - TABLE_FIRST] = code_of(syllables.partition(",")[0])
        self._phrases = {
            phrase: [code_of(syllables[0]) for syllables in reading]
            for phrase, reading in PHRASES_DICT.items()
            if len(phrase) == len(reading)
        }
        phrases = list(self._phrases)
        chars = encode("".join(phrases))
        is_odd = default_syllables(chars, self.table) != np.fromiter(
            chain.from_iterable(self._phrases.values()), np.uint16, len(chars)
        )
        self._is_polyphone = np.zeros(TABLE_END + 1, bool)
        self._is_polyphone[np.minimum(chars[is_odd], TABLE_END)] = True
        # Only phrases that are read otherwise than their characters matter inside of longer texts.
        self._unusual = {phrase for phrase, _ in _holding(phrases, is_odd) if len(phrase) <= _LONGEST_PHRASE}
        self._heads = {phrase[:2] for phrase in self._unusual}

    def of(self, texts: Sequence[str]) -> Syllables:
        """uint16[all characters of all texts]: the syllables of folded texts; ``NO_SYLLABLE`` for what has none."""
        chars = encode("".join(texts))
        found = default_syllables(chars, self.table)
        # A text of nothing but characters that every phrase reads as they are read by themselves needs no look at phrases.
        for text, begin in _holding(texts, self._is_polyphone[np.minimum(chars, TABLE_END)]):
            own = found[begin : begin + len(text)]
            phrase = self._phrases.get(text)
            if phrase is not None:
                own[:] = phrase
            else:
                self._read_phrases(text, own)
        return found

    def alternatives(self, name: str) -> Iterator[tuple[int, int]]:
        """The characters of a name that may be read in another way than ``of`` reads them: where, and the other syllable.

        A phrase of pypinyin's is read as it says.
        """
        if name in self._phrases:
            return
        for at, (char, syllable) in enumerate(zip(name, self.of([name]).tolist(), strict=True)):
            for other in _OTHERS.get(char, ()):
                if other != syllable:
                    yield at, other

    def _read_phrases(self, text: str, found: Syllables) -> None:
        """Read the phrases in a text, from its beginning, the longest at each place."""
        at = 0
        while at < len(text) - 1:
            if text[at : at + 2] in self._heads:
                for length in range(min(_LONGEST_PHRASE, len(text) - at), 1, -1):
                    if text[at : at + length] in self._unusual:
                        found[at : at + length] = self._phrases[text[at : at + length]]
                        at += length - 1
                        break
            at += 1


def default_syllables(chars: NDArray[Any], table: Syllables) -> Syllables:
    """uint16[chars]: the syllables of characters by their code points, each by itself; ``table`` begins at ``TABLE_FIRST``."""
    syllables = np.full(TABLE_END + 1, NO_SYLLABLE, np.uint16)
    syllables[TABLE_FIRST : TABLE_FIRST + len(table)] = table
    found: Syllables = syllables[np.minimum(chars, TABLE_END)]
    return found


def _holding(texts: Sequence[str], marked: NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
    """The texts that hold a marked character, and where each begins; ``marked`` bool[all characters of all texts]."""
    begins = np.fromiter(accumulate(map(len, texts), initial=0), np.int64, len(texts) + 1)
    before = np.concatenate([[0], np.cumsum(marked)])
    for number in np.flatnonzero(before[begins[1:]] > before[begins[:-1]]).tolist():
        yield texts[number], int(begins[number])


@cache
def readings() -> Readings:
    """The readings of this process."""
    return Readings()
