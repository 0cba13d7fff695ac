"""The script of the search box is small, and pages of allowed origins can load it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

MAX_BYTES = 12_000
"""The limit for a browser that accepts gzip."""
ORIGIN = "https://blog.example"


@pytest.fixture
def allowing(index_folder: Path) -> FlaskClient:
    settings = searchlib.Settings(cors_origins=(ORIGIN,), url_template="https://blog.example/{stem}/")
    return webui.create_app(index_folder, settings=settings).test_client()


def test_the_script_is_small_and_has_no_dependencies(client: FlaskClient) -> None:
    with client.get("/embed.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.mimetype == "text/javascript"
        assert response.headers["Content-Encoding"] == "gzip"
        assert 1_000 < len(response.data) <= MAX_BYTES
    with client.get("/embed.js") as response:
        lines = response.get_data(as_text=True).splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert not [line for line in lines if "innerHTML" in line or 'setAttribute("style' in line]


def test_an_unchanged_script_is_not_sent_again(client: FlaskClient) -> None:
    with client.get("/embed.js") as response:
        assert response.cache_control.max_age == 3600
        tag = response.headers["ETag"]
    with client.get("/embed.js", headers={"If-None-Match": tag}) as response:
        assert response.status_code == 304


def test_without_the_setting_no_other_origin_can_load_the_script(client: FlaskClient) -> None:
    with client.get("/embed.js", headers={"Origin": ORIGIN}) as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response.headers


def test_an_allowed_origin_can_load_the_script_and_nothing_else_outside_the_api(allowing: FlaskClient) -> None:
    with allowing.get("/embed.js", headers={"Origin": ORIGIN}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Origin" in response.vary
    with allowing.get("/static/search.js", headers={"Origin": ORIGIN}) as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response.headers


def test_another_origin_cannot(allowing: FlaskClient) -> None:
    with allowing.get("/embed.js", headers={"Origin": "https://other.example"}) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Origin" in response.vary


def test_hits_have_the_url_of_their_first_match_in_the_original(allowing: FlaskClient, client: FlaskClient) -> None:
    (hit, *_) = allowing.get("/api/search?q=连载&size=3").get_json()["hits"]
    assert hit["original_url"].startswith("https://blog.example/")
    assert "#:~:text=" in hit["original_url"]
    (hit, *_) = client.get("/api/search?q=连载&size=3").get_json()["hits"]
    assert hit["original_url"] is None


def test_without_facets_a_response_is_smaller(client: FlaskClient) -> None:
    whole = client.get("/api/search?q=连载").get_json()
    partial = client.get("/api/search?q=连载&facets=0").get_json()
    assert whole["facets"]["year"]
    assert not any(partial["facets"].values())
    assert not partial["category_tree"]
    assert [each["id"] for each in partial["hits"]] == [each["id"] for each in whole["hits"]]
    assert "facets=0" in partial["url"]
    assert client.get("/api/search?facets=no").status_code == 400
