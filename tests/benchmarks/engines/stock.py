"""Whoosh with jieba's ChineseAnalyzer, as a newcomer would write it from their documentation.

Fairness: articles are held in memory before the clock starts, and jieba has loaded its dictionary.
Fairness: texts are not folded, because nothing in the two packages does it: it misses 學習 where 学习 is asked for.
Fairness: facets are groups of hits, as Whoosh documents them first; its Count instead would make them a quarter faster.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import jieba
from jieba.analyse import ChineseAnalyzer
from whoosh import index
from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.qparser import MultifieldParser, OrGroup
from whoosh.sorting import FieldFacet

from tests.benchmarks.articles import Article, Source
from tests.benchmarks.engines.base import HITS, Engine, Found
from tests.benchmarks.queries import Query

_FIELDS = ["title", "body"]


class Stock:
    """Title and body as words, categories as keywords, the month as an identifier."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles: list[Article] = []
        folder.mkdir(parents=True, exist_ok=True)
        jieba.setLogLevel(logging.WARNING)
        # jieba writes a cache of its dictionary, by default to a path that every user of the machine shares.
        jieba.dt.tmp_dir = str(folder.parent)
        jieba.initialize()

    def load(self, source: Source) -> None:
        self._articles = list(source.articles())

    def build(self) -> None:
        schema = Schema(
            title=TEXT(analyzer=ChineseAnalyzer(), stored=True),
            body=TEXT(analyzer=ChineseAnalyzer(), stored=True),
            category=KEYWORD(commas=True),
            month=ID,
        )
        writer = index.create_in(str(self._folder), schema).writer()
        for article in self._articles:
            writer.add_document(
                title=article.title,
                body=article.body,
                category=",".join(name.replace(",", " ") for name in article.categories),
                month=article.month,
            )
        writer.commit()

    def open(self) -> None:
        opened = index.open_dir(str(self._folder))
        self._searcher = opened.searcher()
        self._all = MultifieldParser(_FIELDS, opened.schema)
        self._any = MultifieldParser(_FIELDS, opened.schema, group=OrGroup)

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        groups: dict[str, Any] = {}
        if facets:
            groups["groupedby"] = {
                "category": FieldFacet("category", allow_overlap=True),
                "month": FieldFacet("month"),
            }
        results = self._searcher.search(self._query(query), limit=HITS, **groups)
        # A search with groups gives all hits, whatever its limit.
        hits = results[:HITS]
        return Found(
            len(results),
            [hit["title"] for hit in hits],
            {
                name: {value or "": len(group) for value, group in results.groups(name).items()}
                for name in ("category", "month")
            }
            if facets
            else {},
            [hit.highlights("body") for hit in hits] if snippets else (),
        )

    def _query(self, query: Query) -> Any:
        match query.kind:
            case "phrase":
                return self._all.parse(f'"{query.parts[0]}"')
            case "or":
                return self._all.parse(" OR ".join(query.parts))
            case "question":
                return self._any.parse(query.parts[0])
            case _:
                return self._all.parse(" ".join(query.parts))


def make(folder: Path) -> Engine:
    """Return the engine with its index in a folder."""
    return Stock(folder)
