"""Compare the measured figures with the targets of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.engines.base import PROJECT, STOCK, TANTIVY
from tests.benchmarks.figures import Build, Figures, Search, Size, percentile, words_ms
from tests.benchmarks.queries import Kind

_MS, _TIMES, _SECONDS, _GB, _MB = " ms", " ×", " s", " GB", " MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure and its target, measured with a number of ``articles``.

    With ``is_minimum`` the figure must reach the target, otherwise it must not exceed it. ``compared_with`` describes what a
    ratio refers to.
    """

    what: str
    articles: int
    figure: float
    target: float
    unit: str
    is_minimum: bool = False
    compared_with: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure meets the target."""
        return self.figure >= self.target if self.is_minimum else self.figure <= self.target


def targets(figures: Figures) -> list[Target]:
    """Return every target whose figure was measured, at the largest measured number of articles.

    The targets apply to 100,000 articles; those relative to stock Whoosh apply to 20,000.
    """
    return list(_targets(figures))


def _targets(figures: Figures) -> Iterator[Target]:
    sizes = [size for size in figures.sizes if PROJECT in size.searches]
    if not sizes:
        return
    largest = sizes[-1]
    search = largest.searches[PROJECT]
    with_stock = next((size for size in reversed(sizes) if STOCK in size.searches), None)
    yield from _words(largest)
    if with_stock:
        ratio = words_ms(with_stock.searches[STOCK], 50) / words_ms(with_stock.searches[PROJECT], 50)
        what = "words with facets, p50, speed relative to stock Whoosh"
        yield Target(what=what, articles=with_stock.articles, figure=ratio, target=200, unit=_TIMES, is_minimum=True)
    yield from _kind(largest, "question", "questions with facets, p50", 15)
    yield from _kind(largest, "phrase", "phrases of 4 to 8 characters with facets, p50", 1)
    if len(sizes) > 1:
        growth = words_ms(search, 50) / words_ms(sizes[-2].searches[PROJECT], 50)
        compared_with = f"from {sizes[-2].articles:,} articles"
        what = "words with facets, growth of p50"
        yield Target(
            what=what, articles=largest.articles, figure=growth, target=4, unit=_TIMES, compared_with=compared_with
        )
    yield from _builds(figures, largest, with_stock)
    yield from _room(largest, search)
    yield Target(what="open the index", articles=largest.articles, figure=search.open_ms, target=50, unit=_MS)
    if figures.upkeep:
        seconds = {
            "search from the shell": (figures.upkeep.shell_search, 0.5),
            "update of 10": (figures.upkeep.update, 2),
        }
        for what, (figure, target) in seconds.items():
            yield Target(what=what, articles=largest.articles, figure=figure, target=target, unit=_SECONDS)


def _words(size: Size) -> Iterator[Target]:
    """Yield the targets of queries of words, relative to tantivy."""
    search, other = size.searches[PROJECT], size.searches.get(TANTIVY)
    for share, target in ((50, 1.5), (95, 2.0)):
        if other:
            theirs = words_ms(other, share)
            ratio = words_ms(search, share) / theirs
            compared_with = f"tantivy {theirs:.2f} ms"
            what = f"words with facets, p{share}, relative to tantivy"
            yield Target(
                what=what, articles=size.articles, figure=ratio, target=target, unit=_TIMES, compared_with=compared_with
            )
    what = "words with facets and 10 snippets, p50"
    yield Target(what=what, articles=size.articles, figure=words_ms(search, 50, snippets=True), target=4, unit=_MS)


def _kind(size: Size, kind: Kind, what: str, target: float) -> Iterator[Target]:
    """Yield the target of the p50 of one kind of query with facets."""
    ms = {name: search.ms([kind], facets=True, snippets=False) for name, search in size.searches.items()}
    if ms[PROJECT]:
        compared_with = f"tantivy {percentile(ms[TANTIVY], 50):.2f} ms" if TANTIVY in ms else ""
        figure = percentile(ms[PROJECT], 50)
        yield Target(
            what=what, articles=size.articles, figure=figure, target=target, unit=_MS, compared_with=compared_with
        )


def _builds(figures: Figures, largest: Size, with_stock: Size | None) -> Iterator[Target]:
    build = largest.builds[PROJECT]
    if TANTIVY in largest.builds:
        yield _speed(build, largest.builds[TANTIVY], "build, speed relative to tantivy", 0.4)
    if with_stock:
        yield _speed(with_stock.builds[PROJECT], with_stock.builds[STOCK], "build, speed relative to stock Whoosh", 12)
    peak = build.peak / 1e9
    yield Target(what="build, peak memory of all processes", articles=build.articles, figure=peak, target=2.5, unit=_GB)
    if figures.half:
        growth = build.peak / figures.half.peak
        compared_with = f"from {figures.half.articles:,} articles"
        what = "build, growth of peak memory"
        yield Target(
            what=what, articles=build.articles, figure=growth, target=1.3, unit=_TIMES, compared_with=compared_with
        )


def _speed(build: Build, other: Build, what: str, target: float) -> Target:
    compared_with = f"{build.speed:,.0f} and {other.speed:,.0f} articles/s"
    ratio = build.speed / other.speed
    return Target(
        what=what,
        articles=build.articles,
        figure=ratio,
        target=target,
        unit=_TIMES,
        is_minimum=True,
        compared_with=compared_with,
    )


def _room(size: Size, search: Search) -> Iterator[Target]:
    ratio = size.builds[PROJECT].size / size.text
    compared_with = f"text {size.text / 1e6:,.0f} MB"
    yield Target(
        what="index, relative to the size of the text",
        articles=size.articles,
        figure=ratio,
        target=1.6,
        unit=_TIMES,
        compared_with=compared_with,
    )
    what = "search, memory after the 120 queries of words"
    yield Target(what=what, articles=size.articles, figure=search.memory / 1e6, target=600, unit=_MB)
