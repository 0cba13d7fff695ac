"""Measure the parts of a request, and report them in the Server-Timing header."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, Response, g

_DESCRIPTIONS = {"search": "index", "render": "page or JSON", "total": "all"}
"""The measured parts, in the order of the header."""


def init_app(app: Flask) -> None:
    """Measure every request."""
    app.before_request(_start)
    app.after_request(_with_timing)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Add the duration of the block to the part ``name`` of the request."""
    started = time.perf_counter()
    try:
        yield
    finally:
        durations = g.setdefault("durations", {})
        durations[name] = durations.get(name, 0.0) + time.perf_counter() - started


def request_durations() -> Mapping[str, float]:
    """Return the seconds that this request has spent in each part so far."""
    durations: dict[str, float] = g.get("durations", {})
    return durations


def _start() -> None:
    g.started = time.perf_counter()


def _with_timing(response: Response) -> Response:
    durations = {**request_durations(), "total": time.perf_counter() - g.started}
    response.headers["Server-Timing"] = ", ".join(
        f'{name};desc="{text}";dur={durations[name] * 1000:.1f}'
        for name, text in _DESCRIPTIONS.items()
        if name in durations
    )
    return response
