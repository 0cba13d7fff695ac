"""What is done in a call keeps the call's limits, in calls that it makes too, but for what is read once."""

from __future__ import annotations

import time
from datetime import date

from searchlib.engines.base import Request
from searchlib.engines.common.deadline import current_deadline, deadline_after, no_deadline
from searchlib.query.parser import parse
from searchlib.query.planner import plan


def test_inside_of_a_limited_call_its_limits_stay() -> None:
    before = time.monotonic()
    with deadline_after(5.0) as outer:
        assert before + 5.0 <= outer.deadline <= time.monotonic() + 5.0
        with deadline_after(60.0):
            assert current_deadline() == outer
        with no_deadline():
            assert current_deadline() is None
        assert current_deadline() == outer
    assert current_deadline() is None


def test_a_request_has_the_limits_of_the_call_that_makes_it() -> None:
    planned = plan(parse("元宇宙", today=date(2026, 1, 1)))
    with deadline_after(5.0) as limits:
        request = Request(plan=planned)
    assert (request.begun, request.deadline) == (limits.begun, limits.deadline)
    assert Request(plan=planned).deadline is None
