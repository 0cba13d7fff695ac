"""Find other ways to write the numbers in a text: 神舟十五 for 神舟15, 35岁 for 三十五岁, ``1,600`` for 1600, 5km for 5公里."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchlib.analysis.units import HAN

_DIGITS = "零一二三四五六七八九"
_VALUES = {**{digit: value for value, digit in enumerate(_DIGITS)}, "两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}

_MAX_SPELLED = 100
"""The first number that is not spelled in characters: larger ones are mostly written in digits."""

_MIN_OF_LETTER = 10
"""The minimum number before a unit of one letter. A smaller one may be a name: 5g."""

_NUMBER = re.compile(
    rf"(?<![^\W{HAN}])(?<!\d[.,])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?P<decimals>\.\d+)?(?![.,]?\d)"
    rf"|(?P<spelled>[{_DIGITS}〇两十百千]+))"
)
"""A number, in digits or in characters. The digits of a model (``mate60``) are not a number."""

_UNITS = (
    ("km", "公里", "千米"),
    ("m", "米"),
    ("cm", "厘米", "公分"),
    ("mm", "毫米"),
    ("kg", "公斤", "千克"),
    ("g", "克"),
    ("mg", "毫克"),
    ("l", "升"),
    ("ml", "毫升"),
    ("s", "秒"),
    ("ms", "毫秒"),
    ("min", "分钟"),
    ("h", "小时"),
    ("°c", "度", "摄氏度"),
    ("日", "号"),
)
_SAME_UNITS = {unit: tuple(other for other in group if other != unit) for group in _UNITS for unit in group}
_UNIT = re.compile(rf"(?:{'|'.join(sorted(_SAME_UNITS, key=len, reverse=True))})(?![a-z]|(?<=日)[元圆币本])")


@dataclass(frozen=True, slots=True)
class NumberWritings:
    """A number with its unit at ``text[start:end]``, and other ways to write it.

    ``separated`` are those that differ in separators of thousands only. The others need context: 三 and 3 occur everywhere.
    """

    start: int
    end: int
    writings: tuple[str, ...]
    separated: tuple[str, ...]
    has_unit: bool


def is_unit(text: str) -> bool:
    """Return whether a folded text is a unit with several names."""
    return text in _SAME_UNITS


def is_unbroken(phrase: Sequence[str]) -> bool:
    """Return whether no break may be between the units of a way to write a number: ``1,600`` has a comma."""
    return not any(one.isdecimal() and other.isdecimal() for one, other in pairwise(phrase))


def number_writings(folded: str) -> Iterator[NumberWritings]:
    """Yield the numbers of a folded text that can be written in other ways."""
    for number in _NUMBER.finditer(folded):
        unit = _UNIT.match(folded, number.end())
        end = unit.end() if unit else number.end()
        value = _value(number["spelled"]) if number["spelled"] else int(number["digits"].replace(",", ""))
        if value is None:
            continue
        separated = _separated(number, value)
        forms = (*separated, *_other_characters(number, value))
        units = [folded[number.end() : end], *(_SAME_UNITS[unit[0]] if unit else ())]
        if value < _MIN_OF_LETTER and any(len(each) == 1 and each.isascii() for each in units):
            units = units[:1]
        typed = folded[number.start() : end]
        writings = dict.fromkeys(form + each for form in forms for each in units)
        writings.pop(typed, None)
        if writings:
            with_unit = tuple(form + units[0] for form in separated if form + units[0] != typed)
            yield NumberWritings(number.start(), end, tuple(writings), with_unit, has_unit=bool(unit))


def _separated(number: re.Match[str], value: int) -> tuple[str, ...]:
    """Return the number as typed, and with or without its separators of thousands."""
    digits, decimals = number["digits"], number["decimals"] or ""
    if not digits or digits.startswith("0"):
        return (number[0],)
    return tuple(dict.fromkeys((number[0], f"{value}{decimals}", f"{value:,}{decimals}")))


def _other_characters(number: re.Match[str], value: int) -> Sequence[str]:
    """Return a number in digits that is spelled, and the reverse."""
    if number["spelled"]:
        return [str(value)]
    if number["decimals"] or number["digits"].startswith("0") or value >= _MAX_SPELLED:
        return ()
    tens, ones = divmod(value, 10)
    if not tens:
        return [_DIGITS[ones], *(["两"] if ones == 2 else [])]
    return [(_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")]


def _value(spelled: str) -> int | None:
    """Return the value of a number in characters: 十五, 一百二十, 二〇二一. Return None for other texts: 千百, 五六."""
    if not any(char in _SCALES for char in spelled):
        return int("".join(str(_VALUES[char]) for char in spelled)) if len(spelled) in (1, 4) else None
    total, scale = 0, 10_000
    digit: int | None = None
    for char in spelled:
        if char in _SCALES:
            if _SCALES[char] >= scale or (digit is None and (total or char != "十")):
                return None
            scale = _SCALES[char]
            total += (1 if digit is None else digit) * scale
            digit = None
        elif digit:
            return None
        else:
            digit = _VALUES[char]
    return total + (digit or 0)
