"""The measured figures as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.queries import WORD_KINDS, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build: bytes of the index, of the most memory, and of the memory that was in use when the clock started."""

    articles: int
    seconds: float
    size: int
    peak: int
    held: int

    @property
    def speed(self) -> float:
        """Return the articles per second."""
        return self.articles / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The queries of one kind, asked in one way, in their order.

    ``ms`` is each query's median of the rounds after the first, ``first_ms`` the first round, ``totals`` the articles found.
    """

    kind: Kind
    facets: bool
    snippets: bool
    ms: Sequence[float]
    first_ms: Sequence[float]
    totals: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search process: milliseconds to open (the median of several), bytes after the words with facets, bytes at most."""

    open_ms: float
    memory: int
    peak: int
    timings: Sequence[Timing]

    def ms(self, kinds: Iterable[Kind], *, facets: bool, snippets: bool, first: bool = False) -> list[float]:
        """Return the milliseconds of all queries of these kinds, searched in this way; empty if they were not measured."""
        chosen = (self._timing(kind, facets=facets, snippets=snippets) for kind in kinds)
        return [ms for each in chosen if each for ms in (each.first_ms if first else each.ms)]

    def totals(self, kinds: Iterable[Kind]) -> list[int]:
        """Return the number of articles that each query of these kinds found."""
        chosen = (self._timing(kind, facets=True, snippets=False) for kind in kinds)
        return [total for each in chosen if each for total in each.totals]

    def _timing(self, kind: Kind, *, facets: bool, snippets: bool) -> Timing | None:
        wanted = (kind, facets, snippets)
        return next((each for each in self.timings if (each.kind, each.facets, each.snippets) == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """All engines on the same articles, whose titles and bodies take ``text`` bytes in UTF-8."""

    articles: int
    text: int
    builds: Mapping[str, Build]
    searches: Mapping[str, Search]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Seconds of a search from the shell, from start to end, and of an update of ten articles, with the largest index."""

    shell_search: float
    update: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A whole run; ``half`` is searchlib's build of half of the largest number of articles."""

    date: str
    machine: Mapping[str, str]
    rounds: int
    sizes: Sequence[Size]
    half: Build | None
    upkeep: Upkeep | None


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value below which this percentage of the values lies."""
    return float(np.percentile(values, share))


def words_ms(search: Search, share: int, *, facets: bool = True, snippets: bool = False) -> float:
    """Return a percentile of the milliseconds of all queries of words: one word, AND, OR."""
    return percentile(search.ms(WORD_KINDS, facets=facets, snippets=snippets), share)
