"""SQLite FTS5 on words cut by rjieba.

Fairness: articles are held folded before the clock starts; cutting them is part of the build.
Fairness: the build writes without a journal and merges the index at the end, which is what makes it fastest to search.
Fairness: the stored body is the cut text, which snippet() needs; of the original only the title is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from searchlib.analysis.fold import fold
from tests.benchmarks.articles import Source
from tests.benchmarks.cut import question_words, spaced, words
from tests.benchmarks.engines.base import CATEGORIES, HITS, Engine, Found
from tests.benchmarks.engines.folded import FoldedArticle, folded_articles
from tests.benchmarks.queries import Query

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT, month TEXT, day INTEGER);
CREATE TABLE category (article INTEGER, name TEXT, PRIMARY KEY (article, name)) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 0');
"""
_TOTAL = "SELECT count(*) FROM text WHERE text MATCH ?"
# The ten are chosen first, so that only their titles are looked up.
_BEST = f"""
SELECT article.title, best.snippet
FROM (SELECT rowid AS id, rank AS score, {{snippet}} AS snippet FROM text WHERE text MATCH ? ORDER BY rank LIMIT {HITS}) AS best
CROSS JOIN article ON article.id = best.id
ORDER BY best.score
"""
_SNIPPET = "snippet(text, 1, '', '', '…', 32)"
_FACETS = {
    "category": f"""
SELECT category.name, count(*) AS articles FROM text CROSS JOIN category ON category.article = text.rowid
WHERE text MATCH ? GROUP BY category.name ORDER BY articles DESC LIMIT {CATEGORIES}
""",
    "month": """
SELECT article.month, count(*) FROM text CROSS JOIN article ON article.id = text.rowid
WHERE text MATCH ? GROUP BY article.month
""",
}


class Fts5:
    """A table of words ordered by bm25, a table of articles, a table of their categories."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles: list[FoldedArticle] = []

    def load(self, source: Source) -> None:
        self._articles = folded_articles(source)

    def build(self) -> None:
        self._folder.mkdir(parents=True)
        database = self._connect()
        database.executescript(_TABLES)
        for number, article in enumerate(self._articles):
            database.execute(
                "INSERT INTO article VALUES (?, ?, ?, ?)", (number, article.shown, article.month, article.day)
            )
            database.executemany("INSERT INTO category VALUES (?, ?)", ((number, name) for name in article.categories))
            database.execute(
                "INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)",
                (number, spaced(article.title), spaced(article.body)),
            )
        database.execute("INSERT INTO text (text) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self) -> None:
        self._database = self._connect()

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        wanted = (_match(query),)
        (total,) = self._database.execute(_TOTAL, wanted).fetchone()
        best = self._database.execute(_BEST.format(snippet=_SNIPPET if snippets else "''"), wanted).fetchall()
        return Found(
            total,
            [title for title, _ in best],
            {name: dict(self._database.execute(each, wanted)) for name, each in _FACETS.items()} if facets else {},
            [text.replace(" ", "") for _, text in best] if snippets else (),
        )

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._folder / "index.sqlite")


def _match(query: Query) -> str:
    match query.kind:
        case "phrase":
            return _quoted(" ".join(words(fold(query.parts[0]))))
        case "question":
            return _joined(" OR ", question_words(query.parts[0]))
        case "and":
            return _joined(" AND ", query.parts)
        case _:
            return _joined(" OR ", query.parts)


def _joined(operator: str, parts: Iterable[str]) -> str:
    return operator.join(map(_quoted, parts))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def make(folder: Path) -> Engine:
    """Return the engine with its index in a folder."""
    return Fts5(folder)
