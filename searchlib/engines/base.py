"""What an engine is: the one interface behind which articles are held and searched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from searchlib.models import Article, FacetValue
from searchlib.query.plan import Plan

Sort = Literal["relevance", "newest", "oldest"]

FACETS = ("category", "year", "month", "author", "tag")
"""The facets, in the order in which they are shown."""

MOST_FACET_VALUES = 200
"""A category, author or tag facet gives so many values, the most frequent first, and the selected ones besides."""


FEW_WORDS = 3
SHARE_OF_MANY = 0.2
"""What an article must hold of a relaxed query: of up to so many words half, of a longer question this share of what the
words weigh; where no article holds so much, the heaviest do. A word weighs ``ln(1 + N / n)`` where ``n`` of ``N`` articles
hold it, and nothing where none does."""

RELAXED_HITS = 30
"""The articles that hold most weight are taken until there are so many, or a page of them; ties are all taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search besides the query: values of one facet are alternatives, the facets must all agree.

    ``first`` and ``last`` are days in the index's zone, both inclusive.
    """

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search: ``offset`` and ``limit`` choose the hits.

    Fewer than ``enough`` articles that hold all words, under whatever filters, let those follow that hold most.
    """

    plan: Plan
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    enough: int = 10
    facets: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One article that matched."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine found; ``facets`` is empty where the request wanted none."""

    total: int
    found: Sequence[Found]
    facets: Mapping[str, tuple[FacetValue, ...]]
    relaxed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """How many articles an engine holds, how many of them without a date, and how many values of each field."""

    articles: int
    undated: int
    categories: int
    authors: int
    tags: int


class Engine(Protocol):
    """A built index that can be searched, by many threads at once; it never changes."""

    def search(self, request: Request) -> Answer:
        """The articles that the plan finds under the filters."""
        ...

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        ...

    def values(self, kind: str) -> Mapping[str, int]:
        """All values of title, category, tag or author, with the number of articles that have each."""
        ...

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs."""
        ...

    def stats(self) -> EngineStats:
        """The index in numbers."""
        ...

    def article_ids(self) -> Iterator[str]:
        """The id of every article, read from the stored article itself."""
        ...

    def close(self) -> None:
        """Give back what the engine holds; no search may be under way."""
        ...


class Writer(Protocol):
    """Writes one index; nothing of it can be searched before the commit."""

    def add(self, document: Any) -> None:
        """Add an article as the engine's own ``document`` function made it; none with its id may be left."""
        ...

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        ...

    def commit(self) -> None:
        """Write all of it to disk."""
        ...

    def cancel(self) -> None:
        """Give up; what was written so far is left for whoever clears the folder."""
        ...
