"""Read Chinese aloud: the syllable of each character of a text, by pypinyin's phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.text.codes import encoded
from searchlib.text.syllables import NO_SYLLABLE, code

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
    char: tuple(map(code, syllables))
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
            return code(to_normal(syllable, v_to_u=False))

        self.table: Syllables = np.zeros(TABLE_END - TABLE_FIRST, np.uint16)
        for char, syllables in PINYIN_DICT.items():
            if TABLE_FIRST <= char < TABLE_END:
                self.table[char - TABLE_FIRST] = code_of(syllables.partition(",")[0])
        self._phrases = {
            phrase: [code_of(syllables[0]) for syllables in reading] for phrase, reading in PHRASES_DICT.items()
        }
        # Only phrases that are read otherwise than their characters matter inside of longer texts.
        self._unusual: set[str] = set()
        self._polyphones: set[str] = set()
        phrases = list(self._phrases)
        usual = self._by_character("".join(phrases)).tolist()
        end = 0
        for phrase in phrases:
            begin, end = end, end + len(phrase)
            if len(phrase) <= _LONGEST_PHRASE and usual[begin:end] != self._phrases[phrase]:
                self._unusual.add(phrase)
                read = zip(phrase, usual[begin:end], self._phrases[phrase], strict=False)
                self._polyphones.update(char for char, by_itself, here in read if by_itself != here)

    def of(self, texts: Sequence[str]) -> Syllables:
        """uint16[all characters of all texts]: the syllables of folded texts; ``NO_SYLLABLE`` for what has none."""
        found = self._by_character("".join(texts))
        at = 0
        for text in texts:
            # A word of one character has nothing that could decide.
            if len(text) > 1:
                phrase = self._phrases.get(text)
                if phrase is not None and len(phrase) == len(text):
                    found[at : at + len(text)] = phrase
                elif not self._polyphones.isdisjoint(text):
                    self._read_phrases(text, found[at : at + len(text)])
            at += len(text)
        return found

    def read_otherwise(self, name: str) -> Iterator[tuple[int, int]]:
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
            for length in range(min(_LONGEST_PHRASE, len(text) - at), 1, -1):
                if text[at : at + length] in self._unusual:
                    found[at : at + length] = self._phrases[text[at : at + length]]
                    at += length - 1
                    break
            at += 1

    def _by_character(self, text: str) -> Syllables:
        return usual_syllables(encoded(text), self.table)


def usual_syllables(chars: NDArray[Any], table: Syllables) -> Syllables:
    """uint16[chars]: the syllables of characters by their code points, each by itself; ``table`` begins at ``TABLE_FIRST``."""
    syllables = np.full(TABLE_END + 1, NO_SYLLABLE, np.uint16)
    syllables[TABLE_FIRST : TABLE_FIRST + len(table)] = table
    found: Syllables = syllables[np.minimum(chars, TABLE_END)]
    return found


@cache
def readings() -> Readings:
    """The readings of this process."""
    return Readings()
