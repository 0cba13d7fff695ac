"""Characters are read by the phrases that they stand in."""

from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin

from searchlib.text.pinyin import readings
from searchlib.text.syllables import NO_SYLLABLE, SYLLABLES


def read(text: str) -> list[str]:
    return [SYLLABLES[code - 1] if code else "" for code in readings().of([text]).tolist()]


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
def test_polyphones_are_read_as_their_phrase_says(text: str, syllables: str) -> None:
    assert read(text) == syllables.split()


@pytest.mark.parametrize(
    "text", ["中国人民银行", "音乐教育", "朝阳区", "调查", "还是", "首都机场", "角色", "便宜", "会计师"]
)
def test_readings_are_those_of_pypinyin(text: str) -> None:
    assert read(text) == lazy_pinyin(text, v_to_u=False)


def test_what_is_not_han_has_no_reading() -> None:
    assert read("a语1𠮷") == ["", "yu", "", ""]


def test_many_texts_are_read_one_after_the_other() -> None:
    texts = ["银行", "", "行走", "长"]
    assert readings().of(texts).tolist() == [code for text in texts for code in readings().of([text]).tolist()]


def test_every_other_reading_is_a_syllable_of_its_character() -> None:
    for name in ("统计之都", "曾省", "小乐乐"):
        others = list(readings().read_otherwise(name))
        usual = readings().of([name]).tolist()
        assert others
        assert all(other not in (NO_SYLLABLE, usual[at]) for at, other in others)
    assert list(readings().read_otherwise("银行")) == []
