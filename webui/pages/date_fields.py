"""Read the date fields of the search page: convert typed dates to the form that the library accepts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from webui import urls
from webui.languages import gettext, quoted
from webui.pages.links import Link, search_link
from webui.shared_index import current_index
from webui.state import SearchState

_LENGTHS = (4, 7, 10)
"""The lengths of a year, a month and a day in ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateField:
    """A date field. ``text`` is what it contains; ``hint`` tells how it was understood, or what is wrong with it."""

    text: str
    hint: Markup | None = None
    is_wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateForm:
    """The form of the dates. ``swapped`` exchanges them if the first one is after the last one."""

    first: DateField
    last: DateField
    hidden: urls.Pairs
    swapped: Link | None = None


def read_date_fields(state: SearchState) -> tuple[SearchState, DateForm]:
    """Return the state with the dates in the form of the library, without wrong ones, and the form for both fields.

    Both dates are wrong if the first is after the last.
    """
    state = _with_open_date_in_its_field(state)
    date_from, first = _read(state.date_from, is_end=False)
    date_to, last = _read(state.date_to, is_end=True)
    if (date_from, date_to) != (state.date_from, state.date_to):
        state = replace(state, date_from=date_from, date_to=date_to)
    swapped = None
    if is_reversed(date_from, date_to):
        swapped = search_link(gettext("对调两个日期"), state.with_period(date_to, date_from))
    form = DateForm(first=first, last=last, hidden=urls.hidden_fields(state, "from", "to"), swapped=swapped)
    return (replace(state, date_from="", date_to="") if swapped else state), form


def _with_open_date_in_its_field(state: SearchState) -> SearchState:
    """Move a single date that has no such end (2021年以前 as the first date) to the other field."""
    typed = state.date_from or state.date_to
    if not typed or (state.date_from and state.date_to):
        return state
    offer = current_index().read_dates(typed)
    if not offer or (offer.date_from if state.date_from else offer.date_to):
        return state
    return replace(state, date_from=state.date_to, date_to=state.date_from)


def is_reversed(date_from: str, date_to: str) -> bool:
    """Return whether the period ends before it begins: 2021-11 is after 2021-03, but not after 2021, which ends later."""
    return bool(date_from and date_to) and date_from[: len(date_to)] > date_to


def _read(text: str, *, is_end: bool) -> tuple[str, DateField]:
    """Return the date that a text names, in ISO 8601, and the field with it. A date that is wrong is empty."""
    if not text:
        return "", DateField(text="")
    offer = current_index().read_dates(text)
    if not offer or not (offer.date_from or offer.date_to):
        hint = Markup(gettext("无法识别这个日期。可以写成 2023、2023/7、2023年7月或“去年”。"))
        return "", DateField(text=text, hint=hint, is_wrong=True)
    found = _shortest(offer.date_from or "", offer.date_to or "", is_end=is_end)
    if found == text:
        return found, DateField(text=text)
    return found, DateField(text=found, hint=Markup(gettext("%(typed)s即 %(date)s", typed=quoted(text), date=found)))


def _shortest(first: str, last: str, *, is_end: bool) -> str:
    """Return a bound of a range of days: as a year or month if the range is exactly that, or else as a day."""
    bound = (last or first) if is_end else (first or last)
    for length in _LENGTHS[:-1]:
        named = current_index().read_dates(bound[:length])
        if named and (named.date_from, named.date_to) == (first, last):
            return bound[:length]
    return bound
