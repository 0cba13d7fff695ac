"""A page with all its resources, except pictures, is small."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

MAX_BYTES = 60_000
"""The limit for a browser that accepts gzip."""


@pytest.mark.parametrize("path", ["/", "/?q=的", "/?q=的&size=100", "/article/travel/cities/liziba.md?q=重庆", "/api"])
def test_a_page_with_its_resources_is_small(samples: FlaskClient, path: str) -> None:
    response = samples.get(path)
    assert response.status_code == 200
    page = LexborHTMLParser(response.text)
    loaded = page.css("link[rel=stylesheet], link[rel=icon], link[rel=modulepreload], script[src]")
    urls = [each.attributes.get("href") or each.attributes.get("src") or "" for each in loaded]
    assert len(urls) == 8
    sizes = {}
    for url in (path, *urls):
        with samples.get(url, headers={"Accept-Encoding": "gzip"}) as response:
            sizes[url] = len(response.get_data())
    assert all(sizes.values())
    assert sum(sizes.values()) < MAX_BYTES, sizes
