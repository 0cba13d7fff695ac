"""Every answer says where its time went."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

MEASURED = re.compile(r'(\w+);desc="[^"]+";dur=(\d+\.\d)')


def timings(header: str) -> dict[str, float]:
    parts = header.split(", ")
    found = [MEASURED.fullmatch(part) for part in parts]
    assert all(found), header
    return {each[1]: float(each[2]) for each in found if each}


API = ["/api/search?q=连载", "/api/suggest?q=连", "/api/article/plain.txt", "/api/similar/plain.txt"]


@pytest.mark.parametrize("path", ["/?q=连载", "/article/plain.txt", *API])
def test_a_search_and_its_page_are_measured(client: FlaskClient, path: str) -> None:
    spent = timings(client.get(path).headers["Server-Timing"])
    assert list(spent) == ["search", "render", "total"]
    # Each is rounded for itself.
    assert spent["search"] + spent["render"] <= spent["total"] + 0.2


@pytest.mark.parametrize("path", ["/feed.atom", "/suggestions?q=连"])
def test_a_feed_says_how_long_its_search_took(client: FlaskClient, path: str) -> None:
    assert timings(client.get(path).headers["Server-Timing"]).keys() >= {"search", "total"}


def test_what_does_not_search_is_measured_as_a_whole(client: FlaskClient) -> None:
    tag = client.get("/?q=连载").headers["ETag"]
    kept = client.get("/?q=连载", headers={"If-None-Match": tag})
    for answer in (kept, client.get("/healthz"), client.get("/api/none"), client.post("/")):
        assert list(timings(answer.headers["Server-Timing"]))[-1] == "total"
        assert "search" not in timings(answer.headers["Server-Timing"])
