"""The commands that serve the page."""

from __future__ import annotations

import sys
from argparse import Namespace as Options
from importlib.metadata import entry_points
from pathlib import Path

import searchlib
from searchlib.cli.ends import DONE

SAMPLES = Path(__file__).parent.parent / "samples" / "articles"

SERVER = "searchlib.server"
"""The entry-point group of the function that serves the page: the library itself imports no web framework."""


def serve(options: Options) -> int:
    return _serve(options, options.index)


def demo(options: Options) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="searchlib-demo-") as folder:
        report = searchlib.build_index(SAMPLES, folder)
        print(f"{report.added} sample articles, {report.seconds:.1f} s", file=sys.stderr)
        return _serve(options, folder)


def _serve(options: Options, index: str) -> int:
    """Serve until a signal ends the process."""
    (server,) = entry_points(group=SERVER)
    server.load()(index, host=options.host, port=options.port, prefix=options.prefix)
    return DONE
