"""Real servers of the application, in processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from searchlib.settings import FILE_VARIABLE, INDEX_VARIABLE
from tests.conftest import ROOT

PATIENCE = 60
"""Seconds until a server that does not answer counts as broken."""

SHELL = [sys.executable, "-m", "searchlib.cli"]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def environment(**changes: str) -> dict[str, str]:
    """That of a process which finds the packages, but neither settings nor an index of this one's."""
    kept = {name: value for name, value in os.environ.items() if name not in {FILE_VARIABLE, INDEX_VARIABLE}}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | changes


@contextmanager
def running(
    command: Sequence[str | Path], port: int, folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens on a port by now; what it says goes to ``server.log`` in its folder."""
    log = folder / "server.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            list(map(str, command)), cwd=folder, env=environment(**(variables or {})), stdout=said, stderr=said
        ) as process,
    ):
        try:
            _wait(process, port, log)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens: {log.read_text(encoding='utf-8')}")
