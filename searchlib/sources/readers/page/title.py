"""Find the title of a page, without the name of its site."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.nodes import MAX_CANDIDATES, node_text, text_of
from searchlib.sources.readers.page.listing import TITLE_SELECTOR

_TITLE_SEPARATOR = lazy_pattern(r"\s+[|\-–—·•»:]+\s+|\s*[|｜_]\s*|\s*[—–-]{2,}\s*")
_SHOWN_TITLE = "#activity-name, .page_wrap > .page_header .text"
"""The title in a page of 公众号 or in an export of Telegram: their ``<title>`` is that of all pages."""


def find_page_title(tree: LexborHTMLParser, title: str, site: str) -> str:
    """Return the title of a page. ``title`` and ``site`` are those in its metadata, or ""."""
    if shown := text_of(tree, _SHOWN_TITLE):
        return shown
    named = tree.css(TITLE_SELECTOR)[:2]
    if not title and len(named) == 1 and (text := _heading_text(named[0])):
        return text  # the title of some pages is that of the site
    whole = title or text_of(tree, "head title")
    without_site = _without_site(whole, site)
    # Some sites put their name before that of the page. A heading in the article tells which is which.
    parts = [part.strip() for part in _TITLE_SEPARATOR.split(whole)]
    for heading in tree.css("article h1, main h1, [itemprop=headline]")[:MAX_CANDIDATES]:
        if (text := _heading_text(heading)) in parts:
            return text
    if parts[0] and parts[0] in map(_heading_text, tree.css("h2")[:MAX_CANDIDATES]):
        return parts[0]
    for heading in tree.css("h1")[:MAX_CANDIDATES]:
        text = _heading_text(heading)
        if text and without_site and (text == title or text in without_site or without_site in text):
            return text
    return without_site


def _heading_text(heading: LexborNode) -> str:
    """Return the text of a heading without the mark of the link to it."""
    return node_text(heading).strip("#¶ ")


def _without_site(title: str, site: str) -> str:
    """Return the title without the site's name: its first or last part. If the name is unknown, remove the last part."""
    separators = list(_TITLE_SEPARATOR.finditer(title))
    if not separators:
        return title
    if site and title[: separators[0].start()].strip() == site:
        return title[separators[0].end() :].strip()
    ends = [*(each.start() for each in separators[1:]), len(title)]
    named = (each for each, end in zip(separators, ends, strict=True) if title[each.end() : end].strip() == site)
    if site and (first := next(named, separators[-1] if title.endswith(site) else None)) is not None:
        return title[: first.start()].strip() or title
    return title[: separators[-1].start()].strip() or title
