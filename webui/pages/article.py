"""Answer GET /article/<id> with the article page."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request
from markupsafe import Markup

import searchlib
from webui import urls
from webui.executor import requested_state
from webui.http.security import allow_pictures
from webui.http.timing import timed
from webui.languages import gettext, page_language, text_language
from webui.pages.category_tree import CategoryTree, whole_tree
from webui.pages.dates import day_text
from webui.pages.links import Link, category_linker, filter_linker
from webui.pages.marked_text import marked
from webui.pages.reading_aids import Heading, mark_matches, with_languages, with_outline
from webui.pages.render import render_page
from webui.pages.safe_html import safe_body
from webui.shared_index import current_index
from webui.state import BLANK, SearchState

blueprint = Blueprint("article", __name__)

_SIMILAR_ARTICLES = 5

_LANGUAGE_SAMPLE = 2_000
"""The number of characters at the beginning of an article that determine its language."""

SIMILAR_SECONDS = 1.0
"""The time that similar articles may take."""

MAX_MARKED_CHARACTERS = 1_000_000
"""The length of the HTML of an article, above which matches are not marked and there is no outline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarView:
    """A similar article: its title, URL and day."""

    text: str
    url: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """The content of the article page. ``matches`` is the number of marked matches in ``body``, whose language is ``language``.

    ``similar`` is None if looking for similar articles took too long.
    """

    article: searchlib.Article
    canonical_url: str
    original_url: str
    date: str
    authors: tuple[Link, ...]
    categories: tuple[tuple[Link, ...], ...]
    tags: tuple[Link, ...]
    title: Markup
    body: Markup
    language: str
    matches: int
    outline: tuple[Heading, ...]
    hidden_pictures: int
    pictures_url: str
    extra: tuple[tuple[str, str], ...]
    similar: tuple[SimilarView, ...] | None
    back_url: str
    back_text: str


@blueprint.get("/article/<article_id:article_id>")
def show(article_id: str) -> Response:
    """Show one article. ``pictures=1`` loads pictures of other sites; the search parameters lead back to that search."""
    state = _previous_search()
    pictures = request.args.get("pictures") == "1"
    index = current_index()
    similar: tuple[searchlib.Hit, ...] | None = None
    with timed("search"), index.shared_deadline():
        article = index.get(article_id)
        # The filter value of a category depends on the whole tree.
        tree = whole_tree() if article.category_paths else CategoryTree((), BLANK)
        # The page is shown without similar articles if they take too long.
        with suppress(searchlib.SearchTimeoutError), index.shared_deadline(SIMILAR_SECONDS):
            similar = index.similar(article_id, size=_SIMILAR_ARTICLES, snippets=False).hits
    with timed("render"):
        page = _article_page(article, similar, state, tree, pictures=pictures)
    response = make_response(render_page("article.html", state, page=page))
    if pictures:
        allow_pictures(response)
    return response


@blueprint.get("/article")
def find() -> Response:
    """Redirect to the article with the given ``title``, or to a search for it unless exactly one article has it."""
    title = request.args.get("title", "").strip()
    hits = current_index().search(title, literal=True, verbatim=True, facets=False, snippets=False, repeats="show").hits
    ids = [hit.id for hit in hits if hit.title == title]
    if len(ids) == 1:
        return redirect(urls.article_url(ids[0], BLANK))  # type: ignore[return-value]  # Flask's response
    return redirect(urls.search_url(BLANK.with_query(title)))  # type: ignore[return-value]


def _previous_search() -> SearchState:
    try:
        return requested_state()
    except searchlib.ParameterError:
        return BLANK


def _article_page(
    article: searchlib.Article,
    similar: tuple[searchlib.Hit, ...] | None,
    state: SearchState,
    tree: CategoryTree,
    *,
    pictures: bool,
) -> ArticlePage:
    body = safe_body(article.html, title=article.title, pictures=pictures)
    mark = partial(current_index().mark, state.query)
    html, matches = body.html if article.html else _paragraphs(article), 0
    language = text_language(article.body[:_LANGUAGE_SAMPLE]) or text_language(article.title) or page_language()
    outline: tuple[Heading, ...] = ()
    if len(html) <= MAX_MARKED_CHARACTERS:
        html = with_languages(html, language)
        html, matches = mark_matches(html, mark)
        html, outline = with_outline(html)
    article_url = urls.article_urls(state)
    return ArticlePage(
        article=article,
        canonical_url=urls.article_url(article.id, BLANK),
        original_url=current_index().original_url(article),
        date=day_text(article.date),
        authors=filter_linker(BLANK, "author")(article.authors),
        categories=category_linker(BLANK, tree)(article),
        tags=filter_linker(BLANK, "tag")(article.tags),
        title=marked(mark(article.title)),
        body=html,
        language=language,
        matches=matches,
        outline=outline,
        hidden_pictures=0 if pictures else body.pictures,
        pictures_url=urls.article_url(article.id, state, pictures=True),
        extra=tuple((name, _value_text(value)) for name, value in article.extra.items()),
        similar=None
        if similar is None
        else tuple(SimilarView(text=hit.title, url=article_url(hit.id), date=day_text(hit.date)) for hit in similar),
        back_url=urls.search_url(state),
        back_text=gettext("返回文章列表") if state == BLANK else gettext("返回搜索结果"),
    )


def _paragraphs(article: searchlib.Article) -> Markup:
    """Return the body of an article without HTML: one paragraph a line, without a first line that repeats the title."""
    lines = [line for line in article.body.split("\n") if line.strip()]
    if lines[:1] == [article.title]:
        del lines[0]
    return Markup("".join(f"<p>{escape(line, quote=False)}</p>\n" for line in lines))


def _value_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
