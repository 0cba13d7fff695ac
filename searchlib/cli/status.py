"""The commands that say how an index is."""

from __future__ import annotations

import sys
from argparse import Namespace as Options
from collections.abc import Iterator
from typing import Any

import searchlib
from searchlib.cli.ends import DONE, FAILED
from searchlib.cli.printing import print_json


def stats(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        stats = index.stats().to_dict()
    if options.json:
        print_json(stats)
        return DONE
    for name, value in stats.items():
        for key, each in _flat(name, value):
            print(f"{key}\t{', '.join(each) if isinstance(each, list) else each}")
    return DONE


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value with its name; the values in a table with the table's name before theirs."""
    if not isinstance(value, dict):
        yield name, value
        return
    for inner, each in value.items():
        yield from _flat(f"{name}.{inner}", each)


def check(options: Options) -> int:
    with searchlib.open_index(options.index) as index:
        report = index.check()
    if options.json:
        print_json(report.to_dict())
    else:
        for problem in report.problems:
            print(problem)
        verdict = "all is well" if report.ok else f"{len(report.problems)} problems: build the index again"
        print(f"{report.generation}: {report.files} files, {report.articles} articles: {verdict}", file=sys.stderr)
    return DONE if report.ok else FAILED


def report(options: Options) -> int:
    log = searchlib.load_settings().query_log
    if not log:
        raise searchlib.SettingsError(
            'no searches are noted: name a file for them in searchlib.toml: query_log = "queries.jsonl"'
        )
    report = searchlib.query_report(log, days=options.days, size=options.size)
    if options.json:
        print_json(report.to_dict())
        return DONE
    if report.unreadable:
        print(f"{log}: {report.unreadable} lines cannot be read", file=sys.stderr)
    print(
        f"{report.queries:,} searches in {report.days} days, for {report.different:,} queries; {report.failed:,} found nothing"
    )
    print(f"half took at most {report.median_ms:g} ms, 19 of 20 at most {report.p95_ms:g} ms")
    for heading, queries in (
        ("most frequent", report.frequent),
        ("without hits", report.without_hits),
        ("slowest", report.slow),
    ):
        print(f"\n{heading}\n{'times':>9}{'found':>9}{'slowest':>12}  query")
        for each in queries:
            instead = f" → {each.searched}" if each.searched != each.query else ""
            print(f"{each.count:9,}{each.total:9,}{each.slowest_ms:9,.1f} ms  {_shown(each.query + instead)}")
    return DONE


def _shown(text: str) -> str:
    """What readers typed, as it may stand in a terminal: some characters would command it."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
