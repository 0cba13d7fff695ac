"""Measure how high an article stands for words of its own title or first sentence, beside BM25 of words alone.

    python -m tests.benchmarks.known_items INDEX [--half tune|judge|both] [--words-only DIR]

The queries are drawn from 1,000 articles of each source with a fixed seed. The articles are divided into a half for tuning and
a half for judging. The tables are printed to stdout as Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean

from tqdm import tqdm

import searchlib
from tests.benchmarks.known_item_queries import KINDS, KnownItem, known_items, sample
from tests.benchmarks.report import table
from tests.benchmarks.words_only import WordsOnly

SOURCES = ("news", "blogs", "docs-zh-tw")
HITS = 10

Search = Callable[[str], Sequence[str]]
"""Return the ids of the best articles for a text, the best first."""

Row = tuple[str, str]
"""A source and a kind of queries."""


def main() -> int:
    """Print the table, and return whether each row is ahead."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.known_items",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("index", type=Path, metavar="INDEX", help="an index of all corpora")
    parser.add_argument("--half", choices=("tune", "judge", "both"), default="judge", help="default: %(default)s")
    parser.add_argument("--articles", type=int, default=1000, metavar="N", help="articles of each source")
    parser.add_argument("--sources", nargs="+", default=SOURCES, metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--words-only", type=Path, metavar="DIR", help="where the index of words alone is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, searchlib.open_index(options.index) as index:
        items = [
            item for item in items_of(index, options.sources, options.articles) if options.half in (item.half, "both")
        ]
        words_only = WordsOnly(options.words_only or Path(work) / "words", index._current().engine.articles())
        ours = ranks(items, lambda text: project_search(index, text))
        others = ranks(items, lambda text: words_only.search(text, HITS))
    rows = list(compared(items, ours, others))
    print(table(("source", "queries", "number", "searchlib", "words alone, all required", "ahead"), rows))
    return 0


def items_of(index: searchlib.Index, sources: Sequence[str], number: int) -> list[KnownItem]:
    """Return the queries made from the articles of an index."""
    engine = index._current().engine
    ids = sample((article.id for article in engine.articles()), sources, number)
    articles = [article for article in map(engine.article, ids) if article]
    # Frequencies of phrases include boilerplate: the name of the site at the end of each title is no informative word.
    return list(known_items(articles, index.stats().articles, engine.phrase_frequencies))


def project_search(index: searchlib.Index, text: str) -> Sequence[str]:
    """Search as the page does, but with near duplicates as hits of their own, as the other engine shows them."""
    results = index.search(text, size=HITS, facets=False, snippets=False, repeats="show")
    return [hit.id for hit in results.hits]


def ranks(items: Sequence[KnownItem], search: Search) -> dict[KnownItem, int]:
    """Return the rank of the article of each query, starting at 1; 0 if it is not among the first ten."""
    found = {}
    for item in tqdm(items, unit=" queries", leave=False):
        ids = search(item.text)
        found[item] = ids.index(item.article_id) + 1 if item.article_id in ids else 0
    return found


def mrr(found: Iterable[int]) -> float:
    """Return the mean reciprocal rank."""
    return mean(1 / rank if rank else 0.0 for rank in found)


def compared(
    items: Sequence[KnownItem], ours: dict[KnownItem, int], others: dict[KnownItem, int]
) -> Iterator[tuple[str, ...]]:
    """Yield the MRR@10 of both for each source and kind."""
    rows: defaultdict[Row, list[KnownItem]] = defaultdict(list)
    for item in items:
        rows[item.source, item.kind].append(item)
    for source, kind in sorted(rows, key=lambda row: (row[0], KINDS.index(row[1]))):
        own = rows[source, kind]
        figures = [mrr(found[item] for item in own) for found in (ours, others)]
        ahead = "yes" if figures[0] > figures[1] else "**no**"
        yield source, kind, str(len(own)), *(f"{figure:.4f}" for figure in figures), ahead


if __name__ == "__main__":
    sys.exit(main())
