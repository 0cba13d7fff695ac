"""Write spans of text as HTML, with the matches marked."""

from __future__ import annotations

from markupsafe import Markup, escape

from searchlib import Spans


def marked(spans: Spans) -> Markup:
    """Return the text of spans, escaped, with ``<mark>`` around each match."""
    return Markup("".join([f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in spans]))


def plain(spans: Spans) -> str:
    """Return the text of spans without marks."""
    return "".join([text for text, _ in spans])
