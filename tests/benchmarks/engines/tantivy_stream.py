"""tantivy on the articles of an index, with all that the search page asks for.

Fairness: the same articles, folded; words are cut by rjieba, as in the other benchmark.
Fairness: search and facets are two calls, because its Python API has no way to collect both in one.
"""

from __future__ import annotations

from pathlib import Path

import tantivy

import searchlib
from searchlib.analysis.fold import fold
from searchlib.engines.base import FACETS, MAX_FACET_VALUES
from tests.benchmarks.articles import encodable
from tests.benchmarks.cut import question_words, spaced, words
from tests.benchmarks.engines.base import HITS
from tests.benchmarks.engines.tantivy_words import HEAP, THREADS, TOKENIZER, any_of, total, with_tokenizer
from tests.benchmarks.stream_queries import TypedQuery

_FIELDS = ("title", "body")
_AGGREGATIONS = {name: {"terms": {"field": name, "size": MAX_FACET_VALUES}} for name in FACETS}


def build(index: searchlib.Index, place: Path) -> None:
    """Build tantivy's index of the articles of an index, unless it is there."""
    if place.exists():
        return
    unfinished = place.with_name(f"{place.name}.part")
    unfinished.mkdir(parents=True)
    writer = with_tokenizer(tantivy.Index(_schema(), path=str(unfinished))).writer(HEAP, THREADS)
    for article in index._current().engine.articles():
        writer.add_document(
            tantivy.Document(
                title=spaced(fold(encodable(article.title))),
                body=spaced(fold(encodable(article.body))),
                shown=encodable(article.title),
                category=[*dict.fromkeys(map(encodable, article.categories))],
                author=encodable(article.author),
                tag=[*dict.fromkeys(map(encodable, article.tags))],
                year=f"{article.date:%Y}" if article.date else "",
                month=f"{article.date:%Y-%m}" if article.date else "",
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    unfinished.rename(place)


class TantivyStream:
    """An open index."""

    def __init__(self, place: Path) -> None:
        self._schema = _schema()
        self._searcher = with_tokenizer(tantivy.Index.open(str(place))).searcher()

    def search(self, query: TypedQuery, *, page: bool) -> int:
        """Read the ten best articles and, for a ``page``, their snippets and all facets; return the total."""
        searched = self._query(query)
        result = self._searcher.search(searched, HITS)
        found = [self._searcher.doc(address) for _, address in result.hits]
        if page:
            self._searcher.aggregate(searched, _AGGREGATIONS)
            generator = tantivy.SnippetGenerator.create(self._searcher, searched, self._schema, "body")
            for each in found:
                generator.snippet_from_doc(each).to_html()
        for each in found:
            each.get_first("shown")
        return total(result)

    def _query(self, query: TypedQuery) -> tantivy.Query:
        must = self._text_query(query)
        filters = [(field, getattr(query, field)) for field in ("category", "year") if getattr(query, field)]
        must += [tantivy.Query.term_query(self._schema, field, value) for field, value in filters]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in must])

    def _text_query(self, query: TypedQuery) -> list[tantivy.Query]:
        match query.kind:
            case "phrase":
                run = words(fold(query.parts[0]))
                if len(run) > 1:
                    return [any_of([tantivy.Query.phrase_query(self._schema, field, [*run]) for field in _FIELDS])]
                return [self._word(run[0])]
            case "question":
                return [any_of([self._word(word) for word in question_words(query.parts[0])])]
            case "prefix":
                pattern = f"{query.parts[0]}.*"
                return [any_of([tantivy.Query.regex_query(self._schema, field, pattern) for field in _FIELDS])]
            case _:
                return [self._word(word) for word in query.parts]

    def _word(self, word: str) -> tantivy.Query:
        return any_of([tantivy.Query.term_query(self._schema, field, word) for field in _FIELDS])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", tokenizer_name=TOKENIZER)
    builder.add_text_field("body", stored=True, tokenizer_name=TOKENIZER)
    builder.add_text_field("shown", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()
