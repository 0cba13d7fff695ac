"""Check typed queries: for each line of a file of queries, print the expectation and whether an index meets it.

    python -m tests.benchmarks.typed_queries INDEX [--queries FILE]

A line is a query, a tab, and what it asks for:

- ``run: TEXT``: the first ten hits contain the folded text, as far as any articles do
- ``total<=N``: no more than N articles match
- ``has: TEXT``: one of the first five hits has the text in its title or id
- ``suggest: TEXT``: one of the first three suggestions is the text
- ``never: TEXT``: the text is not searched instead
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import searchlib
from searchlib.analysis.fold import fold
from tests.conftest import CORPORA

_QUERIES = CORPORA.parent / "cases" / "queries.txt"
_FIRST_HITS = 10
_TOP_HITS = 5
_TOP_SUGGESTIONS = 3
_REQUIREMENT = re.compile(r"(run|has|suggest|never): *(.+)|(total)<= *(\d+)")
_SPACES = re.compile(r"[^\S\n]+")

Case = tuple[str, str, str]
"""A query, the kind of its requirement, and the text or number of the requirement."""


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; blank lines and lines that start with # are skipped."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        query, _, requirement = line.partition("\t")
        match = _REQUIREMENT.fullmatch(requirement.strip())
        if not match:
            raise ValueError(f"{path}: cannot read {line!r}")
        cases.append((query, match[1] or match[3], match[2] or match[4]))
    return cases


def count_articles(index: searchlib.Index, runs: Iterable[str]) -> Mapping[str, int]:
    """Return the number of articles whose title or body contains each text, all folded."""
    needed = {run: normal(run) for run in runs}
    counts = dict.fromkeys(needed, 0)
    if needed:
        for article in index._current().engine.articles():
            text = normal(f"{article.title}\n{article.body}")
            for run, folded in needed.items():
                counts[run] += folded in text
    return counts


def normal(text: str) -> str:
    """Return a folded text with single spaces."""
    return _SPACES.sub(" ", fold(text))


def check(index: searchlib.Index, case: Case, counts: Mapping[str, int]) -> tuple[bool, str]:
    """Return whether the index fulfills a case, and what it does."""
    query, kind, wanted = case
    if kind == "suggest":
        suggestions = [each.text for each in index.suggest(query, size=_TOP_SUGGESTIONS)]
        return wanted in suggestions, "、".join(suggestions) or "nothing"
    results = index.search(query, facets=False, snippets=False, size=_FIRST_HITS, repeats="show", corrected=True)
    if kind == "total":
        return results.total <= int(wanted), f"{results.total} articles"
    if kind == "never":
        return results.searched != wanted, f"searches {results.searched}"
    if kind == "has":
        text = normal(wanted)
        titles = [normal(f"{hit.title}\n{hit.id}") for hit in results.hits[:_TOP_HITS]]
        return any(text in title for title in titles), f"searches {results.searched}, {results.total} articles"
    articles = [index.get(hit.id) for hit in results.hits]
    containing = [normal(wanted) in normal(f"{each.title}\n{each.body}") for each in articles]
    count = sum(containing)
    holds = count == min(counts[wanted], _FIRST_HITS) and all(containing[:count])
    return holds, f"{count} of the first {len(containing)} contain it, {counts[wanted]} articles do"


def report(index: searchlib.Index, cases: Iterable[Case]) -> Iterator[str]:
    """Yield a line for each case, then the number of cases that hold."""
    cases = list(cases)
    counts = count_articles(index, {wanted for _, kind, wanted in cases if kind == "run"})
    fulfilled = 0
    for case in cases:
        holds, found = check(index, case, counts)
        fulfilled += holds
        query, kind, wanted = case
        yield f"{'ok' if holds else 'NO':3} {query:24} {kind}{'<=' if kind == 'total' else ': '}{wanted} – {found}"
    yield f"{fulfilled} of {len(cases)} hold"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", help="an index of all corpora")
    parser.add_argument("--queries", type=Path, default=_QUERIES, help="a file of cases; default: %(default)s")
    options = parser.parse_args()
    with searchlib.open_index(options.index) as index:
        for line in report(index, read_cases(options.queries)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
