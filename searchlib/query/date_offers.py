"""Find a date in the plain text of a query, to offer it as a filter.

The query is still searched as typed. A date is offered only if it starts and ends at word boundaries (日本周边 does not
contain 本周), and the rest of the query has no operators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from searchlib.analysis.fold import fold, fold_with_offsets
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import DIGIT_FORMS
from searchlib.models import DateOffer
from searchlib.query import tree
from searchlib.query.dates import ENGLISH_DATE, names_identifier, parse_date_bound, parse_dates
from searchlib.query.parser import MAX_QUERY_LENGTH, parse
from searchlib.query.tree import DateRange

_EARLIEST = date(1990, 1, 1)
"""The earliest plausible date. An earlier one is the subject of articles rather than their date."""

_DIGIT = "[0-9０-９]"
_DIGIT_OR_NUMERAL = f"[0-9０-９{DIGIT_FORMS}十]"
_YEAR_FORM = rf"(?:(?:{_DIGIT}{{4}}|[一二][〇零○一二三四五六七八九]{{3}})年|今年|去年|前年)"
_SHORT_YEAR_FORM = rf"(?<!{_DIGIT_OR_NUMERAL}){_DIGIT}{{2}}年"
_MONTH_FORM = rf"{_DIGIT_OR_NUMERAL}{{1,3}}月份?(?:{_DIGIT_OR_NUMERAL}{{1,3}}[日号號])?"
_PART_FORM = rf"(?:{_MONTH_FORM}|[上下]半年|第?{_DIGIT_OR_NUMERAL}季度)"
_PERIOD_FORM = "(?:天|日|周|週|星期|礼拜|禮拜|月|季度|年)"
_POINT_FORM = (
    rf"(?:{_YEAR_FORM}{_PART_FORM}?|{_SHORT_YEAR_FORM}{_PART_FORM}|(?<!年){_MONTH_FORM}|今天|昨天|前天"
    rf"|(?:本|这|這|上)[一1]?[个個]?(?:周|週|星期|礼拜|禮拜)|(?:本|这个|這個|上个|上個|上一个|上)月"
    rf"|{_DIGIT}{{4}}-{_DIGIT}{{1,2}}(?:-{_DIGIT}{{1,2}})?|{_DIGIT}{{4}}/{_DIGIT}{{1,2}}(?:/{_DIGIT}{{1,2}})?)"
)
_YEARS_FORM = rf"{_DIGIT}{{4}}(?:-|－|—|~|～|至|到){_DIGIT}{{4}}年?"
_RECENT_FORM = (
    rf"(?:最近|近|过去|過去)的?(?:{_DIGIT_OR_NUMERAL}{{1,4}}|半)[个個]?{_PERIOD_FORM}"
    r"(?:以[内內来來]|之[内內]|[内內里裡来來])?"
)
_AGO_FORM = (
    rf"(?<!{_DIGIT_OR_NUMERAL})(?<![第大高初])(?:{_DIGIT_OR_NUMERAL}{{1,3}}"
    r"(?:[个個](?:月|星期|礼拜|禮拜)|[天日周週年])|(?<![上下前后後])半(?:年|[个個]月))[以之]?前"
)
_RANGE_SUFFIX = rf"(?:(?:到|至|~|～|—|-|－)(?:{_POINT_FORM}|今|现在|現在)|以[来來后後前]|之[后後前]|起|开始|開始)"
# Longest form first. The first form that ends at a word boundary is used: 三月起飞 has the date 三月, not 三月起.
_DATE_FORMS = (
    lazy_pattern(_YEARS_FORM),
    lazy_pattern(rf"(?:自从|自|从|從)?{_POINT_FORM}{_RANGE_SUFFIX}"),
    lazy_pattern(_RECENT_FORM),
    lazy_pattern(_AGO_FORM),
    lazy_pattern(_POINT_FORM),
)
_GROUPING = lazy_pattern("[()（）|｜]")
_BARE_YEAR = lazy_pattern(rf"{_DIGIT}{{4}}|{_DIGIT}(?![0０]){_DIGIT}年")
"""A year. A round number of years (10年) is probably their duration."""

_MAX_SHORT_YEARS_AGO = 5
"""The maximum age of a year of this century in two digits. An earlier one (15年) may also be an age or a duration."""

_BARE_MONTH = lazy_pattern(rf"{_DIGIT}{{6}}(?:{_DIGIT}{{2}})?|{_DIGIT}{{4}}\.{_DIGIT}{{1,2}}(?:\.{_DIGIT}{{1,2}})?")
"""A month or day in digits. With a dot it may also be a version."""

_DATE_WITH_SPACES = lazy_pattern(
    rf"(?<!\S)(?:{ENGLISH_DATE}"
    rf"|(?:{_DIGIT}{{2}}(?:{_DIGIT}{{2}})? ?年|{_YEAR_FORM}) ?{_DIGIT_OR_NUMERAL}{{1,3}} ?月"
    rf"(?: ?{_DIGIT_OR_NUMERAL}{{1,3}} ?[日号號])?"
    rf"|{_DIGIT_OR_NUMERAL}{{1,3}} ?月 ?{_DIGIT_OR_NUMERAL}{{1,3}} ?[日号號])(?!\S)",
    re.IGNORECASE,
)
_MAY_CONTAIN_DATE = lazy_pattern(rf"[年月周週期天]|{_DIGIT}{{4}}|礼拜|禮拜|日[以之]?前|近.?日|过去|過去")
_STARTS_WITH_YEAR_IN_DIGITS = lazy_pattern(rf"{_DIGIT}{{4}}[年/~～—－至到-]")
_NO_DATE_BEFORE = tuple("代度级級款版前后後")
_PART_OF_PERIOD = lazy_pattern("年?[初底末]|年中(?!国|國)|[上中下]旬")
"""Text that refers to a part of the date: 去年年底, 三月下旬."""

_COLUMN_NAME = lazy_pattern("导读|導讀|头条|頭條|[早晚日周週月]报|[早晚日周週月]報|[周週月]刊|速递|速遞|播报|播報")
"""Text that makes a date part of the name of a column: 本周导读."""

_LATIN_END = lazy_pattern("[a-z]$")
_PREPOSITIONS = ("在", "于", "於")
_PARTICLE = "的"


def find_date_offer(query: tree.Query, *, today: date, analyzer: QueryAnalyzer) -> DateOffer | None:
    """Return the first date in the plain text of a query, as a filter for the rest of it, or None if there is none."""
    used = query.text[:MAX_QUERY_LENGTH]
    if not _MAY_CONTAIN_DATE.search(used) or _GROUPING.search(used) or not _is_plain(query.tree):
        return None
    for spaced in _DATE_WITH_SPACES.finditer(used):
        days = parse_dates(spaced[0], today=today)
        if days and _is_plausible(days, today):
            return _offer(used, *spaced.span(), days)
    pieces = list(re.finditer(r"\S+", used))
    for piece in pieces:
        typed = parse(piece[0], today=today, facets=analyzer.facets).tree
        if not isinstance(typed, tree.UnquotedText) or typed.field is not None:
            continue
        # Excludes names such as Windows 2000.
        before = fold(used[: piece.start()]).rstrip()
        is_name = _LATIN_END.search(before) is not None
        may_be_year = len(pieces) > 1 and not is_name
        may_be_month = not (is_name or names_identifier(before))
        for start, end in _candidates(piece[0], analyzer, may_be_year=may_be_year, may_be_month=may_be_month):
            days = parse_dates(piece[0][start:end], today=today)
            if days and _is_plausible(days, today) and not _may_be_age(piece[0][start:end], days, today):
                return _offer(used, piece.start() + start, piece.start() + end, days)
    return None


def date_offer(text: str, *, today: date) -> DateOffer | None:
    """Return the days that a whole text names, or None if it names none."""
    days = parse_dates(text, today=today)
    return _offer(text, 0, len(text), days) if days else None


def _is_plain(node: tree.Node) -> bool:
    """Return whether the query consists of unquoted texts, with or without a field."""
    return all(isinstance(child, tree.UnquotedText) and not child.prefix for child in tree.conjuncts(node))


def _candidates(
    piece: str, analyzer: QueryAnalyzer, *, may_be_year: bool, may_be_month: bool
) -> Iterator[tuple[int, int]]:
    """Yield spans of whole words that can be dates, longest form first.

    With ``may_be_year``, a year alone (2021, 23年) is a date; with ``may_be_month``, a month or day in digits (202307, 2023.7).
    """
    if (may_be_year and _BARE_YEAR.fullmatch(piece)) or (may_be_month and _BARE_MONTH.fullmatch(piece)):
        yield 0, len(piece)
    folded = fold_with_offsets(piece)
    words = [folded.original(word.start, word.end) for word in analyzer.words(folded.text, parts=False)]
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    for start in sorted(starts):
        for form in _DATE_FORMS:
            match = form.match(piece, start)
            if match and (match.end() in ends or _is_unambiguous(match)) and not _is_part_of_name(match):
                yield match.span()


def _is_unambiguous(match: re.Match[str]) -> bool:
    """Return whether a date has its year in digits, and nothing after it changes the meaning (2021年度, 2021-11b).

    Such a date needs no word boundary at its end, because jieba can join it with the next characters: 2021 年元 宇宙.
    """
    following = match.string[match.end() : match.end() + 1]
    is_latin = following.isascii() and following.isalnum()
    return bool(_STARTS_WITH_YEAR_IN_DIGITS.match(match[0])) and not is_latin and following not in _NO_DATE_BEFORE


def _is_part_of_name(match: re.Match[str]) -> bool:
    """Return whether the text around a date shows that it is a path, the name of a column, or only a part of the date."""
    text, (start, end) = match.string, match.span()
    is_in_path = text[max(start - 1, 0) : start] == "/" or text[end : end + 1] == "/"
    is_column = not _STARTS_WITH_YEAR_IN_DIGITS.match(match[0]) and bool(_COLUMN_NAME.match(text, end))
    return is_in_path or is_column or bool(_PART_OF_PERIOD.match(text, end))


def _is_plausible(days: DateRange, today: date) -> bool:
    """Return whether the days begin no later than today, and are late enough to be dates of articles."""
    return not (days.first and days.first > today) and (days.first or days.last or today) >= _EARLIEST


def _may_be_age(typed: str, days: DateRange, today: date) -> bool:
    """Return whether a year of this century is typed in two digits, but is not recent: 白酒 15年."""
    is_short = len(typed) == len("15年") and typed.endswith("年") and typed[:2].isdecimal()
    return is_short and days.first is not None and 2000 <= days.first.year < today.year - _MAX_SHORT_YEARS_AGO


def _offer(text: str, start: int, end: int, days: DateRange) -> DateOffer:
    before = text[:start]
    before = before[:-1] if before.endswith(_PREPOSITIONS) else before
    after = text[end:].removeprefix(_PARTICLE)
    return DateOffer(
        text=text[start:end],
        label=_label(days),
        date_from=days.first.isoformat() if days.first else None,
        date_to=days.last.isoformat() if days.last else None,
        query=" ".join(f"{before} {after}".split()),
    )


def _label(days: DateRange) -> str:
    """Return the days in the shortest form that the filters accept: 2025, 2025-03, 2025-03 – 2025-06, 2025 –."""
    for length in (4, 7, 10):
        first, last = (day.isoformat()[:length] if day else "" for day in (days.first, days.last))
        if (parse_date_bound(first, end=False), parse_date_bound(last, end=True)) == (days.first, days.last):
            break
    return first if first == last else f"{first} – {last}".strip()
