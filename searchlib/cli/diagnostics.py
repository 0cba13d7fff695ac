"""The commands stats, check, report and tokens."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import searchlib
from searchlib.cli.console import DONE, FAILED, column_count, print_json, progress_bar
from searchlib.cli.language import say, translated
from searchlib.cli.options import AddCommand, add_index, add_json, add_size, add_words, typed_text
from searchlib.models import count_of
from searchlib.settings import settings_file

_REMEDY = "build the index again, or return to an older generation with --repair"


def add_commands(add_command: AddCommand) -> None:
    """Add the commands and their options."""
    parser = add_command("stats", stats, "print statistics of the index")
    add_json(parser)
    add_index(parser)
    parser = add_command("check", check, "verify every file and article of the index")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="first return to the newest undamaged generation, if the current one is damaged",
    )
    add_json(parser)
    add_index(parser)
    parser = add_command("report", report, "print the most frequent queries, those without hits, and the slowest")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="number of past days (default: 30)")
    add_size(parser, 20, "queries per list")
    add_json(parser)
    parser = add_command("tokens", tokens, "print how a text is tokenized")
    add_words(parser, "TEXT", "the text to tokenize", required=True)
    add_json(parser)


def stats(options: Namespace) -> int:
    with searchlib.open_index(options.index) as index:
        stats = index.stats()
    if options.json:
        print_json(stats.to_dict())
        return DONE
    # People read local time.
    stats = replace(stats, built=stats.built.astimezone())
    print(f"settings\t{_settings_source(options.index)}")
    for name, value in stats.to_dict().items():
        for path, item in _flatten(name, value):
            if item not in ("", [], None):
                print(f"{path}\t{', '.join(item) if isinstance(item, list) else item}")
    return DONE


def _settings_source(index: str) -> str:
    """Return where the settings of the index come from."""
    if file := settings_file():
        return str(file.absolute())
    is_default = searchlib.index_settings(index) == searchlib.Settings()
    return translated("the defaults" if is_default else "those that the index was built with")


def check(options: Namespace) -> int:
    if options.repair:
        say(f"{searchlib.repair_index(options.index)} is current")
    with searchlib.open_index(options.index) as index, progress_bar("check", unit="articles") as progress:
        report = index.check(progress=progress)
    if options.json:
        print_json(report.to_dict())
    else:
        for problem in report.problems:
            print(translated(problem))
        counted = [translated(count_of(report.files, "file")), translated(count_of(report.articles, "article"))]
        counts = f"{report.generation}: {', '.join(counted)}"
        if report.ok:
            say(f"{counts}: no problems")
        else:
            say(f"{counts}: {count_of(len(report.problems), 'problem')}: {_REMEDY}")
    return DONE if report.ok else FAILED


def report(options: Namespace) -> int:
    log = searchlib.load_settings().query_log
    if not log:
        raise searchlib.SettingsError(
            'searches are not logged: name a file for the log in searchlib.toml: query_log = "queries.jsonl"'
        )
    report = searchlib.query_report(log, days=options.days, size=options.size)
    if options.json:
        print_json(report.to_dict())
        return DONE
    if report.unreadable:
        say(f"{log}: {count_of(report.unreadable, 'line')} cannot be read")
    say(
        f"{report.queries:,} searches in {report.days} days, for {report.different:,} queries; {report.failed:,} found nothing",
        is_data=True,
    )
    say(f"median {report.median_ms:g} ms, 95th percentile {report.p95_ms:g} ms", is_data=True)
    for heading, queries in (
        ("most frequent", report.frequent),
        ("without hits", report.without_hits),
        ("slowest", report.slow),
    ):
        names = ((translated(name), width) for name, width in (("times", 9), ("hits", 9), ("slowest", 12)))
        columns = "".join(" " * (width - column_count(name)) + name for name, width in names)
        print(f"\n{translated(heading)}\n{columns}  {translated('query')}")
        for query in queries:
            searched = f" → {query.searched}" if query.searched != query.query else ""
            print(f"{query.count:9,}{query.total:9,}{query.slowest_ms:9,.1f} ms  {_printable(query.query + searched)}")
    return DONE


def tokens(options: Namespace) -> int:
    tokens = searchlib.tokenize(typed_text(options))
    if options.json:
        print_json([token.to_dict() for token in tokens])
    else:
        for token in tokens:
            print(f"{token.position}\t{token.start}-{token.end}\t{token.text}")
    return DONE


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield all values of nested tables, each with its path of names, joined by dots."""
    if not isinstance(value, dict):
        yield name, value
        return
    for inner, item in value.items():
        yield from _flatten(f"{name}.{inner}", item)


def _printable(text: str) -> str:
    """Replace control characters, because a logged query could otherwise control the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
