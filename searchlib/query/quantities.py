"""Join numbers and the units after them that a space separates: ``2021 年 10 月``, ``35 元``."""

from __future__ import annotations

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.query.numbers import HAN_UNITS

_UNITS = "|".join(["[年月日号號天岁歲元块塊万萬亿億]", "小時", "分鐘", *HAN_UNITS])

_SPACE = lazy_pattern(
    rf"(?<=\d)[^\S\n]+(?=(?:{_UNITS})(?:[\s\d]|$))"
    r"|(?<=\d年)[^\S\n]+(?=\d\d?\s*月)|(?<=\d\s年)[^\S\n]+(?=\d\d?\s*月)"
    r"|(?<=\d月)[^\S\n]+(?=\d\d?\s*[日号號])|(?<=\d\s月)[^\S\n]+(?=\d\d?\s*[日号號])"
)


def join_quantities(text: str) -> str:
    """Return a text without the spaces between a number and a unit that stands alone, and inside a date."""
    return _SPACE.sub("", text)
