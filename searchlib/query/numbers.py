"""Find other ways to write numbers and dates: 35岁 for 三十五岁, 5km for 5公里, 1.5万 for 15000, 2021年3月 for ``2021-03``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from searchlib.analysis.units import HAN, is_han, units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import (
    DIGITS,
    LARGE_SCALES,
    NUMERALS,
    SCALES,
    numeral_digits,
    spelled_digits,
    spelled_numbers,
)
from searchlib.query.dates import ENGLISH_DATE, names_identifier, year_month_day

_SPELLED_DIGITS = DIGITS + "〇两"

_YEAR_LENGTH = 4

_MAX_SPELLED = 100
"""The first number that is not spelled in characters, unless it is round: larger ones are mostly written in digits."""

_MAX_ORDINAL = 10_000
"""The first ordinal that is not spelled in characters: laws spell the numbers of their articles (第一千零七十九条)."""

_ORDINAL = "第"

_MAX_ROUND = 100_000_000
"""The first round number, of at most two digits before zeros, that is not spelled in characters: 一千五百, 一万五千."""

_MIN_OF_LETTER = 10
"""The minimum number before a unit of one letter. A smaller one may be a name: 5g."""

_MAX_AMOUNT = 10**16
"""The first number that is not written with 万 or 亿."""

_SPELLED = f"[{_SPELLED_DIGITS}{''.join(SCALES)}]"

_NUMBER = lazy_pattern(
    rf"(?<![^\W{HAN}])(?<!\d[.,/⁄:])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?P<decimals>\.\d+)?(?![.,/⁄:]?\d)"
    rf"|(?P<spelled>{_SPELLED}+(?:[{''.join(LARGE_SCALES)}]{_SPELLED}+)*)(?P<point>点[{DIGITS}〇]+(?![十百千点分]))?)"
)
"""A number, in digits or in characters. The digits of a model (``mate60``) are not a number, nor are those of a fraction (``1/4``),
a score (``3:0``) or a time (八点五分)."""

_MEASURES = frozenset(
    "岁年月日天个人次位名种条件届级层集卷章节回期号楼路线度周季倍成元块点分秒时小" + "".join(LARGE_SCALES)
)
_ORDINALS = frozenset("第前后近约每")
"""A single numeral is a number only if one of ``_MEASURES`` follows it, or one of ``_ORDINALS`` precedes it."""

_SCALE = lazy_pattern(rf"[{''.join(LARGE_SCALES)}](?!{_SPELLED}|[{''.join(LARGE_SCALES)}])")

_DATE = lazy_pattern(
    r"(?<![\d./-])(?P<year>[12]\d{3})(?:年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?"
    r"|(?P<separator>[./-])(?P<month_digits>\d{1,2})(?:(?P=separator)(?P<day_digits>\d{1,2}))?"
    r"|(?P<compact_month>\d{2})(?P<compact_day>\d{2})?)(?![\d./-])"
)
"""A month or a day of a year, in digits: also ``20210315`` and ``202103``."""

_SPELLED_DATE = lazy_pattern(rf"(?<![^\W{HAN}]){ENGLISH_DATE}(?!\d)")

_PERCENTAGE = lazy_pattern(
    rf"百分之(?P<spelled>{_SPELLED}+)(?P<point>点[{DIGITS}〇]+)?(?!{_SPELLED}|点[{DIGITS}〇]|[几多余来])"
    rf"|(?<![^\W{HAN}])(?<![.,/-])(?P<digits>\d{{1,3}})(?P<decimals>\.\d+)?%"
)
"""A percentage, but no approximate one (百分之十几, 百分之二十余), which is not written with ``%``."""

_TIME = lazy_pattern(
    r"(?<![\d:.第])(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)|点(?:(?P<half>半)|(?P<minutes>[0-5]?\d)分))(?![\d:.])"
)
"""A time with minutes, in digits: 1:30, 1点半, 1点30分."""

_SHORT_YEAR = lazy_pattern(rf"(?<![\d{DIGITS}〇十])(?:(?:\d\d|[{DIGITS}〇]{{2}})(?=后)|[零〇][{DIGITS}](?=年))")
"""The last two digits of a year: 90后, 零八年."""

_IN_YEAR = lazy_pattern(r"年(?:年?[初底末报度]|(?P<part>\d{1,2}月|[上下]半年|第?[一二三四1-4]季度))")
"""What follows a year, rather than a number of years: 23年7月, 23年报. Without a ``part`` it may also be a word: 10年报酬."""

_LAW = (
    "(?:(?<=法)(?<![方用做无魔书语算写看想说手打疗玩教]法)"
    "|(?<=法典|条例|细则|通则|总则|规则|准则|守则|规定|协定|决定|解释|条约|公约|合约|协约|契约|租约|合同|协议|章程))"
)
"""The end of the name of a law or a contract."""

_END_OF_LAW = lazy_pattern(f"{_LAW}$")
_ARTICLE = lazy_pattern(r"\d+[条款]")
_ARTICLE_OF_LAW = lazy_pattern(_LAW + _ARTICLE.pattern)
"""A number without 第 after the name of a law: 民法典1079条 is 民法典第1079条."""

_UNITS = (
    ("km", "公里", "千米"),
    ("m", "米"),
    ("cm", "厘米", "公分"),
    ("英寸", "寸", "吋"),
    ("mm", "毫米"),
    ("kg", "公斤", "千克"),
    ("g", "克"),
    ("gb", "g"),
    ("tb", "t"),
    ("mg", "毫克"),
    ("l", "升"),
    ("ml", "毫升"),
    ("s", "秒"),
    ("ms", "毫秒"),
    ("min", "分钟"),
    ("h", "小时"),
    ("°c", "度", "摄氏度"),
    ("m2", "平方米", "平米"),
    ("km2", "平方公里", "平方千米"),
    ("km/h", "公里/小时", "公里每小时"),
    ("kw", "千瓦"),
    ("t", "吨"),
    ("元", "块", "块钱"),
    ("美元", "美金"),
    ("日", "号"),
    ("岁", "周岁"),
)
_SAME_UNITS = {
    unit: tuple(other for group in _UNITS if unit in group for other in group if other != unit)
    for unit in {unit for group in _UNITS for unit in group}
}
HAN_UNITS = tuple(unit for unit in _SAME_UNITS if all(map(is_han, unit)))
"""The names of units in Han characters."""

_UNIT = lazy_pattern(rf"(?:{'|'.join(sorted(_SAME_UNITS, key=len, reverse=True))})(?![a-z]|(?<=日)[元圆币本])")

_SPELLED_QUANTITY = lazy_pattern(
    rf"(?!一[^{''.join(SCALES)}])[{DIGITS}十][{NUMERALS}]*(?:点[{NUMERALS}]+)?(?:[年月天岁倍]|{_UNIT.pattern})"
)
"""A number in characters with its unit: 十公里, but not 一样, 三个 or 万元."""


@dataclass(frozen=True, slots=True)
class NumberWritings:
    """A number with its unit at ``text[start:end]``, and other ways to write it.

    ``separated`` are the ways to write a date, and those that differ only in separators of thousands, 万 and 亿. The others are
    searched only with the text around them, because 三 and 3 occur everywhere.
    """

    start: int
    end: int
    writings: tuple[str, ...]
    separated: tuple[str, ...]
    has_unit: bool


def is_spelled_quantity(folded: str) -> bool:
    """Return whether a folded text is a number in characters with its unit: 十公里."""
    return _SPELLED_QUANTITY.fullmatch(folded) is not None


def is_unit(text: str) -> bool:
    """Return whether a folded text is a unit with several names."""
    return text in _SAME_UNITS


def is_unbroken(phrase: Sequence[str]) -> bool:
    """Return whether no break may be between the units of a way to write a number: ``1,600`` has a comma."""
    return not any(one.isdecimal() and other.isdecimal() for one, other in pairwise(phrase))


def number_writings(folded: str, *, of_law: bool = False) -> list[NumberWritings]:
    """Return the numbers and dates of a folded text that can be written in other ways, in the order of the text.

    With ``of_law``, a text such as 1079条 is the number of an article, because another text is the name of a law.
    """
    is_article = of_law and _ARTICLE.fullmatch(folded) is not None
    dates = [date for date in _DATE.finditer(folded) if _is_date(date)]
    spelled = spelled_dates(folded)
    found = [
        NumberWritings(*date.span(), others, others, has_unit=False)
        for date, numbers in (
            *((date, _year_month_day(date)) for date in dates),
            *((each, year_month_day(each)) for each in spelled),
        )
        if (others := _date_writings(date[0], *numbers))
    ]
    percentages = [*_PERCENTAGE.finditer(folded)]
    found += (
        NumberWritings(*each.span(), others, others, has_unit=True)
        for each in percentages
        if (others := _percentage_writings(each))
    )
    times = [*_TIME.finditer(folded)]
    found += (NumberWritings(*time.span(), _time_writings(time), (), has_unit=True) for time in times)
    years = [*_SHORT_YEAR.finditer(folded)]
    found += (NumberWritings(*year.span(), _short_year_writings(year[0]), (), has_unit=True) for year in years)
    for number in _NUMBER.finditer(folded):
        is_in_date = any(
            date.start() <= number.start() < date.end() for date in (*dates, *spelled, *percentages, *times, *years)
        )
        if not is_in_date and (writings := _writings_of(number, is_article=is_article)) is not None:
            found.append(writings)
    return sorted(found, key=lambda each: each.start)


def is_article_of_law(folded: str, start: int) -> bool:
    """Return whether a number without 第 follows the name of a law in a folded text."""
    return start > 0 and _ARTICLE_OF_LAW.match(folded, start) is not None


def is_name_of_law(folded: str) -> bool:
    """Return whether a folded text may be the name of a law: 民法典."""
    return _END_OF_LAW.search(folded) is not None


def spelled_dates(folded: str) -> list[re.Match[str]]:
    """Return the dates in English in a folded text: ``july 2023``."""
    return [*_SPELLED_DATE.finditer(folded)]


def _writings_of(number: re.Match[str], *, is_article: bool) -> NumberWritings | None:
    """Return other ways to write a number with its scale and its unit, or None if there are none."""
    folded = number.string
    scale = _SCALE.match(folded, number.end())
    end = scale.end() if scale else number.end()
    unit = _UNIT.match(folded, end)
    amount = _amount(number, scale[0] if scale else "")
    if amount is None or _is_part_of_word(number, unit):
        return None
    separated = _separated(number, amount, scale[0] if scale else "")
    others = _other_characters(number)
    if is_article or is_article_of_law(folded, number.start()):
        others = (*_ordinals(number["digits"]), *others)
    forms = (*separated, *(each + (scale[0] if scale else "") for each in others))
    names = [unit[0] if unit else "", *(_SAME_UNITS[unit[0]] if unit else ())]
    if amount < _MIN_OF_LETTER and any(len(each) == 1 and each.isascii() for each in names):
        names = names[:1]
    end = unit.end() if unit else end
    typed = folded[number.start() : end]
    writings = dict.fromkeys(form + each for form in forms for each in names)
    writings.pop(typed, None)
    if not writings:
        return None
    with_unit = tuple(form + names[0] for form in separated if form + names[0] != typed)
    return NumberWritings(number.start(), end, tuple(writings), with_unit, has_unit=bool(unit))


def _is_part_of_word(number: re.Match[str], unit: re.Match[str] | None) -> bool:
    """Return whether a single numeral counts nothing, as in 三体 and 一样: then 3体 is another text, not another writing."""
    folded, start, end = number.string, number.start(), number.end()
    is_counted = folded[end : end + 1] in _MEASURES or folded[start - 1 : start] in _ORDINALS
    return len(number["spelled"] or "") == 1 and end < len(folded) and unit is None and not is_counted


def _year_month_day(date: re.Match[str]) -> tuple[int, int, int | None]:
    month = date["month"] or date["month_digits"] or date["compact_month"]
    day = date["day"] or date["day_digits"] or date["compact_day"]
    return int(date["year"]), int(month), int(day) if day else None


def _is_date(date: re.Match[str]) -> bool:
    _, month, day = _year_month_day(date)
    if date["compact_month"] and names_identifier(date.string[max(date.start() - 2, 0) : date.start()]):
        return False
    return 1 <= month <= 12 and (day is None or 1 <= day <= 31)


def _date_writings(typed: str, year: int, month: int, day: int | None) -> tuple[str, ...]:
    """Return other ways to write a date, with other units: 2021年3月15日 and ``2021-03-15``, not ``2021/03/15`` too."""
    if day:
        writings = [
            f"{year}年{month}月{day}日",
            f"{year}-{month:02}-{day:02}",
            f"{year}-{month}-{day}",
            f"{year}{month:02}{day:02}",
        ]
    else:
        writings = [f"{year}年{month}月", f"{year}-{month:02}", f"{year}-{month}"]
    return tuple(each for each in dict.fromkeys(writings) if units(each) != units(typed))


def _time_writings(time: re.Match[str]) -> tuple[str, ...]:
    """Return other ways to write a time: 1点30分, 1点半 and 一点半 for ``1:30``."""
    hour, minute = int(time["hour"]), 30 if time["half"] else int(time["minute"] or time["minutes"])
    writings = [f"{hour}:{minute:02}", f"{hour}点{minute}分", f"{hour}时{minute}分"]
    if minute == 30:
        writings += [f"{hour}点半", *(f"{each}点半" for each in spelled_numbers(hour))]
    return tuple(each for each in writings if each != time[0])


def _percentage_writings(percentage: re.Match[str]) -> tuple[str, ...]:
    """Return a percentage in characters that is typed in digits (20%, 百分之二十), or the reverse."""
    decimals = _decimals(percentage)
    if percentage["digits"]:
        point = "点" + spelled_digits(decimals[1:]) if decimals else ""
        whole = ("百",) if percentage["digits"] == "100" else ()
        return tuple(f"百分之{each}{point}" for each in (*whole, *spelled_numbers(int(percentage["digits"]))))
    spelled = percentage["spelled"]
    value = _value("一百" if spelled == "百" else spelled)
    return () if value is None else (f"{value}{decimals}%",)


def _amount(number: re.Match[str], scale: str) -> Decimal | None:
    """Return the value of a number with its scale, or None if its characters are no number."""
    spelled, digits = number["spelled"], number["digits"]
    if digits:
        return Decimal(digits.replace(",", "") + (number["decimals"] or "")) * LARGE_SCALES.get(scale, 1)
    if _has_large_scale(spelled):
        value = _value(spelled + scale)
        return None if value is None or number["point"] else Decimal(value)
    value = _value(spelled)
    return None if value is None else Decimal(f"{value}{_decimals(number)}") * LARGE_SCALES.get(scale, 1)


def _has_large_scale(spelled: str) -> bool:
    """Return whether a number in characters consists of several amounts: 一万五千."""
    return any(char in LARGE_SCALES for char in spelled)


def _decimals(number: re.Match[str]) -> str:
    """Return the decimals of a number, in digits after a point, or an empty text."""
    if number["point"]:
        return f".{numeral_digits(number['point'][1:])}"
    return number["decimals"] or ""


def _short_year_writings(typed: str) -> tuple[str, ...]:
    """Return other ways to write the last two digits of a year: 九零 and 九〇 for 90."""
    if not typed.isdecimal():
        forms = dict.fromkeys((typed.replace("〇", "零"), typed.replace("零", "〇")))
        return (numeral_digits(typed) or "", *(each for each in forms if each != typed))
    spelled = spelled_digits(typed)
    return tuple(dict.fromkeys((spelled, spelled.replace("零", "〇"))))


def _separated(number: re.Match[str], amount: Decimal, scale: str) -> tuple[str, ...]:
    """Return the number with its scale as typed, and with or without separators of thousands, 万 or 亿."""
    digits, decimals = number["digits"], _decimals(number)
    if digits and digits.startswith("0") and not scale:
        return (number[0],)
    forms = [number[0] + scale]
    if digits:
        value = int(digits.replace(",", ""))
        forms += (f"{value}{decimals}{scale}", f"{value:,}{decimals}{scale}")
    elif (scale or decimals) and not _has_large_scale(number["spelled"]):
        forms.append(f"{_value(number['spelled'])}{decimals}{scale}")
    if (scale or amount >= min(LARGE_SCALES.values())) and amount < _MAX_AMOUNT:
        forms += _amounts(amount)
    return tuple(dict.fromkeys(forms))


def _amounts(amount: Decimal) -> Iterator[str]:
    """Yield a large number in digits, with 万 and with 亿: 15000, ``15,000`` and 1.5万. It has at most two decimals."""
    for scale, size in (("", 1), *LARGE_SCALES.items()):
        scaled = amount / size
        if scaled >= 1 and scaled * 100 % 1 == 0:
            typed = f"{scaled.normalize():f}"
            yield f"{typed}{scale}"
            if not scale:
                yield f"{scaled.normalize():,f}"


def _other_characters(number: re.Match[str]) -> Sequence[str]:
    """Return a number in digits that is spelled, and the reverse. Years are spelled digit by digit, with 〇 or 零."""
    spelled, folded = number["spelled"], number.string
    if spelled:
        if number["point"] or _has_large_scale(spelled):
            return ()
        digits_only = not any(char in SCALES for char in spelled)
        others = (spelled.replace("〇", "零"), spelled.replace("零", "〇")) if digits_only else ()
        return [str(_value(spelled)), *(each for each in dict.fromkeys(others) if each != spelled)]
    if number["decimals"]:
        return ()
    if len(number["digits"]) == 2 and (in_year := _IN_YEAR.match(folded, number.end())):
        is_year = in_year["part"] or number["digits"].startswith("0")
        years = [century + number["digits"] for century in ("20", "19")]
        return years if is_year else [*years, *spelled_numbers(int(number["digits"]))]
    if number["digits"].startswith("0"):
        return ()
    value = int(number["digits"].replace(",", ""))
    if folded[number.end() : number.end() + 1] == "年" and len(number["digits"]) == _YEAR_LENGTH:
        digits = spelled_digits(number["digits"])
        return list(dict.fromkeys((digits.replace("零", "〇"), digits)))
    if folded[number.start() - 1 : number.start()] == _ORDINAL and value < _MAX_ORDINAL:
        return spelled_numbers(value)
    largest = LARGE_SCALES["万"] if folded[number.end() : number.end() + 1] in LARGE_SCALES else _MAX_ROUND
    if value >= _MAX_SPELLED and (value >= largest or len(str(value).rstrip("0")) > 2):
        return ()
    return spelled_numbers(value)


def _ordinals(digits: str) -> Sequence[str]:
    """Return the ways to write the number of an article of a law that is typed without 第."""
    value = int(digits)
    return [_ORDINAL + each for each in (digits, *spelled_numbers(value))] if value < _MAX_ORDINAL else ()


def _value(spelled: str) -> int | None:
    """Return the value of a number in characters, or None for other texts: 千百, 五六."""
    is_approximate = len(spelled) not in (1, _YEAR_LENGTH) and all(char in _SPELLED_DIGITS for char in spelled)
    digits = None if is_approximate else numeral_digits(spelled)
    return None if digits is None else int(digits)
