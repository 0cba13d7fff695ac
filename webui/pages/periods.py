"""Say a period of time in words."""

from __future__ import annotations

from webui.languages import gettext


def period_text(date_from: str, date_to: str) -> str:
    """From the first to the last date as they were typed, both included; an empty one leaves that side open."""
    if not date_to:
        return gettext("%(date)s 起", date=date_from)
    if not date_from:
        return gettext("至 %(date)s", date=date_to)
    if date_from == date_to:
        return date_from
    return gettext("%(first)s 至 %(last)s", first=date_from, last=date_to)
