"""Decide how long a failed request is repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from searchlib.engines.opensearch.client.failures import RefusedError

_INTERNAL_ATTEMPTS = 4
"""The number of attempts after which an internal error is considered a bug, rather than the loss of a node during the request."""

_FIRST_WAIT, _MAX_WAIT = 0.1, 10.0


@dataclass(frozen=True, slots=True)
class Retry:
    """The seconds for which a request is repeated while the cluster is ``busy``, and while it is ``unreachable``.

    With ``shares_outage``, the second time starts at the first request that got no response, so that requests that clean up after
    a failed one do not wait again.
    """

    busy: float
    unreachable: float
    shares_outage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The times of all requests in seconds. A deadline shortens them."""

    attempt: float = 60.0
    """The time for one attempt."""
    read: Retry = Retry(busy=20.0, unreachable=1.5)
    write: Retry = Retry(busy=300.0, unreachable=60.0, shares_outage=True)
    memory: float = 30.0
    """The time for a request that a node lacks memory for. After it, the request is considered too large."""

    def busy_seconds(self, error: RefusedError, retry: Retry, attempts: int) -> float:
        """Return the seconds for which a refused request is repeated, or 0. ``attempts`` is the number of attempts so far."""
        if error.is_out_of_memory:
            return 0.0 if error.is_permanent else min(retry.busy, self.memory)
        if error.is_too_large or error.is_blocked:
            return 0.0
        if error.is_internal:
            return retry.busy if attempts <= _INTERNAL_ATTEMPTS else 0.0
        return retry.busy if error.is_busy else 0.0


DEFAULT_POLICY = RetryPolicy()


def backoff() -> Iterator[float]:
    """Yield the seconds to wait before each further attempt: twice as long each time, with jitter."""
    wait = _FIRST_WAIT
    while True:
        yield wait * random.uniform(0.5, 1.0)
        wait = min(2 * wait, _MAX_WAIT)
