"""Write what was measured as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.benchmarks.bars import Bar, bars
from tests.benchmarks.engines.base import FTS5, PROJECT, STOCK, TANTIVY
from tests.benchmarks.figures import Figures, Search, Size, percentile
from tests.benchmarks.queries import KINDS, WORD_KINDS, Kind

_NAMES = {
    PROJECT: "searchlib",
    TANTIVY: "tantivy, cut by rjieba",
    FTS5: "SQLite FTS5, cut by rjieba",
    STOCK: "ChineseAnalyzer + Whoosh",
}
_ROWS: dict[str, tuple[Kind, ...]] = {
    "one word": ("one",),
    "AND of two": ("and",),
    "OR of three": ("or",),
    "all 120 of these": WORD_KINDS,
    "phrase": ("phrase",),
    "question": ("question",),
}
_WAYS = {"facets": (True, False), "neither": (False, False), "facets, snippets": (True, True)}
_HOW = """\
Every engine holds the same articles in the same order and gives the total, the ten best titles, and what the column says: the
counts by category and month (facets), a text with the words in it for each title (snippets). Memory: of a build the sum of
all processes (PSS), articles that are held in memory included; of a search the process (RSS). A build of
less than twenty seconds is the median of three, opening an index that of five new processes. Latencies are milliseconds,
p50 / p95 / p99 of each query's median over {0.rounds} rounds, the engines in turn. A first round comes before, whose p50
stands last; where no other follows it is what counts. An engine that needs more than ten seconds for it is asked once more
only, whatever the number of rounds."""
_WHY = """\
A word-based engine finds a word only where the segmenter cut it so; searchlib finds it wherever it stands, so that it finds
as many articles or more. An AND has ten articles or more in common, so that searchlib adds none that hold one word only. The
stock engine does not fold: it misses traditional characters where simplified ones are asked for, and cuts them in other
places. In a phrase the word-based engines drop punctuation and line ends, and need the words cut as in the query; searchlib
finds the characters in a row in one line. To a question tantivy, FTS5 and stock give all articles that hold any of its words;
searchlib those that hold most."""


def report(figures: Figures) -> str:
    """All tables, the bars last."""
    parts = [f"Measured on {figures.date}.", table(("machine", ""), figures.machine.items()), _HOW.format(figures)]
    for size in figures.sizes:
        parts += [f"## {size.articles:,} articles, {size.text / 1e6:,.1f} MB of text", _builds(size)]
        parts += [_latencies(size), _hits(size)]
    parts.append(_WHY)
    if held := bars(figures):
        parts += ["## Bars", "Meant for 100,000 articles, against stock Whoosh for 20,000.", _bars(held)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _builds(size: Size) -> str:
    rows = []
    for name, build in size.builds.items():
        search = size.searches[name]
        rows.append(
            (
                _NAMES[name],
                f"{build.speed:,.0f}",
                f"{build.peak / 1e6:,.0f} MB",
                f"{build.held / 1e6:,.0f} MB",
                f"{build.size / 1e6:,.1f} MB",
                f"{build.size / size.text:.2f}",
                f"{search.open_ms:,.1f} ms",
                f"{search.memory / 1e6:,.0f} MB",
                f"{search.peak / 1e6:,.0f} MB",
            )
        )
    head = (
        "engine",
        "build, articles/s",
        "peak of build",
        "in use at its start",
        "index",
        "index / text",
        "open",
        "memory after 120 queries",
        "peak of search",
    )
    return table(head, rows)


def _latencies(size: Size) -> str:
    rows = []
    for row, kinds in _ROWS.items():
        for name, search in size.searches.items():
            if search.ms(kinds, facets=True, snippets=False):
                rows.append((row, _NAMES[name], *_cells(search, kinds)))
    return table(("query", "engine", *_WAYS, "facets, first round"), rows)


def _cells(search: Search, kinds: Sequence[Kind]) -> Iterator[str]:
    for facets, snippets in _WAYS.values():
        ms = search.ms(kinds, facets=facets, snippets=snippets)
        # Questions are asked in one way only.
        complete = len(ms) == len(search.ms(kinds, facets=True, snippets=False))
        yield " / ".join(_ms(percentile(ms, share)) for share in (50, 95, 99)) if complete else "–"
    yield _ms(percentile(search.ms(kinds, facets=True, snippets=False, first=True), 50))


def _hits(size: Size) -> str:
    """How many articles the engines found, beside tantivy."""
    if TANTIVY not in size.searches:
        return ""
    base = size.searches[TANTIVY]
    rows = []
    for name, search in size.searches.items():
        for kind in KINDS:
            pairs = list(zip(search.totals([kind]), base.totals([kind]), strict=True))
            if name != TANTIVY and pairs:
                counted = (sum(ours == theirs for ours, theirs in pairs), sum(ours > theirs for ours, theirs in pairs))
                rows.append((kind, _NAMES[name], *map(str, (*counted, len(pairs) - sum(counted)))))
    rows.sort(key=lambda row: KINDS.index(row[0]))
    return table(("articles found", "engine", "as many as tantivy", "more", "fewer"), rows)


def _bars(held: Iterable[Bar]) -> str:
    rows: list[tuple[str, ...]] = []
    for each in held:
        sign = "≥" if each.least else "≤"
        figure, bar = f"{each.figure:,.2f}{each.unit}", f"{sign} {each.bar:,g}{each.unit}"
        rows.append((each.what, f"{each.articles:,}", figure, bar, "yes" if each.met else "**no**", each.beside))
    return table(("", "articles", "figure", "bar", "met", "beside"), rows)


def _ms(ms: float) -> str:
    return f"{ms:.2f}" if ms < 10 else f"{ms:,.0f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns wide enough to be read as text too."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join((written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]))
