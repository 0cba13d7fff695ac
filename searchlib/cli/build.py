"""The commands build, update and watch."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Collection

import searchlib
from searchlib.cli.console import DONE, FAILED, padded, progress_bar
from searchlib.cli.language import joined, say, translated
from searchlib.cli.options import AddCommand, add_articles, add_index, chosen_folders
from searchlib.models import count_reasons

MAX_SKIPPED = 20
"""Maximum number of skipped files that are listed: there may be thousands."""

_ALWAYS = ("indexed", "failed")
"""The rows of the table of a build that are printed even if their count is 0."""


def add_commands(add_command: AddCommand) -> None:
    """Add the commands and their options."""
    parser = add_command("build", build, "build a new index of a folder of articles")
    add_articles(parser)
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one per core)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if any file could not be indexed")
    add_index(parser)
    parser = add_command("update", update, "update an index: read only the files that have changed")
    add_articles(parser)
    add_index(parser)
    parser = add_command("watch", watch, "update an index whenever articles change, until it is stopped")
    add_articles(parser)
    add_index(parser)


def build(options: Namespace) -> int:
    with progress_bar("build") as progress:
        report = searchlib.build_index(chosen_folders(options), options.index, jobs=options.jobs, progress=progress)
    _print_problems(report)
    _print_table(report)
    return FAILED if options.strict and report.failed else DONE


def update(options: Namespace) -> int:
    with progress_bar("update") as progress:
        report = searchlib.update_index(chosen_folders(options), options.index, progress=progress)
    _print_report(report)
    return DONE


def watch(options: Namespace) -> int:
    stop = threading.Event()

    def on_terminate(*_: object) -> None:
        stop.set()
        # While the watch waits, it notices the event. A running update does not, so it is interrupted, and cleans up.
        sys.exit(DONE)

    # Service managers stop a process with SIGTERM.
    signal.signal(signal.SIGTERM, on_terminate)
    printed: set[tuple[str, str]] = set()
    try:
        events = searchlib.watch_index(chosen_folders(options), options.index, stop=stop)
        say(f"watching {' '.join(options.articles)}  (Ctrl-C ends it)")
        for event in events:
            if isinstance(event, searchlib.SearchlibError):
                print(f"searchlib: {translated(str(event))}", file=sys.stderr, flush=True)
            else:
                _print_report(event, printed)
                printed = {*event.failed, *event.salvaged, *event.skipped}
    except (KeyboardInterrupt, Exception):
        # watchfiles raises KeyboardInterrupt after SIGTERM, too, and imports can turn SystemExit into another error.
        if not stop.is_set():
            raise
    return DONE


def _print_report(report: searchlib.BuildReport, printed: Collection[tuple[str, str]] = ()) -> None:
    """Print a report in one line on stdout, after the files with problems."""
    _print_problems(report, printed)
    counts = [f"{getattr(report, name)} {name}" for name in ("added", "updated", "deleted", "unchanged")]
    counts.append(f"{len(report.failed)} failed")
    if report.skipped:
        counts.append(f"{len(report.skipped)} skipped ({_reasons(report)})")
    print(joined(*map(translated, counts), f"{report.seconds:.1f} s"), flush=True)


def _print_problems(report: searchlib.BuildReport, printed: Collection[tuple[str, str]] = ()) -> None:
    """Print the files with problems on stderr, except those that have been printed before."""
    for heading, files, limit in (
        ("could not be indexed", report.failed, len(report.failed)),
        ("indexed, but part of the front matter was unreadable", report.salvaged, len(report.salvaged)),
        ("skipped", report.skipped, MAX_SKIPPED),
    ):
        new = [file for file in files if file not in printed]
        if new:
            say(f"{len(new)} {heading}:")
        for path, reason in new[:limit]:
            print(f"  {path}: {translated(reason)}", file=sys.stderr)
        if len(new) > limit:
            say(f"  … and {len(new) - limit} more")


def _print_table(report: searchlib.BuildReport) -> None:
    """Print the table of the outcomes of a build."""
    rows = (
        ("indexed", report.added, ""),
        ("  salvaged", len(report.salvaged), "part of the front matter could not be read"),
        ("  encrypted", report.encrypted, "indexed without the encrypted text"),
        ("  undated", report.undated, ""),
        ("  without title", report.untitled, "named after the file or the first sentence"),
        ("skipped", len(report.skipped), _reasons(report)),
        ("failed", len(report.failed), ""),
    )
    for name, count, remark in rows:
        if count or name in _ALWAYS:
            print(f"{padded(translated(name), 16)}{count:>9,}  {translated(remark) if count else ''}".rstrip())
    print(f"{padded(translated('time'), 16)}{report.seconds:>9,.1f} s", flush=True)


def _reasons(report: searchlib.BuildReport) -> str:
    """Return the number of files that were skipped for each reason: ``8 draft, 3 excluded``."""
    reasons = count_reasons(reason for _, reason in report.skipped)
    return ", ".join(f"{count} {translated(reason)}" for reason, count in reasons.items())
