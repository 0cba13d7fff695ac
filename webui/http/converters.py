"""How an article's id stands in a URL."""

from __future__ import annotations

from werkzeug.routing import PathConverter


class ArticleIdConverter(PathConverter):
    """A path that may hold any character: file names may even hold line breaks."""

    regex = r"[^/][\s\S]*?"
