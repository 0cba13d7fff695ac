"""Every response has a Server-Timing header."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

TIMING = re.compile(r'(\w+);desc="[^"]+";dur=(\d+\.\d)')


def timings(header: str) -> dict[str, float]:
    parts = header.split(", ")
    matches = [TIMING.fullmatch(part) for part in parts]
    assert all(matches), header
    return {each[1]: float(each[2]) for each in matches if each}


API = ["/api/search?q=连载", "/api/suggest?q=连", "/api/article/plain.txt", "/api/similar/plain.txt"]


@pytest.mark.parametrize("path", ["/?q=连载", "/article/plain.txt", *API])
def test_search_and_rendering_are_measured(client: FlaskClient, path: str) -> None:
    durations = timings(client.get(path).headers["Server-Timing"])
    assert list(durations) == ["search", "render", "total"]
    # Each duration is rounded separately.
    assert durations["search"] + durations["render"] <= durations["total"] + 0.2


@pytest.mark.parametrize("path", ["/feed.atom", "/suggestions?q=连"])
def test_the_search_of_a_feed_is_measured(client: FlaskClient, path: str) -> None:
    assert timings(client.get(path).headers["Server-Timing"]).keys() >= {"search", "total"}


def test_a_response_without_a_search_has_only_a_total(client: FlaskClient) -> None:
    tag = client.get("/?q=连载").headers["ETag"]
    not_modified = client.get("/?q=连载", headers={"If-None-Match": tag})
    for response in (not_modified, client.get("/healthz"), client.get("/api/none"), client.post("/")):
        assert list(timings(response.headers["Server-Timing"]))[-1] == "total"
        assert "search" not in timings(response.headers["Server-Timing"])
