"""This project, through its public names.

Fairness: its build reads and parses the files; the other engines begin with articles in memory, folded where they fold.
"""

from __future__ import annotations

from pathlib import Path

# Names of the package are imported when they are first asked for: before what is timed.
from searchlib import build_index, open_index
from tests.benchmarks.articles import Source
from tests.benchmarks.engines.base import Engine, Found
from tests.benchmarks.queries import Query

_FACETS = ("category", "month")


class Project:
    """searchlib with words, units and bigrams."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, source: Source) -> None:
        self._source = source

    def build(self) -> None:
        report = build_index(self._source.folder, self._folder)
        if report.added != self._source.count:
            raise ValueError(f"{report.added} of {self._source.count} articles were added")

    def open(self) -> None:
        self._index = open_index(self._folder)

    def search(self, query: Query, *, facets: bool, snippets: bool) -> Found:
        results = self._index.search(_typed(query), facets=_FACETS if facets else (), snippets=snippets)
        return Found(
            results.total,
            [hit.title for hit in results.hits],
            {name: {each.value: each.count for each in results.facets[name]} for name in results.facets},
            ["".join(text for spans in hit.snippets for text, _ in spans) for hit in results.hits] if snippets else (),
            results.folded,
        )


def _typed(query: Query) -> str:
    match query.kind:
        case "or":
            return " OR ".join(query.parts)
        case "phrase":
            return f'"{query.parts[0]}"'
        case _:
            return " ".join(query.parts)


def make(folder: Path) -> Engine:
    """Return the engine with its index in a folder."""
    return Project(folder)
