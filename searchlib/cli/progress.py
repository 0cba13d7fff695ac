"""Show how far a command is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import searchlib


@contextmanager
def progress_bar(what: str, *, unit: str = "files") -> Iterator[searchlib.Progress]:
    """A progress bar on a terminal; elsewhere nothing is shown."""
    from tqdm import tqdm

    # Its monitor thread would be copied into the workers.
    tqdm.monitor_interval = 0
    with tqdm(desc=what, unit=f" {unit}", file=sys.stderr, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
