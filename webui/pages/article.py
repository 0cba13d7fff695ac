"""Answer GET /article/<id> with the article page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from flask import Blueprint, Response, current_app, make_response, request, url_for
from markupsafe import Markup

import searchlib
from webui import urls
from webui.http.security import allow_pictures
from webui.http.timing import timed
from webui.languages import gettext
from webui.original import original_url
from webui.pages.category_choice import Places
from webui.pages.facets import category_trails
from webui.pages.links import Link
from webui.pages.reading_aids import Heading, mark_matches, with_outline
from webui.pages.render import render_page
from webui.pages.safe_html import safe_body
from webui.pages.search_view import day_text
from webui.shared_index import current_index
from webui.state import BLANK, SearchState, parse_state

blueprint = Blueprint("article", __name__)

_SIMILAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarView:
    """A similar article, ready to show."""

    text: str
    url: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """All that the article page shows; ``matches`` is how many are marked in the body."""

    article: searchlib.Article
    canonical_url: str
    original_url: str
    date: str
    authors: tuple[Link, ...]
    categories: tuple[tuple[Link, ...], ...]
    tags: tuple[Link, ...]
    title: searchlib.Spans
    body: Markup
    matches: int
    outline: tuple[Heading, ...]
    hidden_pictures: int
    pictures_url: str
    extra: tuple[tuple[str, str], ...]
    similar: tuple[SimilarView, ...]
    back_url: str
    back_text: str


@blueprint.get("/article/<article_id:article_id>")
def show(article_id: str) -> Response:
    """One article; ``pictures=1`` lets it load pictures of other sites, the search parameters lead back."""
    state = _came_from()
    pictures = request.args.get("pictures") == "1"
    index = current_index()
    with timed("search"):
        article = index.get(article_id)
        similar = index.similar(article_id, size=_SIMILAR).hits
        # What the filter takes for a place depends on all places that there are.
        places = Places(_tree(index) if article.category_paths else (), BLANK)
    with timed("render"):
        page = _article_page(article, similar, state, places, pictures=pictures)
    response = make_response(render_page("article.html", state, page=page))
    if pictures:
        allow_pictures(response)
    return response


def _tree(index: searchlib.Index) -> Iterator[searchlib.CategoryNode]:
    return (each for each in index.facet_values("category") if isinstance(each, searchlib.CategoryNode))


def _came_from() -> SearchState:
    try:
        return parse_state(request.args)
    except searchlib.ParameterError:
        return BLANK


def _article_page(
    article: searchlib.Article,
    similar: tuple[searchlib.Hit, ...],
    state: SearchState,
    places: Places,
    *,
    pictures: bool,
) -> ArticlePage:
    body = safe_body(article.html, title=article.title, pictures=pictures)
    mark = partial(current_index().mark, state.query)
    marked, matches = mark_matches(body.html if article.html else _paragraphs(article), mark)
    html, outline = with_outline(marked)
    return ArticlePage(
        article=article,
        canonical_url=url_for("article.show", article_id=article.id),
        original_url=original_url(article, current_app.config["URL_TEMPLATE"]),
        date=day_text(article.date),
        authors=_search_links("author", article.authors),
        categories=category_trails(article, places),
        tags=_search_links("tag", article.tags),
        title=mark(article.title),
        body=html,
        matches=matches,
        outline=outline,
        hidden_pictures=0 if pictures else body.pictures,
        pictures_url=urls.article_url(article.id, state, pictures=True),
        extra=tuple((name, _value_text(value)) for name, value in article.extra.items()),
        similar=tuple(
            SimilarView(text=hit.title, url=urls.article_url(hit.id, state), date=day_text(hit.date)) for hit in similar
        ),
        back_url=urls.search_url(state),
        back_text=gettext("返回文章列表") if state == BLANK else gettext("返回搜索结果"),
    )


def _search_links(name: str, values: tuple[str, ...]) -> tuple[Link, ...]:
    return tuple(Link(text=value, url=urls.search_url(urls.toggled(BLANK, name, value))) for value in values)


def _paragraphs(article: searchlib.Article) -> Markup:
    """The HTML of a body that has none: a paragraph for each line, without a first one that repeats the title."""
    lines = [line for line in article.body.split("\n") if line.strip()]
    shown = lines[1:] if lines[:1] == [article.title] else lines
    return Markup("".join(f"<p>{escape(line, quote=False)}</p>\n" for line in shown))


def _value_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
