"""Run `searchlib serve` in a process of its own."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchlib.settings import FILE_VARIABLE, INDEX_VARIABLE
from tests.conftest import ROOT

_PATIENCE = 5
"""Seconds in which a server that is told to end must have ended."""


@contextmanager
def serving(index: Path, cwd: Path, *, warning: str = "") -> Iterator[str]:
    """Serve an index, and return the URL of the server, without a slash at the end.

    At the end the server must exit with status 0 and have written nothing but its URL, and the warning if there is one.
    """
    command = [sys.executable, "-c", "import sys; from searchlib.cli import main; sys.exit(main())"]
    environment = {name: value for name, value in os.environ.items() if name not in {FILE_VARIABLE, INDEX_VARIABLE}}
    with subprocess.Popen(
        [*command, "serve", "--index", str(index), "--port", "0", "--workers", "1"],
        cwd=cwd,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(process.stderr, selectors.EVENT_READ)
                assert selector.select(timeout=60), "the server says nothing"
            line = process.stderr.readline()
            assert line.startswith("http://127.0.0.1:"), line + process.stderr.read()
            yield line.split()[0].rstrip("/")
        finally:
            process.terminate()
            try:
                process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            # Not by `communicate`, which misses what came together with the first line.
            said = process.stderr.read()
    assert process.returncode == 0
    assert warning in said, said
    assert said.count("\n") == bool(warning), said
