"""A page is light: what a browser loads for it, without pictures, in all."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

MOST = 60_000
"""Bytes, as they are sent to a browser that takes gzip."""


@pytest.mark.parametrize("path", ["/", "/?q=的", "/?q=的&size=100", "/article/travel/cities/liziba.md?q=重庆", "/api"])
def test_a_page_and_all_that_it_loads_are_small(samples: FlaskClient, path: str) -> None:
    answer = samples.get(path)
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    loaded = page.css("link[rel=stylesheet], link[rel=icon], link[rel=modulepreload], script[src]")
    addresses = [each.attributes.get("href") or each.attributes.get("src") or "" for each in loaded]
    assert len(addresses) == 6
    weights = {}
    for address in (path, *addresses):
        with samples.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            weights[address] = len(answer.get_data())
    assert all(weights.values())
    assert sum(weights.values()) < MOST, weights
