"""What an engine is: the one interface behind which articles are held and searched."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from searchlib.engines.common.deadline import current_deadline
from searchlib.errors import SearchTimeoutError
from searchlib.models import Article, CategoryNode, FacetValue, Repeat
from searchlib.query.plan import PhraseClause, Plan, RankingTerm
from searchlib.query.proximity import ProximityPair
from searchlib.suggest.lexicon import Lexicon

Sort = Literal["relevance", "newest", "oldest"]

FACETS = ("category", "year", "month", "author", "tag")
"""The facets, in the order in which they are shown."""

DATE_FACETS = ("year", "month")
"""Those of them that the days of the filters belong to."""

CATEGORY_TREE = "category_tree"
"""What a request names besides, where it wants the tree of categories too."""

MAX_FACET_VALUES = 200
"""A category, author or tag facet gives so many values, the most frequent first, and the selected ones besides; a tree so many
places."""

MAX_REPEATS = 20
"""So many of the articles that are folded into a hit are named."""

FEW_WORDS = 3
SHARE_OF_MANY = 0.2
"""What an article must hold of words that were typed apart, to follow those that hold all: of up to so many half, of more this
share of what they weigh; where none holds so much, any will do. A word weighs ``ln(1 + N / n)`` where ``n`` of ``N`` articles
hold it, and nothing where none does."""

SHARE_OF_BEST = 0.25
"""What the score of such an article must be of the best one's, function words aside, where one text was typed: a question.
The segmenter does not know every name, so that to count the words that are held would lose the articles that hold the name."""

MOST_RELAXED = 300
"""So many of these are scored in full, and those with the same score as the last of them."""

RELAXED_HITS = 100
"""Of these the best so many are taken, or a page of them, and those with the score of the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search besides the query: values of one facet are alternatives, the facets must all agree.

    A category is a name, or the text of a place in the tree (``results/category_places.py``).

    ``first`` and ``last`` are days in the index's zone, both inclusive.
    """

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def period(self, facet: str) -> str | None:
        """The year or month that the days lie in, if they lie in one; ``facet`` says which."""
        if self.first is None or self.last is None:
            return None
        length = len("2021") if facet == "year" else len("2021-11")
        first, last = self.first.isoformat()[:length], self.last.isoformat()[:length]
        return first if first == last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search: ``offset`` and ``limit`` choose the hits, ``facets`` names those that are counted, with ``most_values`` each.

    Fewer than ``enough`` articles that hold all words, under whatever filters, let those follow that hold most.
    With ``fold``, of articles found that repeat one another only the first in the order is a hit.
    With ``explain`` the hits say what made up their scores. ``begun`` and ``deadline`` are instants of ``time.monotonic``, those
    of the limited call that the request is made in, if it is made in one.
    """

    plan: Plan
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    enough: int = 10
    facets: Collection[str] = (*FACETS, CATEGORY_TREE)
    most_values: int = MAX_FACET_VALUES
    fold: bool = False
    explain: bool = False
    begun: float = field(default_factory=lambda: limits.begun if (limits := current_deadline()) else time.monotonic())
    deadline: float | None = field(default_factory=lambda: limits.deadline if (limits := current_deadline()) else None)

    def check_deadline(self) -> None:
        """Give the search up if it has taken too long; an engine asks between its steps.

        Raises:
            SearchTimeoutError: the deadline is over.
        """
        now = time.monotonic()
        if self.deadline is not None and now >= self.deadline:
            raise SearchTimeoutError(now - self.begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """What one part of a plan adds to the score of an article: a term, two words close together, the query as a title.

    ``frequencies`` says how often a term stands in each field that holds it; with ``uncounted`` it stands in none of them
    as a term, but in the text all the same.
    """

    reason: RankingTerm | ProximityPair | PhraseClause
    frequencies: Mapping[str, int]
    score: float
    uncounted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineHit:
    """One article that matched: what a hit shows of it, and ``body``, which reads its text, for snippets.

    ``telling`` gives the lines of the body that are no boilerplate.
    ``repeats`` are the newest ``MAX_REPEATS`` of the ``repeats_total`` articles found that are folded into it.
    ``parts`` add up to the score, where the request asked for them; each engine knows how it came by it.
    """

    id: str
    path: str
    title: str
    date: datetime | None
    author: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    score: float
    body: Callable[[], str]
    telling: Callable[[str], str]
    repeats: tuple[Repeat, ...] = ()
    repeats_total: int = 0
    category_paths: tuple[tuple[str, ...], ...] = ()
    parts: Sequence[ScorePart] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResults:
    """What an engine found; ``facets`` holds those that the request named, ``category_tree`` the categories as places of a tree
    where the archive has one: each behind the one that it lies below, the most frequent first. A selected value that is no
    place stands at the end, as a place of that name.

    ``total`` and the facets count all articles, also the ``folded`` ones, which are no hits of their own; ``full`` counts
    those that hold all of the words as they were typed, none of them taken apart.
    """

    total: int
    full: int
    folded: int = 0
    found: Sequence[EngineHit]
    facets: Mapping[str, tuple[FacetValue, ...]]
    category_tree: tuple[CategoryNode, ...] = ()

    @property
    def relaxed(self) -> bool:
        """Whether some of the articles hold most, not all, of the words."""
        return self.full < self.total


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

    def search(self, request: Request) -> EngineResults:
        """The articles that the plan finds under the filters.

        Raises:
            SearchTimeoutError: the deadline of the request is over.
        """
        ...

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        ...

    def values(self, kind: str) -> Mapping[str, int]:
        """All values of title, category, tag or author, with the number of articles that have each."""
        ...

    def telling(self, body: str) -> str:
        """The lines of a body that are no boilerplate."""
        ...

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many articles each of the word terms occurs."""
        ...

    def phrase_frequencies(self, runs: Iterable[str]) -> Mapping[str, int]:
        """In how many articles the units of each folded text stand one after the other."""
        ...

    def title_frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many titles each of the word terms occurs."""
        ...

    def newest_titles(self, text: str, most: int) -> Sequence[str]:
        """Titles that hold a text, whose last unit may be the beginning of one: of the newest articles, at most so many."""
        ...

    def count(self, kind: str, text: str) -> int:
        """In how many articles a name of the lexicon occurs, as what its kind says."""
        ...

    def lexicon(self) -> Lexicon:
        """The names of the archive; their numbers of articles may be those from before the last updates."""
        ...

    def stats(self) -> EngineStats:
        """The index in numbers."""
        ...

    def boilerplate(self) -> list[int]:
        """The digests of the lines that are boilerplate."""
        ...

    def articles(self) -> Iterator[Article]:
        """Every article, as it is stored."""
        ...

    def damage(self) -> list[str]:
        """One line for all that the engine holds and that cannot be what was written."""
        ...

    def close(self) -> None:
        """Give back what the engine holds; no search may be under way."""
        ...


OrderedMap = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What ``map`` does; another may do it in several processes."""


class Batch(Protocol):
    """Articles on their way into an index, analysed where there are processors to spare."""

    def add(self, article: Article) -> None:
        """Add an article; if it cannot be analysed the batch stays as it was."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether it is time to finish."""
        ...

    def finish(self) -> Any:
        """What the engine's writer takes for all these articles, or None if there are none."""
        ...


class Writer(Protocol):
    """Writes one index; nothing of it can be searched before the commit."""

    def train(self, samples: Sequence[Article], boilerplate: Collection[int] = ()) -> None:
        """Look at some of the articles that will be added to a new index, if that helps to hold them.

        Lines whose digest is in ``boilerplate`` are found, and do not rank.
        """
        ...

    def add(self, batch: Any) -> None:
        """Add the articles of a finished batch; none with their ids may be left."""
        ...

    def delete(self, article_ids: Iterable[str]) -> None:
        """Drop the articles with these ids."""
        ...

    def commit(self, in_order: OrderedMap) -> None:
        """Write all of it to disk; ``in_order`` is what ``map`` does, perhaps in several processes."""
        ...

    def cancel(self) -> None:
        """Give up; what was written so far is left for whoever clears the folder."""
        ...
