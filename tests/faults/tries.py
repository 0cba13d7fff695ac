"""The options and the table of the programs that try faults one by one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from typing import Any


def option_parser(description: str | None, everything: str, *, tries: int = 100) -> argparse.ArgumentParser:
    """Return a parser of ``--all``, whose help is ``everything``, ``--tries`` with a default, and ``--seed``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--all", action="store_true", help=everything)
    parser.add_argument("--tries", type=int, default=tries)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def printed_results(printed: str) -> dict[str, Any]:
    """Return the results that a search has printed as JSON, without the time that it took."""
    values: dict[str, Any] = json.loads(printed)
    del values["took_ms"]
    return values


def print_tries(kinds: Iterable[str], done: Mapping[str, int], failed: Mapping[str, int], lines: Iterable[str]) -> int:
    """Print the problems and the tries of each kind, and return the exit code: 1 if a try failed."""
    for line in lines:
        print(line)
    print(f"{'':<24}{'tries':>8}{'held':>8}{'failed':>8}")
    for kind in kinds:
        count, failures = done.get(kind, 0), failed.get(kind, 0)
        print(f"{kind:<24}{count:>8}{count - failures:>8}{failures:>8}")
    return 1 if any(failed.values()) else 0
