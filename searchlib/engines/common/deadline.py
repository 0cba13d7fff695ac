"""Say how long one call may take, to all that it does on the way to its answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a call began, and when it is given up: instants of ``time.monotonic``."""

    begun: float
    deadline: float


_LIMITS: ContextVar[Deadline | None] = ContextVar("searchlib_limits", default=None)


@contextmanager
def deadline_after(seconds: float) -> Iterator[Deadline]:
    """Let what is done meanwhile take no longer than that; inside of another limited call, its limits stay.

    An engine that asks other machines keeps them in every request; one that reads its own disk may leave them alone.
    They are a context variable: a thread that is started meanwhile has none, unless ``contextvars.copy_context().run`` is what
    it runs.
    """
    outer = _LIMITS.get()
    if outer is not None:
        yield outer
        return
    begun = time.monotonic()
    token = _LIMITS.set(limits := Deadline(begun, begun + seconds))
    try:
        yield limits
    finally:
        _LIMITS.reset(token)


@contextmanager
def no_deadline() -> Iterator[None]:
    """Let what is done meanwhile take as long as it takes: what is read once, and would otherwise be begun again and again."""
    token = _LIMITS.set(None)
    try:
        yield
    finally:
        _LIMITS.reset(token)


def current_deadline() -> Deadline | None:
    """The limits of the call that is under way in this thread, if it has any."""
    return _LIMITS.get()
