"""Measure where the time of an answer goes, and say so in its Server-Timing header."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, Response, g

_NAMES = {"search": "index", "render": "page or JSON", "total": "all"}
"""What is measured, in the order in which it is shown, and what that is in words."""


def init_app(app: Flask) -> None:
    """Measure every request of this application."""
    app.before_request(_begin)
    app.after_request(_timed)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Add the time that the block takes to that of its name."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        spent = g.setdefault("times_spent", {})
        spent[name] = spent.get(name, 0.0) + time.perf_counter() - begun


def times_spent() -> Mapping[str, float]:
    """How many seconds this request has spent so far in what is timed, by name."""
    spent: dict[str, float] = g.get("times_spent", {})
    return spent


def _begin() -> None:
    g.begun = time.perf_counter()


def _timed(response: Response) -> Response:
    spent = {**times_spent(), "total": time.perf_counter() - g.begun}
    response.headers["Server-Timing"] = ", ".join(
        f'{name};desc="{text}";dur={spent[name] * 1000:.1f}' for name, text in _NAMES.items() if name in spent
    )
    return response
