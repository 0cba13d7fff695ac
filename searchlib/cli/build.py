"""The commands that write an index."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace as Options
from collections.abc import Collection

import searchlib
from searchlib.cli.ends import DONE, FAILED
from searchlib.cli.progress import progress_bar


def build(options: Options) -> int:
    if options.jobs is not None and options.jobs < 1:
        raise searchlib.ParameterError("jobs", f"--jobs must be at least 1, not {options.jobs}")
    with progress_bar("build") as progress:
        report = searchlib.build_index(options.articles, options.index, jobs=options.jobs, progress=progress)
    _print_report(report)
    return FAILED if options.strict and report.failed else DONE


def update(options: Options) -> int:
    with progress_bar("update") as progress:
        _print_report(searchlib.update_index(options.articles, options.index, progress=progress))
    return DONE


def watch(options: Options) -> int:
    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        # Not while the watch waits, which sees the event by itself, but an update may be under way: it leaves nothing behind.
        sys.exit(DONE)

    # The signal that services are stopped with.
    signal.signal(signal.SIGTERM, end)
    updates = searchlib.watch_index(options.articles, options.index, stop=stop)
    print(f"watching {options.articles}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
    known: set[tuple[str, str]] = set()
    try:
        for news in updates:
            if isinstance(news, searchlib.SearchlibError):
                print(f"searchlib: {news}", file=sys.stderr, flush=True)
            else:
                _print_report(news, known)
                known = {*news.failed, *news.salvaged}
    except KeyboardInterrupt:
        # The watch takes any signal for this one.
        if not stop.is_set():
            raise
    return DONE


def _print_report(report: searchlib.BuildReport, known: Collection[tuple[str, str]] = ()) -> None:
    """What an update did on stdout, and the files that made trouble on stderr, without those that are known."""
    for heading, files in (
        ("could not be indexed", report.failed),
        ("indexed, but part of the front matter was unreadable", report.salvaged),
    ):
        new = [file for file in files if file not in known]
        if new:
            print(f"{len(new)} {heading}:", file=sys.stderr)
        for path, reason in new:
            print(f"  {path}: {reason}", file=sys.stderr)
    counts = ", ".join(f"{getattr(report, name)} {name}" for name in ("added", "updated", "deleted", "unchanged"))
    print(f"{counts}, {len(report.failed)} failed, {report.seconds:.1f} s", flush=True)
