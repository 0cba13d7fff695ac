"""Search a relevance set with this project, and with stock Whoosh and jieba beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jieba
from jieba.analyse import ChineseAnalyzer
from whoosh import index
from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import AndGroup, MultifieldParser, OrGroup

import searchlib
from searchlib.settings import Ranking
from tests.benchmarks.relevance_sets import HITS, RelevanceSet, write_articles

WAYS = {
    "searchlib": Ranking(),
    "words alone": Ranking(bigrams=0.0, closeness=0.0, lead=0.0, title_words=0.0, whole_title=0.0),
}
"""This project, and what its words do by themselves, by settings alone."""

STOCK = {"ChineseAnalyzer + Whoosh, any word": OrGroup, "ChineseAnalyzer + Whoosh, all words": AndGroup}
"""Stock Whoosh with one of its groups; the second is its default."""


class Project:
    """The set in an index of this project, which is built once; ``ranked`` opens it with other weights."""

    def __init__(self, each: RelevanceSet, folder: Path) -> None:
        self._folder = folder / "index"
        write_articles(each.texts, folder / "articles")
        report = searchlib.build_index(folder / "articles", self._folder)
        if report.added != len(each.texts):
            raise ValueError(f"{each.name}: {report.added} of {len(each.texts)} articles were added")
        self.ranked(Ranking())

    def ranked(self, weights: Ranking) -> None:
        """Search with these weights from now on."""
        self._index = searchlib.open_index(self._folder, settings=searchlib.Settings(ranking=weights))
        self.totals: list[int] = []

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best texts."""
        results = self._index.search(question, size=HITS, facets=False, snippets=False)
        self.totals.append(results.total)
        return [hit.id.removesuffix(".md") for hit in results.hits]


class Stock:
    """Title and body as ChineseAnalyzer cuts them, scored by Whoosh's BM25F."""

    def __init__(self, each: RelevanceSet, folder: Path) -> None:
        folder.mkdir(parents=True)
        jieba.setLogLevel(logging.WARNING)
        # jieba writes a cache of its dictionary, by default to a path that every user of the machine shares.
        jieba.dt.tmp_dir = str(folder.parent)
        schema = Schema(
            id=ID(stored=True), title=TEXT(analyzer=ChineseAnalyzer()), body=TEXT(analyzer=ChineseAnalyzer())
        )
        made = index.create_in(str(folder), schema)
        writer = made.writer()
        for text in each.texts:
            writer.add_document(id=text.id, title=text.title, body=text.body)
        writer.commit()
        self._searcher = made.searcher()
        self.grouped(OrGroup)

    def grouped(self, group: Any) -> None:
        """Join the words of a question by this group from now on."""
        self._parser = MultifieldParser(["title", "body"], self._searcher.schema, group=group)

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best texts."""
        return [hit["id"] for hit in self._searcher.search(self._parser.parse(question), limit=HITS)]
