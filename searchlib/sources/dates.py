"""Read the dates of front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DATE_KEYS = ("date", "pubdate", "published", "created", "ms.date")
"""The keys that may hold an article's date, in lower case; the first that can be read counts."""

_YEARS = range(1000, 3000)
_EPOCH_SECONDS = range(315_532_800, 4_102_444_800)  # 1980 to 2100

_SECOND = r"(?:\s?[:分]\s?(?P<second>\d{1,2})(?:[.,]\d+)?)?[分秒]?(?!\d)"
_TIME = rf"(?P<hour>\d{{1,2}})\s?[:时時点點]\s?(?P<minute>\d{{1,2}}){_SECOND}"
_HALF = r"(?:\s?(?P<half>[AaPp]\.?[Mm]\b\.?))?"
_ZONE = r"(?:\s*(?P<zone>Z\b|(?:(?:GMT|UTC?)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Z]{2,4}\b))?"
_CLOCK = rf"(?:[T,\s]\s*(?:at\s+|星期.\s*|周.\s*)?(?P<before>上午|凌晨|早上|中午|下午|晚上)?\s*{_TIME}{_HALF}{_ZONE})?"
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
        rf"(?:\s?[(（]?(?:星期|周|週).[)）]?)?\s*(?P<before>上午|凌晨|早上|中午|下午|晚上)?\s*(?:{_TIME}{_HALF}{_ZONE})?{_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}{_END}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}{_ZONE}\s+(?P<year>\d{{4}})(?:\s+(?P<offset>[+-]\d{{4}}))?{_END}",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$",
        r"(?P<year>\d{4})(?:[-/.]|\s?年\s?)(?P<month>\d{1,2})\s?月?$",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 822's names and neighbours', but for CST, in Chinese texts the time of China: such a date counts as one without a zone.
_ZONES = {
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
_HALVES = {"上午": "am", "凌晨": "am", "早上": "am", "下午": "pm", "晚上": "pm"}


def read_date(value: object, zone: ZoneInfo) -> datetime | None:
    """The moment that a front-matter value names, in the zone; None where it names none.

    A value without a zone of its own is in the given one.
    """
    try:
        moment = _moment(value)
        if moment is None or moment.year not in _YEARS:
            return None
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def find_date(metadata: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime | None, str | None]:
    """The date of an article, and the key of the metadata that holds it; both None where no key holds one."""
    keys = {key.lower(): key for key in reversed(list(metadata))}
    for name in DATE_KEYS:
        if name in keys and (moment := read_date(metadata[keys[name]], zone)) is not None:
            return moment, keys[name]
    return None, None


def _moment(value: object) -> datetime | None:
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
        return _moment(value[0]) if not isinstance(value[0], list) else None
    return None


def _from_epoch(value: float) -> datetime | None:
    if value != value or abs(value) > 1e14:
        return None
    if int(value) in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value, UTC)
    if int(value) // 1000 in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value / 1000, UTC)
    return _from_text(str(int(value))) if len(str(int(value))) == 8 else None


@lru_cache(maxsize=1024)  # an archive has many articles a day
def _from_text(text: str) -> datetime | None:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.isdecimal() and len(text) >= 9:
        return _from_epoch(int(text))
    for form in _FORMS:
        if match := form.match(text):
            return _from_match(match.groupdict())
    return None


def _from_match(found: dict[str, str | None]) -> datetime | None:
    year, day = int(found["year"] or 0), int(found.get("day") or 1)
    if name := found.get("name"):
        if name[:3].lower() not in _MONTHS:
            return None
        month = _MONTHS.index(name[:3].lower()) + 1
    else:
        month = int(found["month"] or 0)
        if month > 12 >= day and found.get("sep") == "/":
            month, day = day, month
    hour, minute, second = (int(found.get(part) or 0) for part in ("hour", "minute", "second"))
    half = (found.get("half") or "").lower().replace(".", "") or _HALVES.get(found.get("before") or "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    next_day = (hour, minute, second) == (24, 0, 0)
    zone = found.get("offset") or found.get("zone")
    moment = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59) if second == 60 else second)
    return (moment + timedelta(days=next_day)).replace(tzinfo=_offset(zone))


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    if (hours := _ZONES.get(zone)) is not None:
        return timezone(timedelta(hours=hours))
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset)
