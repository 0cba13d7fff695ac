"""A benchmark ends with an error if its server does not answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks import served_index

_LISTEN = """
import signal, socket, sys
listening = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listening.getsockname()[1]}/  (Ctrl-C)", file=sys.stderr, flush=True)
print("worker ended", file=sys.stderr, flush=True)
signal.pause()
"""


def test_a_server_whose_workers_do_not_start_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_index, "SHELL", [sys.executable, "-c", _LISTEN])
    monkeypatch.setattr(served_index, "START_SECONDS", 0.1)
    with pytest.raises(RuntimeError, match="worker ended"), served_index.served(tmp_path):
        pytest.fail("the server does not answer")
