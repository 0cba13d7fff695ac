"""Make an article of a title, a content and the values of front matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from searchlib.models import Article
from searchlib.sources.bounds import Bounds
from searchlib.sources.front_matter.metadata import AUTHOR_KEYS, Metadata
from searchlib.sources.front_matter.values import as_authors
from searchlib.sources.readers.base import Content


def make_article(
    article_id: str,
    title: str,
    content: Content,
    metadata: Metadata,
    bounds: Bounds,
    *,
    date: datetime | None,
    date_source: str,
    tags: tuple[str, ...],
    paths: Sequence[tuple[str, ...]],
) -> Article:
    """Return the article. ``paths`` are those of its categories; ``bounds`` collects what is too long in it."""
    category_paths = bounds.paths("categories", paths)
    return Article(
        id=article_id,
        path=article_id,
        title=bounds.line("title", title),
        body="\n".join(content.blocks).strip(),
        date=date,
        date_source=date_source,
        author=bounds.line("author", as_authors(metadata.first(AUTHOR_KEYS))),
        categories=tuple(dict.fromkeys(chain.from_iterable(category_paths))),
        category_paths=category_paths,
        tags=tags,
        extra=metadata.extra(date_source),
        html=content.html,
        headings=tuple(content.headings),
    )
