"""The time that one call of an index may take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from searchlib.errors import SearchTimeoutError


@dataclass(frozen=True, slots=True)
class Deadline:
    """The start of a call, and the time at which it is canceled.

    Each call of ``Index`` creates one deadline and passes it to every step. Both times are those of ``time.perf_counter``, in
    seconds.
    """

    started: float
    ends: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline of a call that starts now and may take this long."""
        started = time.perf_counter()
        return cls(started, started + seconds)

    def within(self, outer: Deadline) -> Deadline:
        """Return this deadline, but not later than ``outer``."""
        return Deadline(self.started, min(self.ends, outer.ends))

    def elapsed(self) -> float:
        """Return the seconds since the call started."""
        return time.perf_counter() - self.started

    def remaining(self) -> float:
        """Return the seconds that are left: infinite without a deadline, negative after it."""
        return self.ends - time.perf_counter()

    def check(self) -> None:
        """Raise SearchTimeoutError if the deadline has passed."""
        if time.perf_counter() >= self.ends:
            raise self.error()

    def error(self) -> SearchTimeoutError:
        """Return the error for a call that is canceled now."""
        return SearchTimeoutError(self.elapsed())


NO_DEADLINE = Deadline(0.0, math.inf)
"""For calls without a time limit. Its ``check`` never raises."""
