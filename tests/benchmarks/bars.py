"""Hold what was measured against what the project promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.engines.base import PROJECT, STOCK, TANTIVY
from tests.benchmarks.figures import Build, Figures, Search, Size, percentile, words_ms
from tests.benchmarks.queries import Kind

_MS, _TIMES, _SECONDS, _GB, _MB = " ms", " ×", " s", " GB", " MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One figure beside its bar, measured at so many articles; ``least`` where more is better."""

    what: str
    articles: int
    figure: float
    bar: float
    unit: str
    least: bool = False
    beside: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure is as good as the bar, or better."""
        return self.figure >= self.bar if self.least else self.figure <= self.bar


def bars(figures: Figures) -> list[Bar]:
    """Every bar whose figure was measured, each at the largest number of articles where that was possible.

    The bars are meant for 100,000 articles, against stock Whoosh for 20,000.
    """
    return list(_bars(figures))


def _bars(figures: Figures) -> Iterator[Bar]:
    sizes = [size for size in figures.sizes if PROJECT in size.searches]
    if not sizes:
        return
    largest = sizes[-1]
    search = largest.searches[PROJECT]
    with_stock = next((size for size in reversed(sizes) if STOCK in size.searches), None)
    yield from _words(largest)
    if with_stock:
        ratio = words_ms(with_stock.searches[STOCK], 50) / words_ms(with_stock.searches[PROJECT], 50)
        what = "words with facets, p50: faster than stock Whoosh"
        yield Bar(what=what, articles=with_stock.articles, figure=ratio, bar=200, unit=_TIMES, least=True)
    yield from _kind(largest, "question", "questions with facets, p50", 15)
    yield from _kind(largest, "phrase", "phrases of 4 to 8 characters with facets, p50", 1)
    if len(sizes) > 1:
        growth = words_ms(search, 50) / words_ms(sizes[-2].searches[PROJECT], 50)
        beside = f"from {sizes[-2].articles:,} articles"
        what = "words with facets: growth of p50"
        yield Bar(what=what, articles=largest.articles, figure=growth, bar=4, unit=_TIMES, beside=beside)
    yield from _builds(figures, largest, with_stock)
    yield from _room(largest, search)
    yield Bar(what="open the index", articles=largest.articles, figure=search.open_ms, bar=50, unit=_MS)
    if figures.upkeep:
        seconds = {
            "search from the shell": (figures.upkeep.shell_search, 0.5),
            "update of 10": (figures.upkeep.update, 2),
        }
        for what, (figure, bar) in seconds.items():
            yield Bar(what=what, articles=largest.articles, figure=figure, bar=bar, unit=_SECONDS)


def _words(size: Size) -> Iterator[Bar]:
    """The queries made of words, beside tantivy's time."""
    search, other = size.searches[PROJECT], size.searches.get(TANTIVY)
    for share, bar in ((50, 1.5), (95, 2.0)):
        if other:
            theirs = words_ms(other, share)
            ratio = words_ms(search, share) / theirs
            beside = f"tantivy {theirs:.2f} ms"
            what = f"words with facets, p{share}: of tantivy's time"
            yield Bar(what=what, articles=size.articles, figure=ratio, bar=bar, unit=_TIMES, beside=beside)
    what = "words with facets and 10 snippets, p50"
    yield Bar(what=what, articles=size.articles, figure=words_ms(search, 50, snippets=True), bar=4, unit=_MS)


def _kind(size: Size, kind: Kind, what: str, bar: float) -> Iterator[Bar]:
    """The p50 of one kind with facets, tantivy's beside it."""
    ms = {name: search.ms([kind], facets=True, snippets=False) for name, search in size.searches.items()}
    if ms[PROJECT]:
        beside = f"tantivy {percentile(ms[TANTIVY], 50):.2f} ms" if TANTIVY in ms else ""
        figure = percentile(ms[PROJECT], 50)
        yield Bar(what=what, articles=size.articles, figure=figure, bar=bar, unit=_MS, beside=beside)


def _builds(figures: Figures, largest: Size, with_stock: Size | None) -> Iterator[Bar]:
    build = largest.builds[PROJECT]
    if TANTIVY in largest.builds:
        yield _speed(build, largest.builds[TANTIVY], "build: of tantivy's speed", 0.4)
    if with_stock:
        yield _speed(with_stock.builds[PROJECT], with_stock.builds[STOCK], "build: faster than stock Whoosh", 12)
    peak = build.peak / 1e9
    yield Bar(what="build: peak memory, all processes", articles=build.articles, figure=peak, bar=2.5, unit=_GB)
    if figures.half:
        growth = build.peak / figures.half.peak
        beside = f"from {figures.half.articles:,} articles"
        what = "build: growth of peak memory"
        yield Bar(what=what, articles=build.articles, figure=growth, bar=1.3, unit=_TIMES, beside=beside)


def _speed(build: Build, other: Build, what: str, bar: float) -> Bar:
    beside = f"{build.speed:,.0f} and {other.speed:,.0f} articles/s"
    ratio = build.speed / other.speed
    return Bar(what=what, articles=build.articles, figure=ratio, bar=bar, unit=_TIMES, least=True, beside=beside)


def _room(size: Size, search: Search) -> Iterator[Bar]:
    ratio = size.builds[PROJECT].size / size.text
    beside = f"text {size.text / 1e6:,.0f} MB"
    yield Bar(
        what="index: of the text's size", articles=size.articles, figure=ratio, bar=1.6, unit=_TIMES, beside=beside
    )
    what = "search: memory after the 120 queries of words"
    yield Bar(what=what, articles=size.articles, figure=search.memory / 1e6, bar=600, unit=_MB)
