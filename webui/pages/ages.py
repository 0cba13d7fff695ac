"""Say in words how long ago a day was."""

from __future__ import annotations

from datetime import date

from webui.languages import counted, gettext

_WEEK = 7
_MONTHS = 12


def age_text(day: date, today: date) -> str:
    """How long before today the day was, in the largest unit that it fills; nothing for a day that is still to come."""
    days = (today - day).days
    if days < 0:
        return ""
    if days < len(_nearest()):
        return _nearest()[days]
    if days < _WEEK:
        return counted("%(count)s 天前", days)
    months = (today.year - day.year) * _MONTHS + today.month - day.month - (today.day < day.day)
    if months < 1:
        return counted("%(count)s 周前", days // _WEEK)
    if months < _MONTHS:
        return counted("%(count)s 个月前", months)
    return counted("%(count)s 年前", months // _MONTHS)


def _nearest() -> tuple[str, ...]:
    return gettext("今天"), gettext("昨天"), gettext("前天")
