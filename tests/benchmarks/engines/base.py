"""Define the interface of an engine in the benchmarks, and list the engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from tests.benchmarks.articles import Source
from tests.benchmarks.queries import Query

PROJECT, TANTIVY, FTS5, STOCK = "searchlib", "tantivy", "fts5", "stock"
_MODULES = {PROJECT: "project", TANTIVY: "tantivy_words", FTS5: "fts5", STOCK: "stock"}
ENGINES = tuple(_MODULES)

LARGEST = {STOCK: 20_000}
"""Articles that an engine is measured with at most: stock Whoosh would take an hour and more for 100,000."""

HITS = 10
CATEGORIES = 200
"""Values of a category facet, the most frequent first; the month facet gives all."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: ``facets`` counts category and month; ``snippets`` has one text for each title.

    ``folded`` of the articles found are no hits of their own, as they repeat others.
    """

    total: int
    titles: Sequence[str]
    facets: Mapping[str, Mapping[str, int]]
    snippets: Sequence[str]
    folded: int = 0


class Engine(Protocol):
    """A search engine; each is built in a process of its own and searched in another."""

    def load(self, source: Source) -> None:
        """Take what a build begins with; this is not timed."""
        ...

    def build(self) -> None:
        """Build the index, so that it can be searched."""
        ...

    def open(self) -> None:
        """Open the built index for searching."""
        ...

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        """The number of articles that the query finds, the best ten, and what else is asked for."""
        ...


def engine(name: str, folder: Path) -> Engine:
    """The engine of that name, with its index in a folder; nothing of the others is imported, so that memory is its own."""
    made: Engine = import_module(f"tests.benchmarks.engines.{_MODULES[name]}").make(folder)
    return made
