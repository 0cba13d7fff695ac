"""One deadline applies to all searches for a page. After it, optional parts are left out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

DEADLINE = 1.0


@pytest.fixture
def slow(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a client of an index whose calls each take most of the deadline."""
    for name in ("search", "similar", "facet_values"):
        method = getattr(searchlib.Index, name)

        def delayed(*arguments: Any, method: Any = method, **options: Any) -> Any:
            time.sleep(DEADLINE * 0.6)
            return method(*arguments, **options)

        monkeypatch.setattr(searchlib.Index, name, delayed)
    client = webui.create_app(index_folder, settings=searchlib.Settings(deadline=DEADLINE)).test_client()
    webui.warm(client.application)
    return client


def test_a_search_without_hits_does_without_explanations(slow: FlaskClient) -> None:
    response = slow.get("/?q=风车&tag=没有")
    assert response.status_code == 200
    assert 'class="advice"' not in response.text


def test_an_article_does_without_similar_ones(slow: FlaskClient) -> None:
    response = slow.get("/article/two-words.md")
    assert response.status_code == 200
    assert "风车与磨坊" in response.text
    assert "相似文章" not in response.text


def test_the_values_of_a_facet_need_all_their_calls(slow: FlaskClient) -> None:
    assert slow.get("/values?facet=category").status_code == 200
    assert slow.get("/values?facet=category&category=物件&find=物").status_code == 503
