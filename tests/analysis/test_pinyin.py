"""Characters are read as in the phrase that contains them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.contrib.tone_convert import to_normal

from searchlib.analysis.pinyin import Readings, readings
from searchlib.analysis.syllables import NO_SYLLABLE, SYLLABLES


def pinyin(text: str) -> list[str]:
    return [SYLLABLES[code - 1] if code else "" for code in readings().syllables([text]).tolist()]


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("银行", "yin hang"),
        ("重庆", "chong qing"),
        ("重庆银行", "chong qing yin hang"),
        ("行走", "xing zou"),
        ("长度", "chang du"),
        ("成长", "cheng zhang"),
        ("绿色", "lv se"),
        ("战略", "zhan lve"),
        ("元宇宙", "yuan yu zhou"),
    ],
)
def test_polyphones_are_read_as_in_their_phrase(text: str, syllables: str) -> None:
    assert pinyin(text) == syllables.split()


@pytest.mark.parametrize(
    "text", ["中国人民银行", "音乐教育", "朝阳区", "调查", "还是", "首都机场", "角色", "便宜", "会计师"]
)
def test_readings_agree_with_pypinyin(text: str) -> None:
    assert pinyin(text) == lazy_pinyin(text, v_to_u=False)


def test_the_tables_may_be_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = readings()
    package = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr("searchlib.analysis.pinyin.find_spec", lambda name: package)
    found = Readings()
    np.testing.assert_array_equal(found.table, expected.table)
    texts = ["重庆银行", "音乐教育"]
    np.testing.assert_array_equal(found.syllables(texts), expected.syllables(texts))


def test_characters_other_than_han_have_no_reading() -> None:
    assert pinyin("a语1𠮷") == ["", "yu", "", ""]


def test_many_texts_are_read_as_each_alone() -> None:
    texts = ["银行", "", "行走", "长"]
    assert readings().syllables(texts).tolist() == [
        code for text in texts for code in readings().syllables([text]).tolist()
    ]


def test_readings_agree_with_a_plain_search_for_phrases() -> None:
    read = {
        phrase: [to_normal(each[0], v_to_u=False) for each in syllables] for phrase, syllables in PHRASES_DICT.items()
    }
    by_character = {char: "".join(pinyin(char)) for char in {*"".join(read)}}

    def plainly(text: str) -> list[str]:
        if text in read:
            return read[text]
        found = [by_character.get(char, "") for char in text]
        at = 0
        while at < len(text):
            for length in (5, 4, 3, 2):
                phrase = text[at : at + length]
                if phrase in read and read[phrase] != [by_character[char] for char in phrase]:
                    found[at : at + length] = read[phrase]
                    at += len(phrase) - 1
                    break
            at += 1
        return found

    random = Random(3)
    phrases = sorted(read)
    texts = [
        "".join(random.choices(phrases, k=random.randint(0, 3)))[random.randint(0, 3) :][: random.randint(0, 12)]
        for _ in range(20_000)
    ]
    syllables = iter(readings().syllables(texts).tolist())
    for text in texts:
        assert [SYLLABLES[code - 1] if code else "" for code in islice(syllables, len(text))] == plainly(text), text


def test_an_alternative_differs_from_the_usual_reading() -> None:
    for name in ("统计之都", "曾省", "小乐乐"):
        others = list(readings().alternatives(name))
        usual = readings().syllables([name]).tolist()
        assert others
        assert all(other not in (NO_SYLLABLE, usual[at]) for at, other in others)
    assert list(readings().alternatives("银行")) == []
