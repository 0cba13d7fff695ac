"""Answers come compressed to those who take them so, and stay the same answers."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
LONG = [
    "/",
    "/article/plain.txt",
    "/api/search?q=连载",
    "/feed.atom?q=连载",
    "/static/style.css",
    "/static/search.js",
    "/api",
    "/api/openapi.json",
]


@pytest.mark.parametrize("path", LONG)
def test_a_long_answer_comes_compressed_and_is_the_same(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True)
    small = client.get(path, headers=GZIP, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 1.5
    assert small.content_type == plain.content_type
    if "took_ms" not in plain.text and "毫秒" not in plain.text:
        assert gzip.decompress(small.data) == plain.data
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.vary


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "*;q=0", "deflate, gzip;q=0.0"])
def test_who_does_not_take_gzip_gets_none(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("<!doctype html>")


def test_what_is_short_or_no_text_is_left_alone(client: FlaskClient) -> None:
    for path in ("/healthz", "/suggestions?q=连"):
        answer = client.get(path, headers=GZIP)
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.vary


@pytest.mark.parametrize("path", ["/?q=连载", "/api/search?q=连载", "/static/style.css"])
def test_an_answer_that_is_there_is_not_sent_again_in_either_form(client: FlaskClient, path: str) -> None:
    for first in ({}, GZIP):
        tag = client.get(path, headers=first, buffered=True).headers["ETag"]
        for then in ({}, GZIP):
            again = client.get(path, headers={**then, "If-None-Match": tag}, buffered=True)
            assert (again.status_code, again.data) == (304, b"")
            assert "Content-Encoding" not in again.headers
            assert "Accept-Encoding" in again.vary


@pytest.mark.parametrize("path", ["/?q=连载", "/static/style.css"])
def test_a_compressed_answer_has_no_strong_tag_in_common_with_the_plain_one(client: FlaskClient, path: str) -> None:
    plain, small = (client.get(path, headers=headers, buffered=True).headers["ETag"] for headers in ({}, GZIP))
    assert small.startswith("W/")
    assert plain != small or plain.startswith("W/")


def test_a_part_of_a_file_is_a_part_of_the_file_as_it_is(client: FlaskClient) -> None:
    whole = client.get("/static/style.css", buffered=True).data
    part = client.get("/static/style.css", headers={**GZIP, "Range": "bytes=10-29"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole[10:30])
    assert "Content-Encoding" not in part.headers


def test_a_head_says_what_a_get_would(client: FlaskClient) -> None:
    got, asked = client.get("/api", headers=GZIP), client.head("/api", headers=GZIP)
    assert asked.data == b""
    for name in ("Content-Encoding", "Content-Type", "Content-Length"):
        assert asked.headers[name] == got.headers[name]
