"""Search words alone with BM25: tantivy, words cut by rjieba, the title twice as heavy as the body, all words required."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from searchlib.analysis.fold import fold
from searchlib.models import Article
from tests.benchmarks.articles import encodable
from tests.benchmarks.cut import question_words, spaced

TITLE = 2.0
_THREADS = 2
_HEAP = 256_000_000
_TOKENIZER = "spaced"


class WordsOnly:
    """An index of folded titles and bodies in a folder, which is built unless it exists."""

    def __init__(self, folder: Path, articles: Iterable[Article]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("title", tokenizer_name=_TOKENIZER)
        builder.add_text_field("body", tokenizer_name=_TOKENIZER)
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        self._schema = builder.build()
        exists = folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        if not exists:
            writer = index.writer(_HEAP, _THREADS)
            for article in articles:
                texts = (spaced(encodable(fold(text))) for text in (article.title, article.body))
                title, body = texts
                writer.add_document(tantivy.Document(title=title, body=body, id=encodable(article.id)))
            writer.commit()
            writer.wait_merging_threads()
            index.reload()
        self._searcher = index.searcher()

    def search(self, text: str, limit: int) -> Sequence[str]:
        """Return the ids of the best articles that contain all words of a text."""
        words = [(tantivy.Occur.Must, self._word(word)) for word in question_words(text)]
        hits = self._searcher.search(tantivy.Query.boolean_query(words), limit).hits if words else []
        return [str(self._searcher.doc(address).get_first("id")) for _, address in hits]

    def _word(self, word: str) -> tantivy.Query:
        title, body = (tantivy.Query.term_query(self._schema, field, word) for field in ("title", "body"))
        title = tantivy.Query.boost_query(title, TITLE)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, title), (tantivy.Occur.Should, body)])
