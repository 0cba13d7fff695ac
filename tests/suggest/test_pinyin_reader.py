"""Pinyin is read as words and names of an index."""

from __future__ import annotations

import pytest

from searchlib.suggest.pinyin_reader import PinyinReader
from tests.suggest.fake_statistics import FakeStatistics

WORDS = {"机器": 900, "及其": 2000, "学习": 800, "宇宙": 300, "重庆": 600, "元": 50, "圆": 70, "西安": 80, "先": 40}
READER = PinyinReader(FakeStatistics(WORDS, {"机器学习": 30, "元宇宙": 20}))


@pytest.mark.parametrize(
    ("typed", "spellings"),
    [
        ("chongqing", ["重庆"]),
        ("xuexi", ["学习"]),
        ("ＸＵＥＸＩ", ["学习"]),
        ("xue xi", ["学习"]),
        ("jiqixuexi", ["机器 学习"]),
        ("yuanyuzhou", ["元宇宙"]),
        ("jiqi chongqing", ["及其 重庆", "机器 重庆"]),
        ("congqing", ["重庆"]),
        ("chongqin", ["重庆"]),
        ("jiqixuexin", []),
        ("xue", []),
        ("jq", []),
        ("xuexi2", []),
        ("python", []),
        ("", []),
    ],
)
def test_whole_syllables_are_read_as_words(typed: str, spellings: list[str]) -> None:
    assert READER.spellings(typed) == spellings


@pytest.mark.parametrize(
    ("typed", "names"),
    [("chongqing xuexi", "重庆 学习"), ("chongqing", None), ("chongqing docker", None), ("chong qing", None)],
)
def test_pinyin_between_spaces_is_read_as_a_name_each(typed: str, names: str | None) -> None:
    assert READER.separate_names(typed) == names


@pytest.mark.parametrize(
    ("typed", "name"), [("jq", "及其"), ("cq", "重庆"), ("chongq", "重庆"), ("xx", "学习"), ("zz", None), ("c", None)]
)
def test_an_abbreviation_is_read_as_a_name(typed: str, name: str | None) -> None:
    assert READER.abbreviated_name(typed) == name


def test_a_word_of_general_texts_is_preferred_to_a_fragment() -> None:
    reader = PinyinReader(FakeStatistics({"接器": 49, "节气": 35, "捷器": 900}))
    assert reader.spellings("jieqi") == ["捷器"]
    reader = PinyinReader(FakeStatistics({"接器": 49, "节气": 35}))
    assert reader.spellings("jieqi") == ["节气"]
    name = reader.name("jieqi")
    assert name is not None
    assert name.text == "节气"


def test_the_most_frequent_name_is_preferred() -> None:
    name = READER.name("jiqi")
    assert name is not None
    assert (name.text, name.count) == ("及其", 2000)
    assert READER.name("jiq") is None


def test_a_name_that_articles_contain_beside_the_other_texts_is_preferred() -> None:
    reader = PinyinReader(FakeStatistics({"共识": 900, "公式": 30, "公示": 200}, {"excel公式": 1, "公示名单": 2}))
    names = [reader.name("gongshi", beside) for beside in [("", ""), ("excel", ""), ("excel", "名单"), ("", "其他")]]
    assert [name and name.text for name in names] == ["共识", "公式", "公示", "共识"]


@pytest.mark.parametrize("count", [60, 10_000])
def test_many_letters_behind_a_character_are_no_pinyin(count: int) -> None:
    assert READER.mixed_words("新" + "a" * count + "1") is None


@pytest.mark.parametrize("count", [1, 20])
def test_many_letters_are_no_mistyped_name(count: int) -> None:
    reader = PinyinReader(FakeStatistics({"重庆": 8}))
    name = reader.mistyped_name("chognqing" * count)
    assert (name and name.text) == ("重庆" if count == 1 else None)
