"""What a search page shows, as its URL says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from searchlib import ParameterError

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


def parse_state(args: MultiDict[str, str]) -> SearchState:
    """The state that the parameters of a request describe; an empty parameter counts as a missing one.

    Raises:
        ParameterError: page or size is not a whole number, or verbatim not 0 or 1. The library checks all else.
    """
    return SearchState(
        query=args.get("q", "").strip(),
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


def flag(args: MultiDict[str, str], name: str) -> bool:
    """Whether the parameter of that name is on.

    Raises:
        ParameterError: it is neither 0 nor 1.
    """
    text = args.get(name, "")
    if text not in ("", "0", "1"):
        raise ParameterError(name, f"{name} must be 0 or 1, not {text!r}")
    return text == "1"


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted({value for value in args.getlist(name) if value}))
