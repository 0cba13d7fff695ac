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
    """The result of a search: ``facets`` counts category and month; ``snippets`` has one text for each title.

    ``folded`` of the articles found are no hits of their own, as they repeat others.
    """

    total: int
    titles: Sequence[str]
    facets: Mapping[str, Mapping[str, int]]
    snippets: Sequence[str]
    folded: int = 0


class Engine(Protocol):
    """A search engine. One process builds its index, another one searches it."""

    def load(self, source: Source) -> None:
        """Load the input of the build. This is not timed."""
        ...

    def build(self) -> None:
        """Build the index."""
        ...

    def open(self) -> None:
        """Open the built index for searching."""
        ...

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        """Return the number of articles that match, the best ten, and the facets and snippets if they are requested."""
        ...


def engine(name: str, folder: Path) -> Engine:
    """Return the engine with this name and its index in a folder. No other engine is imported: it would take memory."""
    made: Engine = import_module(f"tests.benchmarks.engines.{_MODULES[name]}").make(folder)
    return made
