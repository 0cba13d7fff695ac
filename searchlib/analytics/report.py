"""Say what readers search for, what they do not find, and what takes long."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from searchlib.analysis.fold import fold
from searchlib.analytics.query_log import LoggedQuery, read_log
from searchlib.errors import ParameterError
from searchlib.models import Model

DAYS = 30
SIZE = 20
MOST_DAYS = 36_500
MOST_SIZE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedQuery(Model):
    """A query of the report; spellings that are searched alike are one.

    ``query`` is as it was typed last, ``searched`` what was then searched for in its place, ``total`` how many articles that
    found; ``count`` how often it was asked, ``slowest_ms`` what it took at most.
    """

    query: str
    searched: str
    count: int
    total: int
    slowest_ms: float
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReport(Model):
    """What was searched for since ``first``: the most ``frequent`` queries, those ``without_hits`` and those that were ``slow``.

    ``queries`` is how often was searched, ``different`` for how many queries, ``failed`` how often nothing was found. Half of
    the searches took at most ``median_ms``, 19 of 20 at most ``p95_ms``. ``unreadable`` lines of the log are left out. A
    query that found nothing under filters stands among those without hits only if it did without filters too.
    """

    days: int
    first: datetime | None
    queries: int
    different: int
    failed: int
    median_ms: float
    p95_ms: float
    unreadable: int
    frequent: tuple[ReportedQuery, ...]
    without_hits: tuple[ReportedQuery, ...]
    slow: tuple[ReportedQuery, ...]


def query_report(log: str | os.PathLike[str], *, days: int = DAYS, size: int = SIZE) -> QueryReport:
    """The report of the last days of a query log, with at most ``size`` queries in each list.

    Raises:
        ParameterError: days or size is out of its range.
        SettingsError: the log cannot be read.
    """
    for name, value, most in (("days", days, MOST_DAYS), ("size", size, MOST_SIZE)):
        if not 1 <= value <= most:
            raise ParameterError(name, f"{name} must be from 1 to {most}, not {value}")
    since = datetime.now(UTC) - timedelta(days=days)
    unreadable = 0
    logged: list[LoggedQuery] = []
    for each in read_log(log):
        if each is None:
            unreadable += 1
        elif each.at >= since:
            logged.append(each)
    queries = _together(logged)
    empty = _together(each for each in logged if not each.total and not each.filters)
    times = sorted(each.took_ms for each in logged)
    return QueryReport(
        days=days,
        first=min((each.at for each in logged), default=None),
        queries=len(logged),
        different=len(queries),
        failed=sum(not each.total for each in logged),
        median_ms=_quantile(times, 0.5),
        p95_ms=_quantile(times, 0.95),
        unreadable=unreadable,
        frequent=_first(queries, size, by="count"),
        without_hits=_first(empty, size, by="count"),
        slow=_first(queries, size, by="slowest_ms"),
    )


def _together(logged: Iterable[LoggedQuery]) -> list[ReportedQuery]:
    """The different queries."""
    groups: dict[str, list[LoggedQuery]] = {}
    for each in logged:
        groups.setdefault(" ".join(fold(each.query).split()), []).append(each)
    return [_reported(group) for group in groups.values()]


def _reported(group: list[LoggedQuery]) -> ReportedQuery:
    # What filters leave over says little of a query.
    last = ([each for each in group if not each.filters] or group)[-1]
    return ReportedQuery(
        query=last.query,
        searched=last.searched,
        count=len(group),
        total=last.total,
        slowest_ms=max(each.took_ms for each in group),
        last=max(each.at for each in group),
    )


def _first(queries: list[ReportedQuery], size: int, *, by: str) -> tuple[ReportedQuery, ...]:
    """Those with the most of something; of equal ones those that were asked last."""
    return tuple(sorted(queries, key=lambda each: (getattr(each, by), each.last), reverse=True)[:size])


def _quantile(ordered: list[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed; 0 where there is none."""
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)] if ordered else 0.0
