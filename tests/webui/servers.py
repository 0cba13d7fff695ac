"""Run the application in real servers, each in a separate process."""

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
"""The timeout for a server to start or stop, in seconds."""

SHELL = [sys.executable, "-m", "searchlib"]


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def environment(**changes: str) -> dict[str, str]:
    """Return an environment with the packages on the path, and without the settings and the index of this process."""
    inherited = {name: value for name, value in os.environ.items() if name not in {FILE_VARIABLE, INDEX_VARIABLE}}
    return inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | changes


@contextmanager
def running(
    command: Sequence[str | Path], port: int, folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server and wait until it accepts connections. Its output goes to ``server.log`` in the folder."""
    log = folder / "server.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            list(map(str, command)), cwd=folder, env=environment(**(variables or {})), stdout=output, stderr=output
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
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server does not accept connections: {log.read_text(encoding='utf-8')}")
