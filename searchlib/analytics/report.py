"""Summarize a query log: the frequent queries, those without hits, and the slow ones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from searchlib.analysis.fold import fold
from searchlib.analytics.query_log import LoggedQuery, read_log
from searchlib.errors import ParameterError
from searchlib.models import Model

DEFAULT_DAYS, MAX_DAYS = 30, 36_500
DEFAULT_SIZE, MAX_SIZE = 20, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedQuery(Model):
    """A query of the report. Spellings that fold to the same text are one query.

    ``query``, ``searched`` (the query that was searched in the end) and ``total`` (its number of articles) come from the last
    search. ``count`` is the number of searches, ``slowest_ms`` the duration of the slowest one, ``last`` the time of the last
    one.
    """

    query: str
    searched: str
    count: int
    total: int
    slowest_ms: float
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReport(Model):
    """The searches of the last ``days``, the earliest of them at ``first``.

    ``queries`` counts the searches, ``different`` the distinct queries, ``failed`` the searches without hits, ``unreadable``
    the lines of the log that are skipped. ``median_ms`` and ``p95_ms`` are quantiles of the duration of a search. The lists
    contain the most ``frequent`` queries, the queries ``without_hits``, and the slowest ones. Only searches without filters
    count for ``without_hits``.
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


def query_report(
    log: str | os.PathLike[str], *, days: int = DEFAULT_DAYS, size: int = DEFAULT_SIZE, max_bytes: int | None = None
) -> QueryReport:
    """Report the last days of a query log, with at most ``size`` queries in each list.

    ``max_bytes`` bounds the cost: only that many bytes at the end of the log are read.

    Raises:
        ParameterError: days or size is not allowed.
        SettingsError: the log cannot be read.
    """
    for name, value, maximum in (("days", days, MAX_DAYS), ("size", size, MAX_SIZE)):
        if not 1 <= value <= maximum:
            raise ParameterError(name, f"{name} must be from 1 to {maximum}, not {value}")
    since = datetime.now(UTC) - timedelta(days=days)
    unreadable = 0
    logged: list[LoggedQuery] = []
    for each in read_log(log, max_bytes=max_bytes):
        if each is None:
            unreadable += 1
        elif each.at >= since:
            logged.append(each)
    queries = _distinct(logged)
    without_hits = _distinct(each for each in logged if not each.total and not each.filters)
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
        frequent=_top_queries(queries, size, by="count"),
        without_hits=_top_queries(without_hits, size, by="count"),
        slow=_top_queries(queries, size, by="slowest_ms"),
    )


def _distinct(logged: Iterable[LoggedQuery]) -> list[ReportedQuery]:
    """Group searches by their folded query."""
    groups: dict[str, list[LoggedQuery]] = {}
    for each in logged:
        groups.setdefault(" ".join(fold(each.query).split()), []).append(each)
    return [_reported(group) for group in groups.values()]


def _reported(group: list[LoggedQuery]) -> ReportedQuery:
    # With filters, a total says little about the query.
    last = ([each for each in group if not each.filters] or group)[-1]
    return ReportedQuery(
        query=last.query,
        searched=last.searched,
        count=len(group),
        total=last.total,
        slowest_ms=max(each.took_ms for each in group),
        last=max(each.at for each in group),
    )


def _top_queries(queries: list[ReportedQuery], size: int, *, by: str) -> tuple[ReportedQuery, ...]:
    """Return the queries with the highest values of an attribute; among equal values, the latest."""
    return tuple(sorted(queries, key=lambda each: (getattr(each, by), each.last), reverse=True)[:size])


def _quantile(ordered: list[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed, or 0 if there are none."""
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)] if ordered else 0.0
