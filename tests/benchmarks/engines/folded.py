"""Fold articles in memory, for engines that index folded articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchlib.analysis.fold import fold
from tests.benchmarks.articles import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedArticle:
    """A folded article, with its original title."""

    shown: str
    title: str
    body: str
    categories: Sequence[str]
    month: str
    day: int


def folded_articles(source: Source) -> list[FoldedArticle]:
    """Return all articles, in order."""
    return [
        FoldedArticle(
            shown=article.title,
            title=fold(article.title),
            body=fold(article.body),
            categories=tuple(dict.fromkeys(article.categories)),
            month=article.month,
            day=article.day,
        )
        for article in source.articles()
    ]
