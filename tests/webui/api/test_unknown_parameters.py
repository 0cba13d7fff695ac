"""The API rejects unknown parameters, and names the intended one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

UNKNOWN = [
    ("/api/search?q=a&date_from=2021", "date_from", "from"),
    ("/api/search?date_to=2021", "date_to", "to"),
    ("/api/search?query=a", "query", "q"),
    ("/api/search?categories=a", "categories", "category"),
    ("/api/search?Tag=a", "Tag", "tag"),
    ("/api/search?limit=5", "limit", "size"),
    ("/api/search?q=a&xyz=1", "xyz", ""),
    ("/api/search?=1", "", ""),
    ("/api/suggest?q=a&page=2", "page", ""),
    ("/api/article/plain.txt?size=3", "size", ""),
    ("/api/similar/plain.txt?sise=3", "sise", "size"),
]


@pytest.mark.parametrize(("url", "name", "meant"), UNKNOWN)
def test_an_unknown_parameter_is_refused(client: FlaskClient, url: str, name: str, meant: str) -> None:
    response = client.get(url)
    assert response.status_code == 400
    error = response.get_json()["error"]
    assert (error["code"], error["parameter"]) == ("unknown_parameter", name)
    assert repr(name) in error["message"]
    assert ("did you mean" in error["message"]) is bool(meant)
    assert f"did you mean {meant!r}?" in error["message"] or not meant


@pytest.mark.parametrize(
    "url", ["/?q=a&date_from=2021", "/healthz?t=1", "/feed.atom?utm_source=a", "/article/plain.txt?x=1"]
)
def test_pages_and_health_checks_ignore_unknown_parameters(client: FlaskClient, url: str) -> None:
    assert client.get(url).status_code == 200


def test_every_parameter_of_the_api_is_accepted(client: FlaskClient) -> None:
    url = "/api/search?q=a&category=&author=&tag=&from=&to=&sort=&repeats=&page=&size=&verbatim=&explain=&log="
    assert client.get(url).status_code == 200


def test_crawlers_are_kept_out_of_searches(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    lines = response.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Allow: /?page=", "Disallow: /*?", "Disallow: /api/"} < {*lines}
    assert "report" not in response.text
    below = client.get("/robots.txt", base_url="http://localhost/archive").text
    assert "Disallow: /archive/*?" in below
