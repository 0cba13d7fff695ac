"""Shortcuts to read parsed HTML."""

from __future__ import annotations

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode


def only(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """Return the only element that matches the selector."""
    nodes = page.css(selector)
    assert len(nodes) == 1, f"{len(nodes)} elements match {selector}"
    return nodes[0]


def texts(page: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    """Return the texts of all elements that match the selector, with white space collapsed."""
    return [" ".join(node.text().split()) for node in page.css(selector)]


def href(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    """Return the URL of the only link that matches the selector."""
    return only(page, selector).attributes["href"] or ""


def follow(client: FlaskClient, link: LexborNode) -> LexborHTMLParser:
    """Load the page of a link."""
    response = client.get(link.attributes["href"] or "")
    assert response.status_code == 200
    return LexborHTMLParser(response.text)
