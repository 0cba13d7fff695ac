"""Read a parsed page the short way."""

from __future__ import annotations

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode


def only(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The one element that the selector finds."""
    found = page.css(selector)
    assert len(found) == 1, f"{len(found)} elements match {selector}"
    return found[0]


def texts(page: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    """The texts of all that the selector finds, white space folded."""
    return [" ".join(node.text().split()) for node in page.css(selector)]


def href(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    """Where the one link that the selector finds leads."""
    return only(page, selector).attributes["href"] or ""


def follow(client: FlaskClient, link: LexborNode) -> LexborHTMLParser:
    """The page that a link leads to."""
    answer = client.get(link.attributes["href"] or "")
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)
