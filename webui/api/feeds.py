"""Answer feed readers and browsers: an Atom feed of any search, the OpenSearch description, and its suggestions.

The feed is a template: feedgen depends on lxml, and needs an extension for the OpenSearch elements.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

import searchlib
from webui import urls
from webui.api.views import DEFAULT_SUGGESTIONS
from webui.executor import requested_state, search
from webui.http.hosts import permanent_url
from webui.http.timing import timed
from webui.languages import counted, gettext
from webui.pages.dates import timestamp_text
from webui.pages.marked_text import plain
from webui.pages.render import site_title
from webui.shared_index import current_index
from webui.state import BLANK, SearchState, suggestion_state

blueprint = Blueprint("feeds", __name__)

FEED_TYPE = "application/atom+xml"
DESCRIPTION_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE = "application/x-suggestions+json"
_INVALID_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 cannot contain, not even escaped."""
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an entry whose article has no date."""
_SHORT_NAME_LENGTH = 16
_LONG_NAME_LENGTH = 48
_DESCRIPTION_LENGTH = 1024
"""The maximum lengths of the names in an OpenSearch description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a feed. ``id`` is the same in all feeds; ``published`` is empty if the article has no date.

    ``original_url`` is the address of the original, ``extra`` the chosen values of its front matter.
    """

    id: str
    title: str
    url: str
    published: str
    updated: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str
    original_url: str
    extra: tuple[tuple[str, str], ...]


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Return one page of a search as a feed. It has the parameters of the page; without ``sort``, the newest come first."""
    state = requested_state()
    if not request.args.get("sort"):
        state = replace(state, sort="newest")
    built = current_index().stats().built
    results = search(state)
    text = render_template(
        "feed.xml",
        title=_xml(" · ".join(filter(None, (state.query, site_title())))),
        # All pages have the same id: together they are one feed.
        id=permanent_url(urls.search_url(state.with_page(BLANK.page))),
        links={name: _absolute(urls.feed_page_url(each)) for name, each in _pages(state, results)},
        page_url=_absolute(urls.search_url(state)),
        description_url=_absolute(url_for("feeds.description")),
        updated=timestamp_text(built),
        query=_xml(state.query),
        page=state.page,
        size=state.size,
        start=(state.page - 1) * state.size + 1,
        total=results.total - results.folded,
        entries=[_entry(hit, state) for hit in results.hits],
    )
    return Response(text, mimetype=FEED_TYPE)


def _pages(state: SearchState, results: searchlib.Results) -> Iterator[tuple[str, SearchState]]:
    """Yield the pages of a feed by their link relation (RFC 5005)."""
    last = max(state.last_page(results), 1)
    yield "self", state
    yield "first", state.with_page(1)
    if state.page > 1:
        yield "previous", state.with_page(min(state.page - 1, last))
    if state.page < last:
        yield "next", state.with_page(state.page + 1)
    yield "last", state.with_page(last)


def _entry(hit: searchlib.Hit, state: SearchState) -> Entry:
    return Entry(
        id=permanent_url(urls.article_url(hit.id, BLANK)),
        title=_xml(hit.title),
        url=_absolute(urls.article_url(hit.id, state)),
        published=timestamp_text(hit.date) if hit.date else "",
        # Atom requires a time. With the time of the build, every rebuild would be an update of the article.
        updated=timestamp_text(hit.date or _NO_DATE),
        # Atom requires an author.
        authors=tuple(map(_xml, hit.authors)) or (gettext("佚名"),),
        categories=tuple(map(_xml, hit.categories)),
        summary=_xml(" … ".join(map(plain, hit.snippets))),
        original_url=_xml(hit.url),
        extra=tuple((name, _xml(text)) for name, value in hit.extra.items() for text in _texts(value)),
    )


def _texts(value: Any) -> list[str]:
    """Return a value of the front matter as texts: those of a list, or one; JSON for a table."""
    values = value if isinstance(value, list) else [value]
    return [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in values]


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """Return the OpenSearch description, with which a browser adds the site as a search engine."""
    title = _xml(site_title())
    text = render_template(
        "opensearch.xml",
        short_name=title[:_SHORT_NAME_LENGTH],
        long_name=title[:_LONG_NAME_LENGTH],
        description=title[:_DESCRIPTION_LENGTH],
        search_url=_absolute(url_for("search.show")),
        feed_url=_absolute(url_for("feeds.feed")),
        suggest_url=_absolute(url_for("feeds.suggest")),
        own_url=_absolute(url_for("feeds.description")),
        icon_url=_absolute(url_for("static", filename="icon.svg")),
    )
    return Response(text, mimetype=DESCRIPTION_TYPE)


@blueprint.get("/suggestions")
def suggest() -> Response:
    """Return completions of ``q`` in the format of OpenSearch: the query, completions, descriptions, URLs."""
    text = request.args.get("q", "")
    with timed("search"):
        suggestions = current_index().suggest(text, size=DEFAULT_SUGGESTIONS)
    response = jsonify(
        [
            text,
            [each.text for each in suggestions],
            [counted("%(count)s 篇", each.count) for each in suggestions],
            [_absolute(urls.search_url(suggestion_state(each))) for each in suggestions],
        ]
    )
    response.mimetype = SUGGESTIONS_TYPE
    return response


def _absolute(path: str) -> str:
    return request.host_url.rstrip("/") + path


def _xml(text: str) -> str:
    return _INVALID_IN_XML.sub("\ufffd", text)
