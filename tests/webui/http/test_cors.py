"""Pages of other origins can read the API, and only the API, if the settings name them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

ALLOWED_ORIGIN = "https://reader.example"
OTHER_ORIGIN = "https://other.example"
HEADERS = {
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
}
PREFLIGHT = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}


@pytest.fixture
def allowed(index_folder: Path) -> FlaskClient:
    settings = searchlib.Settings(cors_origins=("http://localhost:3000", ALLOWED_ORIGIN))
    return webui.create_app(index_folder, settings=settings).test_client()


@pytest.fixture
def any_origin(index_folder: Path) -> FlaskClient:
    return webui.create_app(index_folder, settings=searchlib.Settings(cors_origins=("*",))).test_client()


def test_by_default_no_origin_is_allowed(client: FlaskClient) -> None:
    for method in ("get", "head", "options"):
        response = getattr(client, method)("/api/search", headers={"Origin": ALLOWED_ORIGIN, **PREFLIGHT})
        assert not HEADERS & {*response.headers.keys()}
        assert "Origin" not in response.vary
    assert client.options("/api/search").status_code == 405


@pytest.mark.parametrize("path", ["/api/search?q=连载", "/api/search?page=x", "/api/none", "/api/openapi.json"])
def test_an_allowed_origin_can_read_every_response_of_the_api(allowed: FlaskClient, path: str) -> None:
    response = allowed.get(path, headers={"Origin": ALLOWED_ORIGIN})
    assert response.headers["Access-Control-Allow-Origin"] == ALLOWED_ORIGIN
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    [OTHER_ORIGIN, "null", f"{ALLOWED_ORIGIN}.evil.example", "https://READER.example", f"{ALLOWED_ORIGIN}:8443", ""],
)
def test_another_origin_cannot(allowed: FlaskClient, origin: str) -> None:
    for method in ("get", "options"):
        response = getattr(allowed, method)("/api/search", headers={"Origin": origin, **PREFLIGHT})
        assert not HEADERS & {*response.headers.keys()}
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        # A cache must not return this response to an allowed origin.
        assert "Origin" in response.vary


def test_an_allowed_origin_can_read_an_unchanged_response(allowed: FlaskClient) -> None:
    tag = allowed.get("/api/search", headers={"Origin": ALLOWED_ORIGIN}).headers["ETag"]
    second = allowed.get("/api/search", headers={"Origin": ALLOWED_ORIGIN, "If-None-Match": tag})
    assert second.status_code == 304
    assert second.headers["Access-Control-Allow-Origin"] == ALLOWED_ORIGIN


def test_a_preflight_request_is_answered(allowed: FlaskClient) -> None:
    response = allowed.options("/api/search?q=连载", headers={"Origin": ALLOWED_ORIGIN, **PREFLIGHT})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == ALLOWED_ORIGIN
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert int(response.headers["Access-Control-Max-Age"]) > 0
    assert {"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} <= {*response.vary}


def test_a_plain_options_request_returns_the_methods(allowed: FlaskClient) -> None:
    response = allowed.options("/api/search")
    assert response.status_code == 204
    assert {*response.headers["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}
    assert not HEADERS & {*response.headers.keys()}


def test_all_origins_can_be_allowed(any_origin: FlaskClient) -> None:
    for headers in ({"Origin": OTHER_ORIGIN}, {"Origin": "null"}, {}):
        response = any_origin.get("/api/search", headers=headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Origin" not in response.vary


@pytest.mark.parametrize(
    "path", ["/", "/article/plain.txt", "/feed.atom", "/healthz", "/metrics", "/api", "/static/style.css"]
)
def test_other_urls_than_the_api_are_not_shared(any_origin: FlaskClient, path: str) -> None:
    response = any_origin.get(path, headers={"Origin": OTHER_ORIGIN}, buffered=True)
    assert not HEADERS & {*response.headers.keys()}
    preflight = any_origin.options(path, headers={"Origin": OTHER_ORIGIN, **PREFLIGHT})
    assert not HEADERS & {*preflight.headers.keys()}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_no_origin_can_write(any_origin: FlaskClient, method: str) -> None:
    assert getattr(any_origin, method)("/api/search", headers={"Origin": OTHER_ORIGIN}).status_code == 405
