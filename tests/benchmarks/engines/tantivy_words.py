"""tantivy on words cut by rjieba.

Fairness: articles are held folded before the clock starts; cutting them is part of the build, as it must be for Chinese.
Fairness: the stored body is the cut text, which its snippets need; of the original only the title is stored.
Fairness: search and facets are two calls, because its Python API has no way to collect both in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from searchlib.analysis.fold import fold
from tests.benchmarks.articles import Source
from tests.benchmarks.cut import question_words, spaced, words
from tests.benchmarks.engines.base import CATEGORIES, HITS, Engine, Found
from tests.benchmarks.engines.folded import FoldedArticle, folded_articles
from tests.benchmarks.queries import Query

THREADS = 2
HEAP = 512_000_000
_MONTHS = 5_000
TOKENIZER = "spaced"
_FIELDS = ("title", "body")
_FACETS = {
    "category": {"terms": {"field": "category", "size": CATEGORIES}},
    "month": {"terms": {"field": "month", "size": _MONTHS}},
}


class Tantivy:
    """Title and body as words with positions; category, month and day as fast fields."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _schema()
        self._articles: list[FoldedArticle] = []

    def load(self, source: Source) -> None:
        self._articles = folded_articles(source)

    def build(self) -> None:
        self._folder.mkdir(parents=True)
        writer = with_tokenizer(tantivy.Index(self._schema, path=str(self._folder))).writer(HEAP, THREADS)
        for article in self._articles:
            document = tantivy.Document(
                title=spaced(article.title),
                body=spaced(article.body),
                shown=article.shown,
                category=list(article.categories),
                month=article.month,
                day=article.day,
            )
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._searcher = with_tokenizer(tantivy.Index.open(str(self._folder))).searcher()

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        wanted = self._query(query)
        result = self._searcher.search(wanted, HITS)
        found = [self._searcher.doc(address) for _, address in result.hits]
        counts: dict[str, dict[str, int]] = {}
        if facets:
            for name, answer in self._searcher.aggregate(wanted, _FACETS).items():
                counts[name] = {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
        texts: Sequence[str] = ()
        if snippets:
            generator = tantivy.SnippetGenerator.create(self._searcher, wanted, self._schema, "body")
            texts = [generator.snippet_from_doc(each).to_html().replace(" ", "") for each in found]
        return Found(total(result), [str(each.get_first("shown")) for each in found], counts, texts)

    def _query(self, query: Query) -> tantivy.Query:
        match query.kind:
            case "phrase":
                return self._phrase(words(fold(query.parts[0])))
            case "question":
                return any_of(self._word(word) for word in question_words(query.parts[0]))
            case "and":
                return tantivy.Query.boolean_query([(tantivy.Occur.Must, self._word(word)) for word in query.parts])
            case _:
                return any_of([self._word(word) for word in query.parts])

    def _word(self, word: str) -> tantivy.Query:
        return any_of([tantivy.Query.term_query(self._schema, field, word) for field in _FIELDS])

    def _phrase(self, run: list[str]) -> tantivy.Query:
        if len(run) == 1:
            return self._word(run[0])
        return any_of([tantivy.Query.phrase_query(self._schema, field, list(run)) for field in _FIELDS])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=TOKENIZER)
    builder.add_text_field("body", stored=True, tokenizer_name=TOKENIZER)
    builder.add_text_field("shown", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("category", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("month", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", fast=True)
    return builder.build()


def with_tokenizer(index: tantivy.Index) -> tantivy.Index:
    """Return the index with the tokenizer of its text fields, which splits on white space."""
    index.register_tokenizer(TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def total(result: Any) -> int:
    """Return the number of matching articles, which is missing from the type stubs of the package."""
    return int(result.count)


def any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    """Return the query that matches if one of these does."""
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, each) for each in queries])


def make(folder: Path) -> Engine:
    """Return the engine with its index in a folder."""
    return Tantivy(folder)
