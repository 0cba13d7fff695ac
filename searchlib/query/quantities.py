"""Join numbers and the units after them that a space separates: ``2021 年 10 月``, ``35 元``."""

from __future__ import annotations

from searchlib.common.lazy_pattern import lazy_pattern

_UNITS = "年月日号號天岁歲元块塊美元 公里 千米 公斤 千克 厘米 毫米 平方米 分钟 分鐘 小时 小時 万 萬 亿 億".split()

_SPACE = lazy_pattern(
    rf"(?<=\d)[^\S\n]+(?=(?:[{_UNITS[0]}]|{'|'.join(_UNITS[1:])})(?:[\s\d]|$))"
    r"|(?<=\d年)[^\S\n]+(?=\d\d?\s*月)|(?<=\d\s年)[^\S\n]+(?=\d\d?\s*月)"
    r"|(?<=\d月)[^\S\n]+(?=\d\d?\s*[日号號])|(?<=\d\s月)[^\S\n]+(?=\d\d?\s*[日号號])"
)


def join_quantities(text: str) -> str:
    """Return a text without the spaces between a number and a unit that stands alone, and inside a date."""
    return _SPACE.sub("", text)
