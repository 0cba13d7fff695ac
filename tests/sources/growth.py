"""Measure how the time of reading grows with the size of the input."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import parse_article

FACTOR = 4
MAX_GROWTH = 2.5**2
"""FACTOR times the input takes at most MAX_GROWTH times as long: 2.5 times for each doubling. Quadratic time is 16 times."""

MIN_SECONDS = 0.02
"""The input is enlarged until it takes this long. Shorter times say nothing."""

MAX_SIZE = 80_000
"""Characters up to which the input is enlarged."""

ATTEMPTS = 20
"""On a busy machine, most measurements are too long: the shortest one of several counts."""


def assert_linear(case: Callable[[int], tuple[str, str]], size: int = 5_000) -> None:
    """Fail if reading takes more than linear time. ``case`` returns a path and a text of about a number of characters.

    Where a text outgrows a cache of the processor, each character takes longer once. Then the next enlargement decides.
    """
    while (shortest := _seconds(*case(size))) < MIN_SECONDS and size < MAX_SIZE:
        size *= 2
    longest = _grown(case, size, shortest)
    if longest and _is_read(*case(FACTOR**2 * size)):
        size, shortest = FACTOR * size, longest
        longest = _grown(case, size, shortest)
    if longest:
        pytest.fail(f"{size} characters take {shortest:.3f} s, {FACTOR} times as many {longest:.3f} s")


def _grown(case: Callable[[int], tuple[str, str]], size: int, shortest: float) -> float:
    """Return the seconds of FACTOR times ``size``, or 0 if they are at most MAX_GROWTH times those of ``size``."""
    small, large = case(size), case(FACTOR * size)
    longest = float("inf")
    for _ in range(ATTEMPTS):
        longest = min(longest, _seconds(*large))
        if longest <= MAX_GROWTH * max(shortest, MIN_SECONDS):
            return 0.0
        shortest = min(shortest, _seconds(*small))
    return longest


def _is_read(path: str, text: str) -> bool:
    """Return whether a text is within the bounds."""
    return parse_article(path, text.encode(), DEFAULTS, 0.0).problem is None


def _seconds(path: str, text: str) -> float:
    """Return the processor time of one reading."""
    data = text.encode()
    start = time.process_time()
    parse_article(path, data, DEFAULTS, 0.0)
    return time.process_time() - start
