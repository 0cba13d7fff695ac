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
