"""Read dates from front matter and from the names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.numerals import FORMAL_NUMERALS, NUMERALS, numeral_digits
from searchlib.settings import DATE_ORDER, FILENAME
from searchlib.sources.front_matter.keys import normal_key
from searchlib.sources.front_matter.metadata import Metadata

_YEARS = range(1000, 3000)
_FILE_YEARS = range(1900, 2100)
_MAX_TEXT_LENGTH = 100
_EPOCH_SECONDS = range(315_532_800, 4_102_444_800)  # 1980 to 2100

_SECOND = r"(?:\s?[:分]\s?(?P<second>\d{1,2})(?:[.,]\d+)?)?[分秒]?(?!\d)"
_TIME = rf"(?P<hour>\d{{1,2}})\s?(?:[:时時点點]\s?(?P<minute>\d{{1,2}}){_SECOND}|[时時点點](?:整|(?P<half>半))?)"
_HALF_DAYS = "上午|凌晨|清晨|早上|早晨|中午|下午|傍晚|晚上|夜里|深夜"
_AM_PM = rf"(?:\s?(?P<am_pm>[AaPp]\.?[Mm]\b\.?|{_HALF_DAYS}))?"
_ZONE = (
    r"(?:\s*[\[(]?(?P<zone>Z\b|(?:(?:GMT|UTC?)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)"
    r"|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+\d*|[A-Z]{2,5}\b|北京时间|北京時間|中国标准时间|太平洋标准时间|太平洋夏令时间|台北时间|台北時間|香港时间|香港時間))?"
)
_CLOCK = rf"(?:[T,_\s]\s*(?:at\s+)?(?P<chinese_am_pm>{_HALF_DAYS})?\s*{_TIME}{_AM_PM}{_ZONE})?"
_DATE_END = r"(?=$|[\s#,;()\[\]>\-])"
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_FORMS = tuple(
    lazy_pattern(form)
    for form in (
        rf"(?P<year>\d{{4}}|1\d\d)(?P<sep>[-/._])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}{_DATE_END}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}){_CLOCK}{_DATE_END}",
        rf"(?P<month>\d{{1,2}})(?P<sep>[-/])(?P<day>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_CLOCK}{_DATE_END}",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_CLOCK}{_DATE_END}",
        rf"(?P<year>\d{{4}}|1\d\d)\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号號]?"
        rf"[,\s]*(?P<chinese_am_pm>{_HALF_DAYS})?\s*(?:{_TIME}{_AM_PM}{_ZONE})?{_DATE_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}{_DATE_END}",
        rf"(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号號]?,?\s+(?P<year>\d{{4}}){_CLOCK}{_DATE_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})(?:\s+(?P<offset>[+-]\d{{4}}))?{_DATE_END}",
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:[T_\s-]?(?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)?{_ZONE})?$",
        r"(?P<year>\d{4})(?:[-/.]|\s?年\s?)(?P<month>\d{1,2})\s?月?$",
        r"(?P<month>\d{1,2})/(?P<year>\d{4})$",
        rf"{_MONTH},?\s+(?P<year>\d{{4}})$",
        rf"(?P<year>\d{{4}})[-/ ]{_MONTH}[-/ ](?P<day>\d{{1,2}}){_CLOCK}{_DATE_END}",
        r"(?P<year>1[89]\d\d|20\d\d)\s?年?$",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The zone names of RFC 822 and of zones near China. CST is ambiguous (China Standard Time, or Central Standard Time in RFC 822),
# so it is ignored.
_ZONES = {
    0: "Z GMT UT UTC",
    -4: "EDT",
    -5: "EST CDT",
    -6: "MDT",
    -7: "MST PDT 太平洋夏令时间",
    -8: "PST 太平洋标准时间",
    1: "CET BST",
    2: "CEST",
    5.5: "IST",
    8: "HKT SGT BJT AWST 北京时间 北京時間 中国标准时间 台北时间 台北時間 香港时间 香港時間",
    9: "JST KST",
    10: "AEST",
    11: "AEDT",
}
_ZONE_HOURS = {name: hours for hours, names in _ZONES.items() for name in names.split()}
_CHINESE_AM_PM = dict.fromkeys(("上午", "凌晨", "清晨", "早上", "早晨"), "am") | dict.fromkeys(
    ("下午", "傍晚", "晚上", "夜里", "深夜"), "pm"
)

_WEEKDAY_NAME = lazy_pattern(
    r"[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?"
    r"|[(（][一二三四五六日天][)）]"
    r"|(?<=\d)\s+[一二三四五六日天](?=\s|$)"
    r"|(?<=\d)[\s,]*[(（]?(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)(?:day|nesday|rsday|urday)?\b\.?[)）]?(?=[\s,]|$)"
)
_ORG_RANGE = lazy_pattern(r"(\d:\d\d)-\d{1,2}:\d\d")
"""The end of a time range in Org. In other formats this text is a zone."""

_HAN_NUMBER = lazy_pattern(f"[{NUMERALS}{FORMAL_NUMERALS}元]+(?=\\s?[年月日号號时時点點分秒])")
_COMMON_ERA = lazy_pattern("^(?:公元|西元)")
_REPUBLIC = lazy_pattern(r"^(?:中[华華])?民[国國]\s*(?=\d)")
_REPUBLIC_YEAR = lazy_pattern(r"\d{1,3}")
_YEARS_BEFORE_REPUBLIC = 1911
_REPUBLIC_DIGITS = 3

# A month without a day must be a folder or the whole file name: ``2021/03/x``, ``202103/x``, ``2021-03``.
_FILE_MONTH = lazy_pattern(
    r"(?:^|/)(?P<year>(?:19|20)\d\d)(?:年?/(?P<month>\d{1,2})(?=/|月)|(?P<month2>0[1-9]|1[0-2])(?=/)"
    r"|[-_.](?P<month3>0[1-9]|1[0-2])(?=/|\.[A-Za-z]+$))"
)
_FILE_DATE = lazy_pattern(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-_./ ](?P<month>\d{1,2})[-_./ ](?P<day>\d{1,2})(?!\d)"
    r"|年(?P<month2>\d{1,2})月(?P<day2>\d{1,2})日?"
    r"|年(?P<month4>\d{1,2})月(?!\d)"
    r"|(?<![0-9A-Za-z.]\d{4})(?P<month3>0[1-9]|1[0-2])(?P<day3>0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![0-9a-f]))"
)

_ENACTED = lazy_pattern(
    r"[（(]?\s*(?P<date>[0-9零〇○一二三四五六七八九]{4}\s?年[^年月日\s]{1,3}月[^年月日\s]{1,3}日)[^\n。！？]{0,80}?"
    r"(?:会议|會議|大会|大會|国务院|國務院|委员会|委員會|人民政府|主席|[部院]令)[^\n。！？]{0,80}?"
    r"(?:通过|通過|公布|发布|發布|批准|修[订正訂])"
)
"""The line below the title of a law, ``（1995年5月10日某会议通过）``. Its first date is that of the law."""

_DATE_LINE = lazy_pattern(
    r"(?P<date>\d{4}(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号號]|(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2})"
    rf"(?:[\s,，]*(?:星期|周|週)[一二三四五六日天])?(?:[\s,，]*(?:{_HALF_DAYS})?\s*\d{{1,2}}:\d\d(?::\d\d)?)?)"
    r"\s*(?:[（(][^（()）]{1,40}[)）])?"
)
"""A line that consists of a day, as at the top of a note."""

_MAX_DATED_BLOCKS = 3

_DIGIT = lazy_pattern("[0-9]")
_MAX_QUOTED_LENGTH = 40
"""Maximum characters of an unreadable date that a message quotes."""


def read_date(value: object, zone: ZoneInfo) -> datetime | None:
    """Return the date of a front-matter value in ``zone``, or None if the value is not a date.

    A date without a zone of its own is in ``zone``.
    """
    try:
        read = _parse_value(value)
        if read is None or read.year not in _YEARS:
            return None
        return read.replace(tzinfo=zone) if read.tzinfo is None else read.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def find_date(
    metadata: Metadata, zone: ZoneInfo, article_id: str = "", order: Iterable[str] = DATE_ORDER
) -> tuple[datetime | None, str]:
    """Return the first date of an article and its source, or None and "" if it has no date.

    ``sources`` are keys of the metadata and ``filename``, in order of precedence. A key is returned as spelled in the front
    matter.
    """
    order = tuple(order)
    middle = order.index(FILENAME) if FILENAME in order else len(order)
    for keys in (order[:middle], order[middle:]):
        if keys[:1] == (FILENAME,) and (moment := date_in_path(article_id, zone)) is not None:
            return moment, FILENAME
        for key, value in metadata.find(keys):
            if (moment := read_date(value, zone)) is not None:
                return moment, key
    return None, ""


_ZERO_DATES = ("0000", "0001")
"""The starts of dates that programs write where there is none: ``0000-00-00`` of MySQL, ``0001-01-01`` of Go and Hugo."""


def unread_date(metadata: Metadata, zone: ZoneInfo, order: Iterable[str], source: str) -> str:
    """Return a message about the first date key whose value is not a date, or "".

    Keys after ``source``, the key of the article's date, are ignored.
    """
    for key, value in metadata.find(_without_file_name(tuple(order))):
        if key == source:
            break
        if not isinstance(value, str) or value.startswith(_ZERO_DATES):
            continue
        if _DIGIT.search(value) and read_date(value, zone) is None:
            return f"{key}: {value[:_MAX_QUOTED_LENGTH]!r} is no date"
    return ""


@lru_cache(maxsize=16)  # cached: the articles of an archive share their order
def _without_file_name(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in order if key != FILENAME)


def date_in_path(article_id: str, zone: ZoneInfo) -> datetime | None:
    """Return the date in a file name or its folders: ``2021-03-04-x``, ``20210304``, ``2021/03/04/x``.

    The file name takes precedence over folders, and near folders over distant ones. A month alone (``2021/03/x``) gives its first
    day. A name with a Chinese number or year (``二〇二一年三月四日``) is read like a value of front matter.
    """
    moment = _date_in_path(_FILE_DATE, article_id, zone) or _date_in_path(_FILE_MONTH, article_id, zone)
    if moment is None and "月" in (name := article_id.rpartition("/")[2].rpartition(".")[0]):
        moment = read_date(name, zone)
    return moment


def date_in_text(blocks: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """Return the date of the first blocks: a line that consists of it, or the date on which a law was enacted, or None.

    A text with several lines that consist of a date is a log, and has none.
    """
    for block in blocks[:_MAX_DATED_BLOCKS]:
        if (line := _DATE_LINE.fullmatch(block)) is not None:
            is_log = sum(_DATE_LINE.fullmatch(each) is not None for each in blocks) > 1
            return None if is_log else read_date(line["date"], zone)
        if not block.endswith("。") and (line := _ENACTED.match(block)) is not None:
            return read_date(line["date"].replace("○", "〇"), zone)
    return None


def _date_in_path(form: re.Pattern[str], article_id: str, zone: ZoneInfo) -> datetime | None:
    dates: list[tuple[int, datetime]] = []
    for match in form.finditer(article_id):
        year, month, day = (*(int(group) for group in match.groups() if group), 1)[:3]
        if not day or (not month and match["month"]):
            month, day = _known_parts(month, day)
        if year in _FILE_YEARS:
            with suppress(ValueError):
                dates.append((article_id.count("/", 0, match.end()), datetime(year, month, day, tzinfo=zone)))
    # If one name has several dates, use the first.
    return max(dates, key=itemgetter(0))[1] if dates else None


def _known_parts(month: int, day: int) -> tuple[int, int]:
    """Return the month and the day of a date in which an unknown part is written as 0: 2015-05-00 and 2015-00-00."""
    return (month, day or 1) if month else (1, 1)


def _parse_value(value: object) -> datetime | None:
    if isinstance(value, str):
        text = _ORG_RANGE.sub(r"\1", value[:_MAX_TEXT_LENGTH]) if value[:1] in ("<", "[") else value
        return _from_text(text.strip(" \t\n<>[]\"'")[:_MAX_TEXT_LENGTH])
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(value)
    if isinstance(value, list) and value:
        return _parse_value(value[0]) if not isinstance(value[0], list) else None
    if isinstance(value, Mapping):
        return _from_mapping(value)
    return None


def _from_mapping(values: Mapping[object, object]) -> datetime | None:
    """Read ``date: {created: …, updated: …}`` of Material for MkDocs, and ``last_update: {date: …}`` of Docusaurus."""
    by_key = {normal_key(str(key)): value for key, value in values.items()}
    for name in map(normal_key, DATE_ORDER):
        value = by_key.get(name)
        if isinstance(value, (str, int, float, date)) and (moment := _parse_value(value)) is not None:
            return moment
    return None


def _from_number(value: float) -> datetime | None:
    """Read seconds or milliseconds since 1970, or the digits of a date: 20211231 or 20211231233000."""
    if value != value or abs(value) > 1e14:
        return None
    if int(value) in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value, UTC)
    if int(value) // 1000 in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value / 1000, UTC)
    return _from_forms(str(int(value)))


@lru_cache(maxsize=1024)  # many articles of an archive share a day
def _from_text(text: str) -> datetime | None:
    if text.isdecimal() and len(text) >= 9:
        return _from_number(int(text))
    if not text.isascii():
        text = _to_digits(unicodedata.normalize("NFKC", text))
    elif text.upper() == text.lower():
        return _from_forms(text)  # without letters there is no name of a weekday
    return _from_forms(_WEEKDAY_NAME.sub(" ", text).strip(" ,"))


def _from_forms(text: str) -> datetime | None:
    for form in _FORMS:
        if match := form.match(text):
            return _from_match(match.groupdict())
    return None


def _to_digits(text: str) -> str:
    """Replace Chinese numbers by digits, and years of the Republic of China by Gregorian years: 民國一一〇年 becomes 2021年."""
    text = _COMMON_ERA.sub("", text)
    text = _HAN_NUMBER.sub(_number, text)
    republican = _REPUBLIC.sub("", text)
    if republican == text:
        return text
    return _REPUBLIC_YEAR.sub(lambda match: str(int(match[0]) + _YEARS_BEFORE_REPUBLIC), republican, count=1)


def _number(numeral: re.Match[str]) -> str:
    return numeral_digits(numeral[0].replace("元", "一"), is_counted=True) or numeral[0]


def _from_match(groups: dict[str, str | None]) -> datetime | None:
    year, day = int(groups["year"] or 0), int(groups.get("day") or 1)
    if len(groups["year"] or "") == _REPUBLIC_DIGITS:
        year += _YEARS_BEFORE_REPUBLIC
    if name := groups.get("name"):
        month = _MONTHS.index(name[:3].lower()) + 1
    else:
        month = int(groups.get("month") or 1)
        if month > 12 >= day and groups.get("sep") == "/":
            month, day = day, month
    hour, minute, second = (int(groups.get(part) or 0) for part in ("hour", "minute", "second"))
    half = groups.get("chinese_am_pm") or groups.get("am_pm") or ""
    am_pm = _CHINESE_AM_PM.get(half) or half.lower().replace(".", "")
    if am_pm == "pm" and hour < 12:
        hour += 12
    elif am_pm == "am" and hour == 12:
        hour = 0
    if groups.get("half"):
        minute = 30
    month, day = _known_parts(month, day)
    next_day = (hour, minute, second) == (24, 0, 0)
    zone = groups.get("offset") or groups.get("zone")
    local = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59) if second == 60 else second)
    return (local + timedelta(days=next_day)).replace(tzinfo=_offset(zone))


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if (hours := _ZONE_HOURS.get(zone)) is not None:
        return timezone(timedelta(hours=hours))
    if match := re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset)
    try:
        return ZoneInfo(zone) if "/" in zone else None
    except (KeyError, ValueError, OSError):
        return None
