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
        """Articles a second."""
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
        """The milliseconds of every query of these kinds, asked in this way; empty where it was not measured."""
        chosen = (self._timing(kind, facets=facets, snippets=snippets) for kind in kinds)
        return [ms for each in chosen if each for ms in (each.first_ms if first else each.ms)]

    def totals(self, kinds: Iterable[Kind]) -> list[int]:
        """How many articles each query of these kinds found."""
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
    """Seconds that the shell's search takes from start to end, and an update of ten articles, on the largest index."""

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
    """The value below which so many per cent of the values lie."""
    return float(np.percentile(values, share))


def words_ms(search: Search, share: int, *, facets: bool = True, snippets: bool = False) -> float:
    """A percentile of the milliseconds of all queries made of words: one, AND, OR."""
    return percentile(search.ms(WORD_KINDS, facets=facets, snippets=snippets), share)
