"""Measure how the time of reading grows with the size of the input."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article
from searchlib.sources.feeds import SUFFIXES, BrokenFeedError, parse_feed
from searchlib.sources.walk import file_suffix

FACTOR = 4
MAX_GROWTH = 2.5**2
"""FACTOR times the input takes at most MAX_GROWTH times as long: 2.5 times for each doubling. Quadratic time is 16 times."""

MIN_SECONDS = 0.02
"""The input is enlarged until it takes this long."""

MAX_SIZE = 80_000
"""Characters up to which the input is enlarged."""

FLOOR = MIN_SECONDS / FACTOR
"""Shorter times say nothing: they count as this long."""

ATTEMPTS = 20
"""On a busy machine, most measurements are too long: the shortest one of several counts."""


def assert_linear(case: Callable[[int], tuple[str, str]], size: int = 5_000) -> None:
    """Fail if reading takes more than linear time. ``case`` returns a path and a text of about a number of characters.

    Where a text outgrows a cache of the processor or the bound of a library, each character takes longer once. Then another
    size decides: the next one if a text of that size is read, else the one before.
    """
    while _seconds(*case(size)) < MIN_SECONDS and size < MAX_SIZE:
        size *= 2
    if _growth(case, size):
        other = FACTOR * size if _is_read(*case(FACTOR**2 * size)) else size // FACTOR
        if growth := _growth(case, other):
            pytest.fail(growth)


def _growth(case: Callable[[int], tuple[str, str]], size: int) -> str:
    """Return a message if FACTOR times ``size`` takes more than MAX_GROWTH times as long as ``size``, else an empty string."""
    small, large = case(size), case(FACTOR * size)
    shortest = longest = float("inf")
    for _ in range(ATTEMPTS):
        shortest = min(shortest, max(_seconds(*small), FLOOR))
        longest = min(longest, _seconds(*large))
        if longest <= MAX_GROWTH * shortest:
            return ""
    return f"{size} characters take {shortest:.3f} s, {FACTOR} times as many {longest:.3f} s"


def _is_read(path: str, text: str) -> bool:
    """Return whether a text is within the bounds."""
    return _read(path, text.encode()) is None


def _read(path: str, data: bytes) -> str | None:
    """Read an article, or split a feed; return what could not be read."""
    if file_suffix(path) in SUFFIXES:
        with suppress(BrokenFeedError):
            parse_feed(data)
        return None
    return parse_article(path, data, DEFAULTS, 0.0).problem


def _seconds(path: str, text: str) -> float:
    """Return the processor time of one reading."""
    data = text.encode()
    start = time.process_time()
    _read(path, data)
    return time.process_time() - start
