"""Write the figures of a run as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.benchmarks.engines.base import FTS5, PROJECT, STOCK, TANTIVY
from tests.benchmarks.figures import Figures, Search, Size, percentile
from tests.benchmarks.queries import KINDS, WORD_KINDS, Kind
from tests.benchmarks.targets import Target, targets

_NAMES = {
    PROJECT: "searchlib",
    TANTIVY: "tantivy, cut by rjieba",
    FTS5: "SQLite FTS5, cut by rjieba",
    STOCK: "ChineseAnalyzer + Whoosh",
}
_SIZES = "The targets apply to 100,000 articles; those relative to stock Whoosh apply to 20,000."
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
All engines index the same articles in the same order. A search returns the total and the titles of the ten
best articles. With "facets" it also counts the articles by category and by month; with "snippets" it also
returns a passage with the words of the query for each title.

- **Memory** of a build is the sum over all processes (PSS), including articles that the benchmark keeps in
  memory. Memory of a search is that of its process (RSS).
- **Build** is the median of three if a build takes less than twenty seconds. **Open** is the median of five
  new processes.
- **Latencies** are in milliseconds: p50 / p95 / p99 over the queries, where each query counts with its median
  over {0.rounds} rounds. The engines take turns. The last column is the p50 of an additional first round. If
  there are no other rounds, the first round counts. An engine that takes more than ten seconds for the first
  round runs only one more."""
_WHY = """\
The numbers of articles differ for these reasons:

- A word-based engine matches a word only where the tokenizer cuts the article in the same way. searchlib
  matches it anywhere, so it finds as many articles or more. At least ten articles match each AND query, so
  searchlib does not relax it.
- Stock Whoosh does not fold text. It misses traditional characters for a query in simplified ones, and
  tokenizes them differently.
- In a phrase, the word-based engines ignore punctuation and line ends, but the words must be cut as in the
  query. searchlib matches adjacent characters in one line.
- For a question, tantivy, FTS5 and stock Whoosh return all articles that contain any of its words. searchlib
  returns those that contain most of them."""


def report(figures: Figures) -> str:
    """Return all tables; the targets come last."""
    parts = [f"Measured on {figures.date}.", table(("machine", ""), figures.machine.items()), _HOW.format(figures)]
    for size in figures.sizes:
        parts += [f"## {size.articles:,} articles, {size.text / 1e6:,.1f} MB of text", _builds(size)]
        parts += [_latencies(size), _hits(size)]
    parts.append(_WHY)
    if measured := targets(figures):
        parts += ["## Targets", _SIZES, _targets(measured)]
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
        "memory at its start",
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
    """Compare the totals of the engines with those of tantivy."""
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
    return table(("kind of query", "engine", "same total as tantivy", "higher", "lower"), rows)


def _targets(measured: Iterable[Target]) -> str:
    rows: list[tuple[str, ...]] = []
    for each in measured:
        sign = "≥" if each.is_minimum else "≤"
        figure, target = f"{each.figure:,.2f}{each.unit}", f"{sign} {each.target:,g}{each.unit}"
        rows.append(
            (each.what, f"{each.articles:,}", figure, target, "yes" if each.met else "**no**", each.compared_with)
        )
    return table(("", "articles", "figure", "target", "met", "compared with"), rows)


def _ms(ms: float) -> str:
    return f"{ms:.2f}" if ms < 10 else f"{ms:,.0f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join((written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]))
