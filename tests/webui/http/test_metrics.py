"""Prometheus reads how many requests there were, how long searches took, and on what index; but nothing that was typed."""

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

Samples = dict[tuple[str, ...], float]


def read(text: str) -> Samples:
    """The samples in a text: by their name and the values of their labels, in the order of the labels' names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def metrics(client: FlaskClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return read(answer.text)


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
    found = metrics(client)
    assert found["searchlib_requests_total", "/", "200"] == 2
    assert found["searchlib_requests_total", "/", "400"] == 1
    assert found["searchlib_requests_total", "/article/<article_id:article_id>", "200"] == 2
    assert found["searchlib_requests_total", "/article/<article_id:article_id>", "404"] == 1
    assert found["searchlib_requests_total", "/api/search", "200"] == 1


def test_addresses_that_are_none_share_one_label(client: FlaskClient) -> None:
    for path in ("/none", "/wp-login.php", "/api/none"):
        client.get(path)
    assert metrics(client)["searchlib_requests_total", "other", "404"] == 3


def test_searches_are_measured_and_what_a_browser_keeps_is_none(client: FlaskClient) -> None:
    tag = client.get("/api/search?q=连载").headers["ETag"]
    client.get("/api/search?q=风车")
    client.get("/api/search?q=连载", headers={"If-None-Match": tag})
    found = metrics(client)
    assert found["searchlib_search_seconds_count", "/api/search"] == 2
    assert found["searchlib_search_seconds_sum", "/api/search"] > 0
    assert found["searchlib_search_seconds_bucket", "+Inf", "/api/search"] == 2
    assert found["searchlib_requests_total", "/api/search", "304"] == 1


def test_nothing_that_was_typed_stands_in_them(client: FlaskClient) -> None:
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


def test_they_say_what_index_it_is(client: FlaskClient, index_folder: Path) -> None:
    with searchlib.open_index(index_folder) as index:
        stats = index.stats()
    found = metrics(client)
    assert found["searchlib_index_up",] == 1
    assert found["searchlib_index_articles",] == stats.articles == 35
    assert found["searchlib_index_info", stats.generation] == 1
    assert found["searchlib_index_bytes",] == stats.size_bytes
    assert found["searchlib_index_built_timestamp_seconds",] == pytest.approx(stats.built.timestamp())


def test_without_an_index_they_say_so(tmp_path: Path) -> None:
    client = webui.create_app(tmp_path, settings=searchlib.Settings()).test_client()
    client.get("/")
    found = metrics(client)
    assert found["searchlib_index_up",] == 0
    assert found["searchlib_requests_total", "/", "503"] == 1
    assert not [name for name, *_ in found if name == "searchlib_index_articles"]


def test_two_applications_count_for_themselves(client: FlaskClient, samples: FlaskClient) -> None:
    client.get("/api/search")
    assert ("searchlib_requests_total", "/api/search", "200") not in metrics(samples)


def test_processes_that_share_a_folder_show_one_sum(index_folder: Path, tmp_path: Path) -> None:
    program = (
        "import sys, searchlib, webui\n"
        "client = webui.create_app(sys.argv[1], settings=searchlib.Settings()).test_client()\n"
        "client.get('/api/search?q=a')\n"
        "sys.stdout.write(client.get('/metrics').text)\n"
    )
    said = [
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
    found = read(said[-1])
    assert found["searchlib_requests_total", "/api/search", "200"] == 3
    assert found["searchlib_search_seconds_count", "/api/search"] == 3
    assert found["searchlib_index_articles",] == 35


def test_an_application_counts_although_others_were_made(app: Flask, index_folder: Path) -> None:
    webui.create_app(index_folder, settings=searchlib.Settings())
    app.test_client().get("/healthz")
    assert metrics(app.test_client())["searchlib_requests_total", "/healthz", "200"] == 1
