"""Units, compared with a slow reference."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchlib.analysis.units import is_han, units

# The first and last of each stretch of Han: radicals, marks, numerals, the unified ideographs and extensions A to H.
HAN_EDGES = (
    "⺀⺙⺛⻳⼀⿕々〇〡〩〸〹〺〻㐀䶿一鿿\uf900\ufa6d\ufa70\ufad9"
    "\U00016fe2\U00016fe3\U00016ff0\U00016ff1"
    "\U00020000\U0002a6df\U0002a700\U0002b739\U0002b740\U0002b81d\U0002b820\U0002cea1\U0002ceb0\U0002ebe0"
    "\U0002f800\U0002fa1d\U00030000\U0003134a\U00031350\U000323af"
)
NOT_HAN = "aZ09éжあアㄅ한,。·—\u3000 \n_+#-.😀〄〒〰〽㆒㈠㊀㍘\u2e9a\u2ef4⿰、\u302a\ud800\u0301"

HAN_NAMES = (
    "CJK UNIFIED IDEOGRAPH",
    "CJK COMPATIBILITY IDEOGRAPH",
    "CJK RADICAL",
    "KANGXI RADICAL",
    "IDEOGRAPHIC ITERATION MARK",
    "IDEOGRAPHIC NUMBER ZERO",
    "HANGZHOU NUMERAL",
    "VERTICAL IDEOGRAPHIC ITERATION MARK",
    "OLD CHINESE",
    "VIETNAMESE ALTERNATE READING MARK",
)


def han(char: str) -> bool:
    """Return whether Unicode names the character as Han. In any version, planes 2 and 3 are reserved for Han."""
    code = ord(char)
    if 0x20000 <= code <= 0x3FFFF:
        return code & 0xFFFF < 0xFFFE
    return unicodedata.name(char, "").startswith(HAN_NAMES)


def letter_or_digit(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" and not han(char)


def slow_units(text: str) -> list[str]:
    """Cut a text into units character by character."""
    found = []
    at = 0
    while at < len(text):
        if han(text[at]):
            found.append(text[at])
            at += 1
            continue
        if not letter_or_digit(text[at]):
            at += 1
            continue
        end = at
        while end < len(text) and letter_or_digit(text[end]):
            end += 1
        marked = end
        while marked < len(text) and text[marked] in "+#":
            marked += 1
        if marked < len(text) and letter_or_digit(text[marked]):
            marked = end  # the marks separate two units
        found.append(text[at:marked])
        at = marked
    return found


CASES = [
    ("", []),
    ("全文检索", ["全", "文", "检", "索"]),
    ("c++", ["c++"]),
    ("c#", ["c#"]),
    ("c++11", ["c", "11"]),
    ("c++的", ["c++", "的"]),
    ("c+++", ["c+++"]),
    ("c#+", ["c#+"]),
    ("c++ 11", ["c++", "11"]),
    ("c++_11", ["c++", "11"]),
    ("c ++", ["c"]),
    ("a+b", ["a", "b"]),
    ("a+b+", ["a", "b+"]),
    ("a#的#b", ["a#", "的", "b"]),
    ("1+1=2", ["1", "1", "2"]),
    ("的++", ["的"]),
    ("++", []),
    ("#tag", ["tag"]),
    ("iphone13", ["iphone13"]),
    ("v2.0.1", ["v2", "0", "1"]),
    (".net", ["net"]),
    ("snake_case", ["snake", "case"]),
    ("e-mail", ["e", "mail"]),
    ("b端", ["b", "端"]),
    ("2021年3月", ["2021", "年", "3", "月"]),
    ("，。！？ \t\n…—", []),
    ("😀a😀", ["a"]),
    ("\u0301\ud800", []),
    ("a\u0300b", ["a", "b"]),
    ("あア한ж", ["あア한ж"]),
    ("日本のアニメ", ["日", "本", "のアニメ"]),
    ("人々〇𠮷\U000323af", ["人", "々", "〇", "𠮷", "\U000323af"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_text_has_these_units(text: str, expected: list[str]) -> None:
    assert units(text) == expected
    assert slow_units(text) == expected


def test_the_first_and_last_of_each_range_are_han() -> None:
    assert units(HAN_EDGES) == list(HAN_EDGES)
    assert all(map(is_han, HAN_EDGES))


@pytest.mark.parametrize("text", [*NOT_HAN, "人人", "a人", ""])
def test_other_texts_are_no_han_character(text: str) -> None:
    assert not is_han(text)


def test_every_character_is_classified_as_by_unicode() -> None:
    characters = [chr(code) for code in range(0x110000)]
    assert [char for char in characters if is_han(char) != han(char)] == []
    assert [char for char in characters if units(char) != slow_units(char)] == []


SOUP = st.text(st.sampled_from("的学〇々𠮷\U00030000⼀ab1９éあ한+#＋_ -.,。·\n\u3000😀\u0301\u200d\ud800"), max_size=30)


@settings(max_examples=300)
@given(st.one_of(SOUP, st.text(st.characters()), st.text(st.sampled_from("ac1的+# "), max_size=12)))
def test_units_agree_with_the_slow_reference(text: str) -> None:
    assert units(text) == slow_units(text)
