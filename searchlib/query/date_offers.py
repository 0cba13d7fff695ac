"""Find a date in the free text of a query, to offer it as a filter.

What was typed is searched as it is; the offer is for the reader to take. So it is made only where the words are
plainly a date: they begin and end where words do (日本周边 holds no 本周), and nothing else in the query is syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from searchlib.analysis.fold import fold_with_offsets
from searchlib.analysis.query_analyzer import QueryAnalyzer
from searchlib.models import DateOffer
from searchlib.query import tree
from searchlib.query.dates import parse_date_bound, parse_dates
from searchlib.query.parser import MAX_QUERY_LENGTH, parse
from searchlib.query.tree import DateRange

EARLIEST = date(1990, 1, 1)
"""A year before this is what a text is about, and not when it was written."""

_DIGIT = "[0-9０-９]"
_NUMERAL = "[0-9０-９〇零○一二两兩三四五六七八九十]"
_YEAR = rf"(?:(?:{_DIGIT}{{4}}|[一二][〇零○一二三四五六七八九]{{3}})年|今年|去年|前年)"
_MONTH = rf"{_NUMERAL}{{1,3}}月份?(?:{_NUMERAL}{{1,3}}[日号號])?"
_PERIOD = "(?:天|日|周|週|星期|礼拜|禮拜|月|季度|年)"
_POINT = (
    rf"(?:{_YEAR}(?:{_MONTH}|[上下]半年|第?{_NUMERAL}季度)?|{_MONTH}|今天|昨天|前天"
    rf"|(?:本|这|這|上)[一1]?[个個]?(?:周|週|星期|礼拜|禮拜)|(?:本|这个|這個|上个|上個|上一个|上)月"
    rf"|{_DIGIT}{{4}}-{_DIGIT}{{1,2}}(?:-{_DIGIT}{{1,2}})?|{_DIGIT}{{4}}/{_DIGIT}{{1,2}}(?:/{_DIGIT}{{1,2}})?)"
)
_YEARS = rf"{_DIGIT}{{4}}(?:-|－|—|~|～|至|到){_DIGIT}{{4}}年?"
_RECENT = rf"(?:最近|近|过去|過去)的?(?:{_NUMERAL}{{1,4}}|半)[个個]?{_PERIOD}(?:以[内內来來]|之[内內]|[内內里裡来來])?"
_END = rf"(?:(?:到|至|~|～|—|-|－)(?:{_POINT}|今|现在|現在)|以[来來后後前]|之[后後前]|起|开始|開始)"
# From the longest reading to the shortest: 三月起飞 holds no 三月起, but 三月.
_READINGS = (
    re.compile(_YEARS),
    re.compile(rf"(?:自从|自|从|從)?{_POINT}{_END}"),
    re.compile(_RECENT),
    re.compile(_POINT),
)
_GROUPS = re.compile("[()（）|｜]")
_BARE_YEAR = re.compile(rf"{_DIGIT}{{4}}")
_HINT = re.compile(rf"[年月周週期天]|{_DIGIT}{{4}}|礼拜|禮拜|近.?日|过去|過去")
_FIGURES = re.compile(rf"{_DIGIT}{{4}}[年/~～—－至到-]")
_NO_DATE = tuple("代度级級款版前后後")
_PART = re.compile("年?[初底末]|年中(?!国|國)|[上中下]旬")
"""What makes a part of the year or month before it that nobody draws exactly: 去年年底, 三月下旬."""

_COLUMN = re.compile("导读|導讀|头条|頭條|[早晚日周週月]报|[早晚日周週月]報|[周週月]刊|速递|速遞|播报|播報")
"""What makes a name of a column with the date before it: 本周导读 is no 导读 of this week."""

_LATIN_END = re.compile("[A-Za-zＡ-Ｚａ-ｚ]$")
_BEFORE = "在于於"
_BEHIND = "的"


def find_date_offer(text: str, *, today: date, analyzer: QueryAnalyzer) -> DateOffer | None:
    """The first date in the free text of a query, as a filter for the rest of it; None where there is none."""
    used = text[:MAX_QUERY_LENGTH]
    if not _HINT.search(used) or _GROUPS.search(used) or not _is_plain(parse(used, today=today).tree):
        return None
    pieces = list(re.finditer(r"\S+", used))
    for piece in pieces:
        typed = parse(piece[0], today=today).tree
        if not isinstance(typed, tree.UnquotedText) or typed.field is not None:
            continue
        # Windows 2000 is a name.
        may_be_year = len(pieces) > 1 and not _LATIN_END.search(used[: piece.start()].rstrip())
        for start, end in _dates(piece[0], analyzer, may_be_year=may_be_year):
            days = parse_dates(piece[0][start:end], today=today)
            if days and _is_sensible(days, today):
                return _offer(used, piece.start() + start, piece.start() + end, days)
    return None


def _is_plain(node: tree.Node) -> bool:
    """Whether the query is words side by side, perhaps some of them in fields."""
    children = node.children if isinstance(node, tree.And) else (node,)
    return all(isinstance(child, tree.UnquotedText) and not child.prefix for child in children)


def _dates(piece: str, analyzer: QueryAnalyzer, *, may_be_year: bool) -> Iterator[tuple[int, int]]:
    """Where dates may stand in a piece of text: whole words, the longest reading of each place first.

    ``may_be_year`` where four digits alone are a year.
    """
    if may_be_year and _BARE_YEAR.fullmatch(piece):
        yield 0, len(piece)
    folded = fold_with_offsets(piece)
    words = [folded.original(word.start, word.end) for word in analyzer.words(folded.text, parts=False)]
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    for start in sorted(starts):
        for reading in _READINGS:
            match = reading.match(piece, start)
            if match and (match.end() in ends or _is_written(match)) and not _goes_on(match):
                yield match.span()


def _is_written(match: re.Match[str]) -> bool:
    """Whether a date has its year in figures and nothing behind it that makes it something else (2021年度, 2021-11b).

    jieba may cut what stands behind it in an odd way: 2021 年元 宇宙.
    """
    behind = match.string[match.end() : match.end() + 1]
    return bool(_FIGURES.match(match[0])) and not (behind.isascii() and behind.isalnum()) and behind not in _NO_DATE


def _goes_on(match: re.Match[str]) -> bool:
    """Whether what stands around a date makes another date or a name of it."""
    text, (start, end) = match.string, match.span()
    is_in_path = text[max(start - 1, 0) : start] == "/" or text[end : end + 1] == "/"
    is_column = not _FIGURES.match(match[0]) and bool(_COLUMN.match(text, end))
    return is_in_path or is_column or bool(_PART.match(text, end))


def _is_sensible(days: DateRange, today: date) -> bool:
    return not (days.first and days.first > today) and (days.first or days.last or today) >= EARLIEST


def _offer(text: str, start: int, end: int, days: DateRange) -> DateOffer:
    before, behind = text[:start], text[end:]
    behind = behind[1:] if behind[:1] == _BEHIND else behind
    before = before[:-1] if before.endswith(tuple(_BEFORE)) else before
    return DateOffer(
        text=text[start:end],
        label=_label(days),
        date_from=days.first.isoformat() if days.first else None,
        date_to=days.last.isoformat() if days.last else None,
        query=" ".join(f"{before} {behind}".split()),
    )


def _label(days: DateRange) -> str:
    """The days in the shortest form that the filters take: 2025, 2025-03, 2025-03 – 2025-06, 2025 –."""
    for length in (4, 7, 10):
        first, last = (day.isoformat()[:length] if day else "" for day in (days.first, days.last))
        if (parse_date_bound(first, end=False), parse_date_bound(last, end=True)) == (days.first, days.last):
            break
    return first if first == last else f"{first} – {last}".strip()
