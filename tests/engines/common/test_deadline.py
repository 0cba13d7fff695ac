"""A deadline ends one call, and says how long the call took."""

from __future__ import annotations

import math
import time

import pytest

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.errors import SearchTimeoutError


def test_a_deadline_that_has_not_passed_does_nothing() -> None:
    deadline = Deadline.after(60.0)
    deadline.check()
    assert 59.0 < deadline.remaining() <= 60.0
    assert 0.0 <= deadline.elapsed() < 1.0


def test_a_deadline_that_has_passed_raises_and_says_how_long_the_call_took() -> None:
    now = time.perf_counter()
    late = Deadline(now - 61, now - 1)
    assert late.remaining() < 0
    with pytest.raises(SearchTimeoutError) as raised:
        late.check()
    assert raised.value.seconds == pytest.approx(61, abs=0.1)


def test_a_deadline_is_not_later_than_the_one_around_it() -> None:
    outer = Deadline.after(1.0)
    assert Deadline.after(60.0).within(outer).ends == outer.ends
    assert Deadline.after(0.5).within(outer).ends < outer.ends
    assert Deadline.after(60.0).within(NO_DEADLINE).remaining() > 59.0
    assert outer.within(NO_DEADLINE) == outer


def test_a_call_without_a_deadline_may_take_as_long_as_it_needs() -> None:
    NO_DEADLINE.check()
    assert NO_DEADLINE.remaining() == math.inf
