"""Names of people are recognized by their surnames."""

from __future__ import annotations

import pytest

from searchlib.suggest.personal_names import is_in_name, may_be_name


@pytest.mark.parametrize("text", ["杨平萍", "何瑞娟", "金霞玉", "王伟", "欧阳修", "司马相如", "诸葛亮"])
def test_a_surname_with_a_given_name_may_be_a_name(text: str) -> None:
    assert may_be_name(text)


@pytest.mark.parametrize("text", ["", "王", "问提", "杨平萍萍", "圆宇宙", "我们应该"])
def test_other_texts_are_none(text: str) -> None:
    assert not may_be_name(text)


@pytest.mark.parametrize(("run", "start", "end"), [("何瑞娟", 1, 3), ("采访何瑞娟", 2, 5), ("采访何瑞娟", 3, 5)])
def test_a_part_of_a_text_is_a_name_with_its_surname(run: str, start: int, end: int) -> None:
    assert is_in_name(run, start, end)


def test_the_end_of_a_longer_text_is_none() -> None:
    assert not is_in_name("我们应该解决问提", 6, 8)
