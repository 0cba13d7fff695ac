"""Every response has the security headers, and no page contains anything that they would block."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG

HOSTILE = quote("""<script>alert(1)</script>"'><img src=x onerror=alert(1)>""")
PAGES = [
    "/",
    f"/?q={HOSTILE}",
    "/?q=脚本注入",
    f"/?q=脚本注入&category={quote(HOSTILE_CATEGORY)}&tag={quote(HOSTILE_TAG)}",
    f"/?category={HOSTILE}&author={HOSTILE}&tag={HOSTILE}",
    f"/?from={HOSTILE}",
    f"/?sort={HOSTILE}",
    f"/?page={HOSTILE}",
    f"/article/{quote(HOSTILE_ID)}?q={HOSTILE}",
    f"/article/{HOSTILE}",
    f"/{HOSTILE}",
    "/api",
]
URLS = [
    *PAGES,
    "/api/search",
    "/api/none",
    "/api/openapi.json",
    "/healthz",
    "/metrics",
    "/static/style.css",
    "/static/none",
]


@pytest.mark.parametrize("path", URLS)
def test_every_response_has_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_contains_inline_code_or_external_resources(client: FlaskClient, path: str) -> None:
    html = LexborHTMLParser(client.get(path).text)
    assert [node.html for node in html.css("script")] == ['<script type="module" src="/static/search.js"></script>']
    assert not html.css("style, iframe, object, embed, base, meta[http-equiv], img")
    for node in html.css("*"):
        names = {name for name in node.attributes if name.startswith("on") or name in ("style", "srcdoc", "formaction")}
        assert not names
    for node in html.css("link, form"):
        assert (node.attributes.get("href") or node.attributes.get("action") or "").startswith("/")
    for node in html.css("a[href]"):
        assert (node.attributes["href"] or "").startswith(("/", "#", "https://example.com/"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_complete_structure(client: FlaskClient, path: str) -> None:
    html = LexborHTMLParser(client.get(path).text)
    for selector in (
        "html[lang=zh-Hans]",
        "head > title",
        "main#main",
        "header",
        "form[role=search] input[name=q]",
        "h1",
    ):
        assert len(html.css(selector)) == 1 or selector == "header", selector
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    labels = {node.attributes["for"] for node in html.css("label")}
    assert {node.attributes["id"] for node in html.css("input:not([type=hidden])")} == labels
    named = {node.attributes["aria-labelledby"] for node in html.css("[aria-labelledby]")}
    assert named <= set(ids)
