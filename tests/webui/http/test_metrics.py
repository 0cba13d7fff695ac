"""The metrics contain counts of requests, times of searches and the index, but no text that readers typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

import searchlib
import webui
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

Samples = dict[tuple[str, ...], float]


def read(text: str) -> Samples:
    """Parse metrics. A key is the name followed by the values of the labels, sorted by the names of the labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def metrics(client: FlaskClient) -> Samples:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    return read(response.text)


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    for path in (
        "/?q=连载",
        "/?q=风车",
        "/?page=x",
        "/article/plain.txt",
        "/article/one-word.md",
        "/article/none",
        "/api/search",
    ):
        client.get(path)
    counts = metrics(client)
    assert counts["searchlib_requests_total", "/", "200"] == 2
    assert counts["searchlib_requests_total", "/", "400"] == 1
    assert counts["searchlib_requests_total", "/article/<article_id:article_id>", "200"] == 2
    assert counts["searchlib_requests_total", "/article/<article_id:article_id>", "404"] == 1
    assert counts["searchlib_requests_total", "/api/search", "200"] == 1


def test_unknown_urls_share_one_label(client: FlaskClient) -> None:
    for path in ("/none", "/wp-login.php", "/api/none"):
        client.get(path)
    assert metrics(client)["searchlib_requests_total", "other", "404"] == 3


def test_searches_are_measured_but_unchanged_responses_are_not(client: FlaskClient) -> None:
    tag = client.get("/api/search?q=连载").headers["ETag"]
    client.get("/api/search?q=风车")
    client.get("/api/search?q=连载", headers={"If-None-Match": tag})
    counts = metrics(client)
    assert counts["searchlib_search_seconds_count", "/api/search"] == 2
    assert counts["searchlib_search_seconds_sum", "/api/search"] > 0
    assert counts["searchlib_search_seconds_bucket", "+Inf", "/api/search"] == 2
    assert counts["searchlib_requests_total", "/api/search", "304"] == 1


def test_metrics_contain_no_typed_text(client: FlaskClient) -> None:
    secret = "zaoshang42"
    for path in (
        f"/?q={secret}",
        f"/{secret}",
        f"/article/{secret}?q={secret}",
        f"/api/search?q={secret}&tag={secret}",
    ):
        client.get(path)
    client.open("/", method=secret.upper())
    assert secret not in client.get("/metrics").text.lower()


def test_metrics_describe_the_index(client: FlaskClient, index_folder: Path) -> None:
    with searchlib.open_index(index_folder) as index:
        stats = index.stats()
    counts = metrics(client)
    assert counts["searchlib_index_up",] == 1
    assert counts["searchlib_index_articles",] == stats.articles == 35
    assert counts["searchlib_index_info", stats.generation] == 1
    assert counts["searchlib_index_bytes",] == stats.size_bytes
    assert counts["searchlib_index_built_timestamp_seconds",] == pytest.approx(stats.built.timestamp())


def test_metrics_report_a_missing_index(tmp_path: Path) -> None:
    client = webui.create_app(tmp_path, settings=searchlib.Settings()).test_client()
    client.get("/")
    counts = metrics(client)
    assert counts["searchlib_index_up",] == 0
    assert counts["searchlib_requests_total", "/", "503"] == 1
    assert not [name for name, *_ in counts if name == "searchlib_index_articles"]


def test_each_application_has_its_own_counts(client: FlaskClient, samples: FlaskClient) -> None:
    client.get("/api/search")
    assert ("searchlib_requests_total", "/api/search", "200") not in metrics(samples)


def test_processes_with_a_shared_folder_report_their_sum(index_folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys, searchlib, webui\n"
        "client = webui.create_app(sys.argv[1], settings=searchlib.Settings()).test_client()\n"
        "client.get('/api/search?q=a')\n"
        "sys.stdout.write(client.get('/metrics').text)\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, str(index_folder)],
            cwd=ROOT,
            env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(3)
    ]
    counts = read(outputs[-1])
    assert counts["searchlib_requests_total", "/api/search", "200"] == 3
    assert counts["searchlib_search_seconds_count", "/api/search"] == 3
    assert counts["searchlib_index_articles",] == 35


def test_a_second_application_does_not_disturb_the_first(app: Flask, index_folder: Path) -> None:
    webui.create_app(index_folder, settings=searchlib.Settings())
    app.test_client().get("/healthz")
    assert metrics(app.test_client())["searchlib_requests_total", "/healthz", "200"] == 1
