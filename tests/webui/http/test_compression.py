"""Text responses are compressed for clients that accept gzip."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
LONG_RESPONSES = [
    "/",
    "/article/plain.txt",
    "/api/search?q=连载",
    "/feed.atom?q=连载",
    "/static/style.css",
    "/static/search.js",
    "/api",
    "/api/openapi.json",
]


@pytest.mark.parametrize("path", LONG_RESPONSES)
def test_a_long_response_is_compressed_without_other_changes(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    compressed = client.get(path, headers=GZIP, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert int(compressed.headers["Content-Length"]) == len(compressed.data) < len(plain.data) / 1.5
    assert compressed.content_type == plain.content_type
    if "took_ms" not in plain.text and "毫秒" not in plain.text:
        assert gzip.decompress(compressed.data) == plain.data
    for response in (plain, compressed):
        assert "Accept-Encoding" in response.vary


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "*;q=0", "deflate, gzip;q=0.0"])
def test_a_client_that_does_not_accept_gzip_gets_none(client: FlaskClient, accepted: str) -> None:
    response = client.get("/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert response.text.startswith("<!doctype html>")


def test_a_short_response_is_not_compressed(client: FlaskClient) -> None:
    for path in ("/healthz", "/suggestions?q=连"):
        response = client.get(path, headers=GZIP)
        assert "Content-Encoding" not in response.headers
        assert "Accept-Encoding" in response.vary


@pytest.mark.parametrize("path", ["/?q=连载", "/api/search?q=连载", "/static/style.css"])
def test_an_etag_matches_the_plain_and_the_compressed_response(client: FlaskClient, path: str) -> None:
    for first in ({}, GZIP):
        tag = client.get(path, headers=first, buffered=True).headers["ETag"]
        for then in ({}, GZIP):
            second = client.get(path, headers={**then, "If-None-Match": tag}, buffered=True)
            assert (second.status_code, second.data) == (304, b"")
            assert "Content-Encoding" not in second.headers
            assert "Accept-Encoding" in second.vary


@pytest.mark.parametrize("path", ["/?q=连载", "/static/style.css"])
def test_a_compressed_response_has_a_weak_etag(client: FlaskClient, path: str) -> None:
    plain, compressed = (client.get(path, headers=headers, buffered=True).headers["ETag"] for headers in ({}, GZIP))
    assert compressed.startswith("W/")
    assert plain != compressed or plain.startswith("W/")


def test_a_range_of_a_file_is_not_compressed(client: FlaskClient) -> None:
    whole = client.get("/static/style.css", buffered=True).data
    part = client.get("/static/style.css", headers={**GZIP, "Range": "bytes=10-29"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole[10:30])
    assert "Content-Encoding" not in part.headers


def test_a_head_request_returns_the_headers_of_a_get_request(client: FlaskClient) -> None:
    get, head = client.get("/api", headers=GZIP), client.head("/api", headers=GZIP)
    assert head.data == b""
    for name in ("Content-Encoding", "Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]
