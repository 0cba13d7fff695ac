"""Read dates from front matter."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from searchlib.sources.front_matter.metadata import DATE_KEYS, Metadata

_YEARS = range(1000, 3000)
_EPOCH_SECONDS = range(315_532_800, 4_102_444_800)  # 1980 to 2100

_SECOND = r"(?:\s?[:分]\s?(?P<second>\d{1,2})(?:[.,]\d+)?)?[分秒]?(?!\d)"
_TIME = rf"(?P<hour>\d{{1,2}})\s?[:时時点點]\s?(?P<minute>\d{{1,2}}){_SECOND}"
_AM_PM = r"(?:\s?(?P<am_pm>[AaPp]\.?[Mm]\b\.?))?"
_ZONE = r"(?:\s*(?P<zone>Z\b|(?:(?:GMT|UTC?)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Z]{2,4}\b))?"
_CLOCK = rf"(?:[T,\s]\s*(?:at\s+|星期.\s*|周.\s*)?(?P<chinese_am_pm>上午|凌晨|早上|中午|下午|晚上)?\s*{_TIME}{_AM_PM}{_ZONE})?"
_END = r"(?=$|[\s#,;(（\[])"
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_CLOCK}{_END}",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}){_CLOCK}{_END}",
        rf"(?P<month>\d{{1,2}})(?P<sep>[-/])(?P<day>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_CLOCK}{_END}",
        rf"(?P<year>\d{{4}})\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号號]?"
        rf"(?:\s?[(（]?(?:星期|周|週).[)）]?)?\s*(?P<chinese_am_pm>上午|凌晨|早上|中午|下午|晚上)?\s*(?:{_TIME}{_AM_PM}{_ZONE})?{_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}{_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})(?:\s+(?P<offset>[+-]\d{{4}}))?{_END}",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$",
        r"(?P<year>\d{4})(?:[-/.]|\s?年\s?)(?P<month>\d{1,2})\s?月?$",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# The names of RFC 822 and of zones near China. CST is not one of them: in Chinese texts it is the time of China, and the date
# is read as one without a zone.
_ZONE_HOURS = {
    "Z": 0,
    "GMT": 0,
    "UT": 0,
    "UTC": 0,
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "MDT": -6,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
    "HKT": 8,
    "JST": 9,
    "KST": 9,
}
_CHINESE_AM_PM = {"上午": "am", "凌晨": "am", "早上": "am", "下午": "pm", "晚上": "pm"}


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


def find_date(metadata: Metadata, zone: ZoneInfo) -> tuple[datetime | None, str | None]:
    """Return the first readable date under one of DATE_KEYS and its key, as spelled in the metadata, or two None."""
    for key, value in metadata.find(DATE_KEYS):
        if (read := read_date(value, zone)) is not None:
            return read, key
    return None, None


def _parse_value(value: object) -> datetime | None:
    if isinstance(value, str):
        return _from_text(value.strip(" \t\n<>[]")[:100])
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_epoch(value)
    if isinstance(value, list) and value:
        return _parse_value(value[0]) if not isinstance(value[0], list) else None
    return None


def _from_epoch(value: float) -> datetime | None:
    if value != value or abs(value) > 1e14:
        return None
    if int(value) in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value, UTC)
    if int(value) // 1000 in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value / 1000, UTC)
    return _from_text(str(int(value))) if len(str(int(value))) == 8 else None


@lru_cache(maxsize=1024)  # many articles of an archive share a day
def _from_text(text: str) -> datetime | None:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.isdecimal() and len(text) >= 9:
        return _from_epoch(int(text))
    for form in _FORMS:
        if match := form.match(text):
            return _from_match(match.groupdict())
    return None


def _from_match(groups: dict[str, str | None]) -> datetime | None:
    year, day = int(groups["year"] or 0), int(groups.get("day") or 1)
    if name := groups.get("name"):
        if name[:3].lower() not in _MONTHS:
            return None
        month = _MONTHS.index(name[:3].lower()) + 1
    else:
        month = int(groups["month"] or 0)
        if month > 12 >= day and groups.get("sep") == "/":
            month, day = day, month
    hour, minute, second = (int(groups.get(part) or 0) for part in ("hour", "minute", "second"))
    am_pm = (groups.get("am_pm") or "").lower().replace(".", "") or _CHINESE_AM_PM.get(
        groups.get("chinese_am_pm") or ""
    )
    if am_pm == "pm" and hour < 12:
        hour += 12
    elif am_pm == "am" and hour == 12:
        hour = 0
    next_day = (hour, minute, second) == (24, 0, 0)
    zone = groups.get("offset") or groups.get("zone")
    local = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59) if second == 60 else second)
    return (local + timedelta(days=next_day)).replace(tzinfo=_offset(zone))


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    if (hours := _ZONE_HOURS.get(zone)) is not None:
        return timezone(timedelta(hours=hours))
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)
