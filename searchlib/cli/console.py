"""Exit codes and output that all commands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import searchlib

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes. ``argparse`` exits with 2 after wrong usage."""


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    # An encoding other than UTF-8 may lack a character, but it never lacks the escape of one.
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_utf8))


def highlight(spans: searchlib.Spans) -> str:
    """Return a text with the matches in bold yellow, or unchanged if stdout is not a terminal or ``NO_COLOR`` is set."""
    on, off = ("\033[1;33m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    return "".join(f"{on}{text}{off}" if is_match else text for text, is_match in spans)


@contextmanager
def progress_bar(name: str, *, unit: str = "files") -> Iterator[searchlib.Progress]:
    """Show a progress bar on stderr if it is a terminal, and yield the callback that updates it."""
    from tqdm import tqdm

    # The monitor thread of tqdm must not be copied into forked workers.
    tqdm.monitor_interval = 0
    with tqdm(desc=name, unit=f" {unit}", file=sys.stderr, disable=None, leave=False) as bar:

        def update(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield update


def discard_output() -> None:
    """Redirect stdout to the null device: otherwise unwritten output raises an error again when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
