"""What a search page shows, as its URL says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from searchlib import MAX_QUERY, ParameterError

MOST_VALUES = 64
MOST_CHARACTERS = 1_000
"""Values of all filters together, and their characters: every link of a page repeats them."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """The state of a search page.

    Values of a filter are alternatives, so their order means nothing: they are sorted. Without ``repeats`` the settings decide.
    """

    query: str = ""
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""
    sort: str = "relevance"
    repeats: str = ""
    page: int = 1
    size: int = 10
    verbatim: bool = False


BLANK = SearchState()

VALUE_FILTERS = ("category", "author", "tag")
"""The parameters that may be given several times."""


def parse_state(args: MultiDict[str, str]) -> SearchState:
    """The state that the parameters of a request describe; an empty parameter counts as a missing one.

    Of a query that is longer than the library reads, one character more is kept, so that it says so.

    Raises:
        ParameterError: page or size is not a whole number, verbatim not 0 or 1, or there are too many filters. The library
            checks all else.
    """
    state = SearchState(
        query=args.get("q", "").strip()[: MAX_QUERY + 1],
        category=_values(args, "category"),
        author=_values(args, "author"),
        tag=_values(args, "tag"),
        date_from=args.get("from", "").strip(),
        date_to=args.get("to", "").strip(),
        sort=args.get("sort") or BLANK.sort,
        repeats=args.get("repeats", ""),
        page=whole_number(args, "page", BLANK.page),
        size=whole_number(args, "size", BLANK.size),
        verbatim=flag(args, "verbatim"),
    )
    chosen = {name: getattr(state, name) for name in VALUE_FILTERS}
    values = [value for of_filter in chosen.values() for value in of_filter]
    if len(values) > MOST_VALUES or sum(map(len, values)) > MOST_CHARACTERS:
        most = max(chosen, key=lambda name: sum(map(len, chosen[name])))
        raise ParameterError(
            most,
            f"{most} has too many values: filters take {MOST_VALUES} with {MOST_CHARACTERS:,} characters, all together",
        )
    return state


def whole_number(args: MultiDict[str, str], name: str, default: int) -> int:
    """The parameter of that name as a number.

    Raises:
        ParameterError: it is not a whole number.
    """
    text = args.get(name, "")
    if not text:
        return default
    if not _WHOLE_NUMBER.fullmatch(text):
        raise ParameterError(name, f"{name} must be a whole number, not {text!r}")
    return int(text)


def flag(args: MultiDict[str, str], name: str, *, default: bool = False) -> bool:
    """Whether the parameter of that name is on.

    Raises:
        ParameterError: it is neither 0 nor 1.
    """
    text = args.get(name, "")
    if text not in ("", "0", "1"):
        raise ParameterError(name, f"{name} must be 0 or 1, not {text!r}")
    return text == "1" if text else default


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted({value for value in args.getlist(name) if value}))
