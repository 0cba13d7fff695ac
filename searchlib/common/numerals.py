"""Read and spell numbers in Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchlib.common.lazy_pattern import lazy_pattern

DIGITS = "零一二三四五六七八九"
SCALES = {"十": 10, "百": 100, "千": 1_000}
LARGE_SCALES = {"万": 10_000, "亿": 100_000_000}
DIGIT_FORMS = DIGITS + "〇○两兩"
NUMERALS = DIGIT_FORMS + "十百千万萬亿億"
FORMAL_NUMERALS = "Ｏ壹贰叁肆伍陆柒捌玖貳參陸拾佰仟廿卅"
_ORDINARY_FORMS = str.maketrans(
    "〇○两兩萬億Ｏ壹贰叁肆伍陆柒捌玖貳參陸拾佰仟0123456789",
    "零零二二万亿零一二三四五六七八九二三六十百千零一二三四五六七八九",
) | {ord("廿"): "二十", ord("卅"): "三十"}

_IN_NUMERAL = frozenset(NUMERALS + "几数第点")
"""The characters that make a number the end of a longer one if they precede it: 五 in 五十公里, 第 in 第三天."""

_DECIMAL_BEFORE, _DECIMAL_AFTER = lazy_pattern(r"\d[.,]"), lazy_pattern(r"[.,]\d")


def begins_in_number(text: str, at: int) -> bool:
    """Return whether the number that begins at a position is the end of a longer one: 35 in 1.35, 十 in 五十公里."""
    first = text[at : at + 1]
    if first.isdecimal():
        return _DECIMAL_BEFORE.fullmatch(text, max(at - 2, 0), at) is not None
    return first in NUMERALS and text[max(at - 1, 0) : at] in _IN_NUMERAL


def ends_in_number(text: str, at: int) -> bool:
    """Return whether the number that ends before a position is the beginning of a longer one: 35 in 35.80."""
    return text[max(at - 1, 0) : at].isdecimal() and _DECIMAL_AFTER.match(text, at) is not None


def numeral_digits(numeral: str, *, is_counted: bool = False) -> str | None:
    """Return a number in characters as digits: 十五, 二〇二一, 一万五千. Return None for other texts: 千百.

    一百二 is 120; if it ``is_counted``, as in 一百二年, it is 102.
    """
    ordinary = numeral.translate(_ORDINARY_FORMS)
    if all(char in DIGITS for char in ordinary):
        return "".join(str(DIGITS.index(char)) for char in ordinary)
    value = _value(ordinary, is_counted=is_counted)
    return None if value is None else str(value)


def _value(numeral: str, *, is_counted: bool) -> int | None:
    for large, size in reversed(LARGE_SCALES.items()):
        head, found, rest = numeral.rpartition(large)
        if found:
            value = _value(head, is_counted=True)
            remainder = _value(rest.lstrip("零"), is_counted=is_counted) if rest else 0
            if value is None or remainder is None or remainder >= size:
                return None
            # 一万五 is 15000, 一万零五 is 10005.
            return value * size + (remainder * size // 10 if len(rest) == 1 and not is_counted else remainder)
    total, scale = 0, 10_000
    digit: int | None = None
    for char in numeral:
        if char in SCALES:
            if SCALES[char] >= scale or (digit is None and (total or char != "十")):
                return None
            scale = SCALES[char]
            total += (1 if digit is None else digit) * scale
            digit = None
        elif digit or char not in DIGITS:
            return None
        else:
            digit = DIGITS.index(char)
    is_short = not is_counted and len(numeral) > 1 and SCALES.get(numeral[-2], 0) > 10
    return total + (digit or 0) * (scale // 10 if is_short else 1) if numeral else None


def spelled_digits(digits: str) -> str:
    """Return digits as characters, one by one: 二零二一."""
    return "".join(DIGITS[int(digit)] for digit in digits)


def spelled_numbers(value: int) -> Sequence[str]:
    """Return the ways to spell a number below 亿: 二百五十 and 两百五十."""
    if value >= LARGE_SCALES["万"]:
        high, low = divmod(value, LARGE_SCALES["万"])
        return [each + "万" + (spelled_numbers(low)[0] if low else "") for each in spelled_numbers(high)]
    places = zip(f"{value:04}", "千百十 ", strict=True)
    text = "".join(DIGITS[int(digit)] + scale.strip() if digit != "0" else "零" for digit, scale in places)
    text = re.sub("零+", "零", text).strip("零") or "零"
    text = text[1:] if text.startswith("一十") else text
    return [text, "两" + text[1:]] if text[0] == "二" and text[1:2] != "十" else [text]
