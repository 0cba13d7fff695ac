"""Define the interface of an engine, which writes and searches indexes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from searchlib.analysis.terms import MAX_TERM_LENGTH
from searchlib.common.progress import OrderedMap, StageProgress
from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.models import Article, CategoryNode, FacetValue, Repeat, Sort
from searchlib.query.plan import LeadWord, PhraseClause, Plan, ProximityPair, RankingTerm, TitleWords
from searchlib.suggest.word_statistics import WordStatistics

FACETS = ("category", "year", "month", "author", "tag")
"""The facets of every index, in order. Those of the front matter follow."""

DATE_FACETS = ("year", "month")
"""The facets whose filter is the filter of days. As every facet, each is counted without its own filter."""

DATE_FILTER = "date"
"""The name of the filter of days among the filters of an engine; the other filters have the names of their facets."""

CATEGORY_TREE = "category_tree"
"""The name of the tree of categories among the facets of a request."""

MAX_FACET_VALUES = 200
"""The default number of values of a category, author or tag facet, or of paths in the category tree; selected ones are added."""

MAX_REPEATS = 20
"""The maximum number of near duplicates in a hit."""


def filter_of(facet: str) -> str:
    """Return the name of the filter that a facet is counted without."""
    return DATE_FILTER if facet in DATE_FACETS else facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of a search. The values of one filter are alternatives; an article must match all filters.

    A category value is a name, or the text of a category path (``engines/common/categories.py``). A value of a facet of the
    front matter can be a range (``query/range_parser.py``).

    ``first`` and ``last`` are days in the zone of the index, inclusive.
    """

    values: Mapping[str, Collection[str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def __hash__(self) -> int:
        # Values may be lists, which have no hash. Equality compares them.
        return hash((frozenset(self.values), self.first, self.last))

    def period(self, facet: str) -> str | None:
        """Return the year or month (``facet`` tells which) that contains both days; None if there is none."""
        if self.first is None or self.last is None:
            return None
        length = len("2021") if facet == "year" else len("2021-11")
        first, last = self.first.isoformat()[:length], self.last.isoformat()[:length]
        return first if first == last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search of an engine.

    ``offset`` and ``limit`` select the hits. ``facets`` names the facets to count, with at most ``max_facet_values`` values each.
    If fewer than ``min_full_matches`` articles match all words, articles with most of the words follow. Filters do not influence
    this. With ``collapse``, only the first of near duplicates is a hit. With ``explain``, hits have the parts of their scores. An
    engine checks the ``deadline`` between its steps.
    """

    plan: Plan
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    min_full_matches: int = 10
    facets: Collection[str] = (*FACETS, CATEGORY_TREE)
    max_facet_values: int = MAX_FACET_VALUES
    collapse: bool = False
    explain: bool = False
    deadline: Deadline = NO_DEADLINE

    @property
    def can_be_relaxed(self) -> bool:
        """Whether the plan has several parts, so that an article can match most of them."""
        return len(self.plan.words) + self.plan.requires_text > 1 or bool(self.plan.runs)

    @property
    def word_matches_needed(self) -> int:
        """If fewer articles match all words, articles with most of the words follow."""
        return 1 if self.plan.is_one_word else self.min_full_matches


Reason = RankingTerm | ProximityPair | LeadWord | TitleWords | PhraseClause
"""A part of a plan that contributes to a score: a term, a pair of close words, a word at the beginning, or a title that contains
all words, or the query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """The contribution of one part of a plan to the score of an article.

    ``frequencies`` maps each field that contains the term to its number of occurrences. ``uncounted`` is set if the text contains
    the term only where it does not count.
    """

    reason: Reason
    frequencies: Mapping[str, int]
    score: float
    uncounted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineHit:
    """One article that matches.

    ``body`` reads the text, ``headings`` the lines of it that are headings, ``extra`` the other values of the front matter.
    ``without_boilerplate`` returns the lines of the body that are not boilerplate. ``repeats_total`` near duplicates are collapsed
    into the hit; ``repeats`` has the newest ``MAX_REPEATS`` of them. ``parts``, if requested, add up to the score.
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
    without_boilerplate: Callable[[str], str]
    headings: Callable[[], Sequence[str]] = tuple
    extra: Callable[[], Mapping[str, Any]] = dict
    repeats: tuple[Repeat, ...] = ()
    repeats_total: int = 0
    category_paths: tuple[tuple[str, ...], ...] = ()
    parts: Sequence[ScorePart] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCounts:
    """The number of articles that match a request with all of its filters.

    ``full`` counts the articles that match all words as typed. It is 0 if there is a word that no article contains as typed.
    """

    total: int
    full: int

    @property
    def relaxed(self) -> bool:
        """Whether some of the articles do not match all words."""
        return self.full < self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResults(MatchCounts):
    """The results of one search of an engine.

    The counts and the facets include the ``collapsed`` articles, which are not hits. ``facets`` contains the facets that the
    request names. ``category_tree`` contains the category paths if the archive has a tree: each path follows its parent, and
    siblings are sorted by count. Selected values that are not in the tree come last, each as a path of one name.
    """

    hits: Sequence[EngineHit]
    facets: Mapping[str, tuple[FacetValue, ...]]
    category_tree: tuple[CategoryNode, ...] = ()
    collapsed: int = 0


class Engine(WordStatistics, Protocol):
    """An open index. It never changes, and any number of threads may use it at once.

    Every method raises IndexDamagedError if the index is damaged.
    """

    def with_deadline(self, deadline: Deadline) -> Engine:
        """Return a view whose methods raise SearchTimeoutError after the deadline.

        An engine without a network returns itself.
        """

    def search(self, request: Request) -> EngineResults:
        """Return the articles that match the plan under the filters; raise SearchTimeoutError after the deadline."""

    def count(self, request: Request) -> MatchCounts:
        """Count the articles that ``search`` returns, without scores, hits and facets; raise SearchTimeoutError after the
        deadline."""

    def words_containing(self, text: str, limit: int) -> Sequence[str]:
        """Return the most frequent units that contain a folded text of ASCII letters and digits."""

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""

    def articles(self) -> Iterator[Article]:
        """Yield every article as it is stored."""

    def values(self, field: str) -> Mapping[str, int]:
        """Return all categories, tags or authors, each with its number of articles."""

    def name_frequency(self, kind: str, text: str) -> int:
        """Return the number of articles that contain a name of the lexicon; ``kind`` is the kind of the name."""

    def newest_titles(self, text: str, limit: int) -> Sequence[str]:
        """Return the titles of the newest articles that contain a text; its last unit may be the beginning of a unit."""

    def boilerplate(self) -> list[int]:
        """Return the digests of the lines that are boilerplate."""

    def without_boilerplate(self, body: str) -> str:
        """Return the lines of a body that are not boilerplate."""

    def damage(self, progress: StageProgress) -> list[str]:
        """Read the index without its articles, and return one line for each damaged part."""

    def close(self) -> None:
        """Close the files or connections. Do not call this during a search."""


def most_frequent(engine: Engine, words: Iterable[str], limit: int) -> list[str]:
    """Return at most ``limit`` of the words that articles contain, the most frequent first."""
    frequencies = engine.frequencies(word for word in words if len(word) <= MAX_TERM_LENGTH)
    present = [word for word, frequency in frequencies.items() if frequency]
    return sorted(present, key=lambda word: (-frequencies[word], word))[:limit]


CommitStage = Literal["merging", "names"]
"""A stage of a commit: postings are merged, or the names and words for suggestions are collected."""


class Batch(Protocol):
    """Articles that are written together. Any process can fill a batch; the process of the writer writes it."""

    def add(self, article: Article) -> None:
        """Analyze and add an article. If this fails, the batch is not changed."""

    @property
    def is_full(self) -> bool:
        """Whether the batch should be finished."""

    def finish(self) -> Any:
        """Return the argument for ``Writer.add``, or None if the batch is empty."""


class Writer(Protocol):
    """Writes one index. Searches see its changes after the commit."""

    def train(self, samples: Sequence[Article], boilerplate: Collection[int]) -> None:
        """Prepare a new index from samples of its articles; lines with a digest in ``boilerplate`` match, but do not rank."""

    def add(self, batch: Any) -> None:
        """Add the articles of a finished batch. Articles with the same ids must be deleted before."""

    def delete(self, article_ids: Iterable[str]) -> None:
        """Delete the articles with these ids."""

    def commit(self, in_order: OrderedMap, begin: Callable[[CommitStage], None]) -> None:
        """Write all changes to disk. ``in_order`` runs work that processes can share; ``begin`` is called with each stage."""

    def cancel(self) -> None:
        """Stop writing. The store deletes the files written so far."""
