"""Link to a text in a page."""

from __future__ import annotations

from urllib.parse import quote


def with_text_fragment(url: str, text: str) -> str:
    """Return a URL that makes the browser scroll to a text in its page; the URL itself if it or the text is empty."""
    if not url or not text:
        return url
    return f"{url}{'' if '#' in url else '#'}:~:text={quote(text, safe='').replace('-', '%2D')}"
