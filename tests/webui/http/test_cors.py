"""Pages of other sites read the API where the settings name them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

NAMED = "https://reader.example"
OTHER = "https://other.example"
HEADERS = {
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
}
ASKING = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}


@pytest.fixture
def named(index_folder: Path) -> FlaskClient:
    settings = searchlib.Settings(cors_origins=("http://localhost:3000", NAMED))
    return webui.create_app(index_folder, settings=settings).test_client()


@pytest.fixture
def any_origin(index_folder: Path) -> FlaskClient:
    return webui.create_app(index_folder, settings=searchlib.Settings(cors_origins=("*",))).test_client()


def test_unless_it_is_set_nobody_is_let_in(client: FlaskClient) -> None:
    for method in ("get", "head", "options"):
        answer = getattr(client, method)("/api/search", headers={"Origin": NAMED, **ASKING})
        assert not HEADERS & {*answer.headers.keys()}
        assert "Origin" not in answer.vary
    assert client.options("/api/search").status_code == 405


@pytest.mark.parametrize("path", ["/api/search?q=连载", "/api/search?page=x", "/api/none", "/api/openapi.json"])
def test_a_named_origin_reads_every_answer_of_the_api(named: FlaskClient, path: str) -> None:
    answer = named.get(path, headers={"Origin": NAMED})
    assert answer.headers["Access-Control-Allow-Origin"] == NAMED
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{NAMED}.evil.example", "https://READER.example", f"{NAMED}:8443", ""]
)
def test_another_origin_does_not(named: FlaskClient, origin: str) -> None:
    for method in ("get", "options"):
        answer = getattr(named, method)("/api/search", headers={"Origin": origin, **ASKING})
        assert not HEADERS & {*answer.headers.keys()}
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        # What is kept of this answer must not be given to an origin that is named.
        assert "Origin" in answer.vary


def test_an_answer_that_is_there_may_be_used_too(named: FlaskClient) -> None:
    tag = named.get("/api/search", headers={"Origin": NAMED}).headers["ETag"]
    again = named.get("/api/search", headers={"Origin": NAMED, "If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["Access-Control-Allow-Origin"] == NAMED


def test_a_browser_that_asks_first_is_told(named: FlaskClient) -> None:
    answer = named.options("/api/search?q=连载", headers={"Origin": NAMED, **ASKING})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == NAMED
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    assert {"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} <= {*answer.vary}


def test_who_only_asks_for_the_methods_is_told_these(named: FlaskClient) -> None:
    answer = named.options("/api/search")
    assert answer.status_code == 204
    assert {*answer.headers["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}
    assert not HEADERS & {*answer.headers.keys()}


def test_all_origins_may_be_let_in(any_origin: FlaskClient) -> None:
    for headers in ({"Origin": OTHER}, {"Origin": "null"}, {}):
        answer = any_origin.get("/api/search", headers=headers)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Origin" not in answer.vary


@pytest.mark.parametrize(
    "path", ["/", "/article/plain.txt", "/feed.atom", "/healthz", "/metrics", "/api", "/static/style.css"]
)
def test_nothing_but_the_api_is_let_out(any_origin: FlaskClient, path: str) -> None:
    answer = any_origin.get(path, headers={"Origin": OTHER}, buffered=True)
    assert not HEADERS & {*answer.headers.keys()}
    asked = any_origin.options(path, headers={"Origin": OTHER, **ASKING})
    assert not HEADERS & {*asked.headers.keys()}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nobody_may_write(any_origin: FlaskClient, method: str) -> None:
    assert getattr(any_origin, method)("/api/search", headers={"Origin": OTHER}).status_code == 405
