"""Answer for other programs of a reader's: an Atom feed of any search, and the description that adds the site to a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

import searchlib
from webui import urls
from webui.http.timing import timed
from webui.languages import counted
from webui.pages.render import site_title
from webui.pages.search import search
from webui.shared_index import current_index
from webui.state import BLANK, SearchState, parse_state

blueprint = Blueprint("feeds", __name__)

FEED = "application/atom+xml"
DESCRIPTION = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
_MOST_SUGGESTIONS = 8
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a feed, ready to show. ``id`` is the same in every feed, ``published`` empty where there is no date."""

    id: str
    title: str
    url: str
    published: str
    updated: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    summary: str


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The articles of a search, the newest first unless another order is asked for; the parameters are the page's."""
    state = parse_state(request.args)
    if not request.args.get("sort"):
        state = replace(state, sort="newest")
    built = current_index().stats().built
    results = search(state)
    first = replace(state, page=BLANK.page)
    text = render_template(
        "feed.xml",
        title=_xml(" · ".join(filter(None, (state.query, site_title())))),
        # All pages are one feed.
        id=_absolute(urls.search_url(first)),
        links={name: _absolute(urls.feed_page_url(each)) for name, each in _pages(state, results)},
        page_url=_absolute(urls.search_url(state)),
        description_url=_absolute(url_for("feeds.description")),
        updated=built.isoformat(),
        query=_xml(state.query),
        page=state.page,
        size=state.size,
        start=(state.page - 1) * state.size + 1,
        total=results.total - results.folded,
        entries=[_entry(hit, built, state) for hit in results.hits],
    )
    return _answer(text, FEED)


def _pages(state: SearchState, results: searchlib.Results) -> Iterator[tuple[str, SearchState]]:
    """The pages of a feed by what they are to this one (RFC 5005)."""
    last = max(urls.last_page(state, results), 1)
    yield "self", state
    yield "first", urls.at_page(state, 1)
    if state.page > 1:
        yield "previous", urls.at_page(state, min(state.page - 1, last))
    if state.page < last:
        yield "next", urls.at_page(state, state.page + 1)
    yield "last", urls.at_page(state, last)


def _entry(hit: searchlib.Hit, built: datetime, state: SearchState) -> Entry:
    return Entry(
        id=_absolute(urls.article_url(hit.id, BLANK)),
        title=_xml(hit.title),
        url=_absolute(urls.article_url(hit.id, state)),
        published=hit.date.isoformat() if hit.date else "",
        # Every entry must have this; an article without a date cannot be older than what it is in.
        updated=(hit.date or built).isoformat(),
        authors=tuple(map(_xml, hit.authors)),
        categories=tuple(map(_xml, hit.categories)),
        summary=_xml(" … ".join("".join(text for text, _ in snippet) for snippet in hit.snippets)),
    )


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """How a browser searches this site from its own search box."""
    return _answer(
        render_template(
            "opensearch.xml",
            title=_xml(site_title()),
            search_url=_absolute(url_for("search.show")),
            feed_url=_absolute(url_for("feeds.feed")),
            suggest_url=_absolute(url_for("feeds.suggest")),
            own_url=_absolute(url_for("feeds.description")),
            icon_url=_absolute(url_for("static", filename="icon.svg")),
        ),
        DESCRIPTION,
    )


@blueprint.get("/suggestions")
def suggest() -> Response:
    """Completions of ``q`` in the form that browsers expect."""
    text = request.args.get("q", "")
    with timed("search"):
        found = current_index().suggest(text, size=_MOST_SUGGESTIONS)
    response = jsonify(
        [
            text,
            [each.text for each in found],
            [counted("%(count)s 篇", each.count) for each in found],
            [_absolute(urls.search_url(urls.completed(each))) for each in found],
        ]
    )
    response.mimetype = SUGGESTIONS
    return response


def _absolute(path: str) -> str:
    return request.host_url.rstrip("/") + path


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _answer(text: str, mimetype: str) -> Response:
    response = make_response(text)
    response.mimetype = mimetype
    return response
