"""Count requests and measure searches, and show that to Prometheus at /metrics."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import prometheus_client as prometheus
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import searchlib
from webui.http.timing import times_spent
from webui.shared_index import current_index

blueprint = Blueprint("metrics", __name__)

MEDIA_TYPE = "text/plain"
_EXTENSION = "searchlib.metrics"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which processes that answer side by side keep what they have counted, for all of them to show."""
_OTHER = "other"
"""The route of all addresses that there are not: they are any number, and anybody's words."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class _Metrics:
    """What one application has counted. No label holds anything that was typed."""

    def __init__(self) -> None:
        self.registry = prometheus.CollectorRegistry()
        self.requests = prometheus.Counter(
            "searchlib_requests", "Requests by route and status.", ["route", "status"], registry=self.registry
        )
        self.searches = prometheus.Histogram(
            "searchlib_search_seconds",
            "Time that requests spent in the index.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )


class _IndexCollector(Collector):
    """The index as it is now; read when asked for, so that every process says the same."""

    def collect(self) -> Iterator[Metric]:
        """Whether there is an index, and which."""
        stats = None
        with suppress(searchlib.SearchlibError):  # which is what the first of these says
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


def init_app(app: Flask) -> None:
    """Count what this application answers."""
    app.extensions[_EXTENSION] = _Metrics()
    app.after_request(_counted)


@blueprint.get("/metrics")
def show() -> Response:
    """The counts, in Prometheus' text format: those of this process, or of all that share a folder for them."""
    index = prometheus.CollectorRegistry()
    index.register(_IndexCollector())
    counts = _metrics().registry
    if os.environ.get(_SHARED):
        counts = prometheus.CollectorRegistry()
        MultiProcessCollector(counts)  # type: ignore[no-untyped-call]  # the library's own
    text = prometheus.generate_latest(counts) + prometheus.generate_latest(index)
    return Response(text, content_type=prometheus.CONTENT_TYPE_LATEST)


def _counted(response: Response) -> Response:
    metrics = _metrics()
    route = request.url_rule.rule if request.url_rule else _OTHER
    metrics.requests.labels(route=route, status=response.status_code).inc()
    if (seconds := times_spent().get("search")) is not None:
        metrics.searches.labels(route=route).observe(seconds)
    return response


def _metrics() -> _Metrics:
    metrics: _Metrics = current_app.extensions[_EXTENSION]
    return metrics
