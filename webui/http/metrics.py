"""Count requests and measure searches, and export the counts to Prometheus at /metrics."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import prometheus_client as prometheus
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import values
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import searchlib
from webui.http.timing import request_durations
from webui.shared_index import current_index

blueprint = Blueprint("metrics", __name__)

MEDIA_TYPE = "text/plain"
_METRICS_KEY = "searchlib.metrics"
_MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the folder in which several processes share their counts."""
_UNKNOWN_ROUTE = "other"
"""The label of all URLs without a route: clients could create any number of other labels."""
_SEARCH_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""The upper bounds of the histogram of search times, in seconds."""


class _RequestMetrics:
    """The counts of one application. Labels contain no text typed by readers."""

    def __init__(self) -> None:
        self.registry = prometheus.CollectorRegistry()
        self.requests = prometheus.Counter(
            "searchlib_requests", "Requests by route and status.", ["route", "status"], registry=self.registry
        )
        self.searches = prometheus.Histogram(
            "searchlib_search_seconds",
            "Time that requests spent in the index.",
            ["route"],
            buckets=_SEARCH_BUCKETS,
            registry=self.registry,
        )


class _IndexCollector(Collector):
    """Describe the current index. The values are read on each request, so that all processes report the same."""

    def collect(self) -> Iterator[Metric]:
        """Yield whether the index can be searched and, if so, its generation, size and time of build."""
        stats = None
        with suppress(searchlib.SearchlibError):  # reported as searchlib_index_up 0
            stats = current_index().stats()
        yield GaugeMetricFamily("searchlib_index_up", "Whether the index can be searched.", stats is not None)
        if stats is None:
            return
        yield InfoMetricFamily("searchlib_index", "The generation of the index.", {"generation": stats.generation})
        yield GaugeMetricFamily("searchlib_index_articles", "Articles in the index.", stats.articles)
        yield GaugeMetricFamily("searchlib_index_bytes", "Size of the index on disk.", stats.size_bytes)
        yield GaugeMetricFamily(
            "searchlib_index_built_timestamp_seconds", "When the index was built.", stats.built.timestamp()
        )


def share_between_processes(folder: str) -> None:
    """Count in files in a folder, so that each process reports the sums of all. A folder in the environment takes precedence.

    Call this before an application is made, and before the processes are forked.
    """
    if not os.environ.get(_MULTIPROCESS_VARIABLE):
        os.environ[_MULTIPROCESS_VARIABLE] = folder
        # Set here because prometheus_client chooses the value class at import, which may be too early.
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]


def init_app(app: Flask) -> None:
    """Count the requests of this application."""
    app.extensions[_METRICS_KEY] = _RequestMetrics()
    app.after_request(_count)


@blueprint.get("/metrics")
def show() -> Response:
    """Return the counts in Prometheus' text format: of this process, or of all processes that share a folder."""
    index = prometheus.CollectorRegistry()
    index.register(_IndexCollector())
    counts = _metrics().registry
    if os.environ.get(_MULTIPROCESS_VARIABLE):
        counts = prometheus.CollectorRegistry()
        MultiProcessCollector(counts)  # type: ignore[no-untyped-call]  # prometheus_client leaves it untyped
    text = prometheus.generate_latest(counts) + prometheus.generate_latest(index)
    return Response(text, content_type=prometheus.CONTENT_TYPE_LATEST)


def _count(response: Response) -> Response:
    metrics = _metrics()
    route = request.url_rule.rule if request.url_rule else _UNKNOWN_ROUTE
    metrics.requests.labels(route=route, status=response.status_code).inc()
    if (seconds := request_durations().get("search")) is not None:
        metrics.searches.labels(route=route).observe(seconds)
    return response


def _metrics() -> _RequestMetrics:
    metrics: _RequestMetrics = current_app.extensions[_METRICS_KEY]
    return metrics
