"""Several processes serve one site: they share its sockets, follow the index, and end together."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

import searchlib
from tests.webui.servers import PATIENCE, SHELL, free_port, running
from webui.server.workers import can_fork, default_workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork() or not Path("/proc/self/task").exists(), reason="needs fork and /proc"),
]

WORKERS = 3
REQUESTS = 60


@pytest.fixture
def folder(articles: Path, tmp_path: Path) -> Path:
    """Return a folder with articles, their index, and settings with a query log."""
    shutil.copytree(articles, tmp_path / "articles")
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1)
    (tmp_path / "searchlib.toml").write_text('query_log = "queries.jsonl"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [*SHELL, "serve", "--index", folder / "index", "--port", str(port), "--workers", str(WORKERS)]
    with running(command, port, folder) as process:
        wait_until(lambda: len(children(process.pid)) == WORKERS)
        yield process, port


def get(port: int, path: str) -> str:
    """Request a path with a connection of its own, which any of the workers may accept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", quote(path, safe="/?="))
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status == 200, text
        return text
    finally:
        connection.close()


def children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_requests_are_counted_and_logged_over_all_workers(
    server: tuple[subprocess.Popen[bytes], int], folder: Path
) -> None:
    process, port = server
    for number in range(REQUESTS):
        get(port, f"/?q=连载{number}")
    counted = re.search(r'searchlib_requests_total\{route="/",status="200"\} (\S+)', get(port, "/metrics"))
    assert counted
    assert float(counted[1]) == REQUESTS
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["query"] for line in lines} == {f"连载{number}" for number in range(REQUESTS)}
    assert len(lines) == REQUESTS
    assert len(children(process.pid)) == WORKERS


def test_all_workers_use_a_new_generation_and_the_same_etags(
    server: tuple[subprocess.Popen[bytes], int], folder: Path
) -> None:
    _, port = server
    assert len({json.loads(get(port, "/healthz"))["generation"] for _ in range(REQUESTS)}) == 1
    before = get(port, "/")
    (folder / "articles" / "new.md").write_text("---\ntitle: 新添的文章\n---\n全新。", encoding="utf-8")
    searchlib.update_index(folder / "articles", folder / "index")
    with searchlib.open_index(folder / "index") as index:
        generation = index.generation
    for _ in range(REQUESTS):
        assert json.loads(get(port, "/healthz"))["generation"] == generation
        assert "新添的文章" in get(port, "/?q=新添的文章")
        assert get(port, "/") != before


def test_a_worker_that_ends_is_replaced_while_the_others_answer(
    server: tuple[subprocess.Popen[bytes], int], folder: Path
) -> None:
    process, port = server
    killed = children(process.pid)[0]
    os.kill(killed, signal.SIGKILL)
    for _ in range(WORKERS):
        get(port, "/?q=连载")
    wait_until(lambda: len(children(process.pid)) == WORKERS and killed not in children(process.pid))
    said = (folder / "server.log").read_text(encoding="utf-8")
    assert f"worker {killed} ended (signal 9), starting another" in said


def sockets(process: int) -> int:
    return sum(os.readlink(each).startswith("socket:") for each in Path(f"/proc/{process}/fd").iterdir())


def test_a_burst_of_connections_is_spread_over_all_workers(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    get(port, "/")
    workers = children(process.pid)
    # The connection of the request above is closed. It must not be counted before the burst.
    wait_until(lambda: len({sockets(worker) for worker in workers}) == 1)
    before = {worker: sockets(worker) for worker in workers}
    with ExitStack() as opened:
        clients = [opened.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)) for _ in range(30)]
        for client in clients:
            client.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for client in clients:
            assert client.recv(12) == b"HTTP/1.1 200"
        added = [sockets(worker) - count for worker, count in before.items()]
    assert sum(added) == 30
    # On a busy machine, a worker may wake later than its head start.
    assert min(added) >= 3


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_processes(server: tuple[subprocess.Popen[bytes], int], folder: Path, sent: int) -> None:
    process, port = server
    get(port, "/")
    workers = children(process.pid)
    process.send_signal(sent)
    assert process.wait(PATIENCE) == 0
    assert not [each for each in workers if is_running(each)]
    said = (folder / "server.log").read_text(encoding="utf-8").splitlines()
    assert said == [f"http://127.0.0.1:{port}/  (Ctrl-C)"]


STARTED = """
import sys, time
from webui.server.workers import run_workers
run_workers(3, lambda number: time.sleep(60), on_started=lambda: print("started", flush=True))
print("ended", flush=True)
"""


def test_a_signal_to_all_processes_at_once_ends_them_without_a_word() -> None:
    # So does a service manager. A worker may end at any step of its parent's own end, and get a second signal from it.
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", STARTED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        for each in (*children(process.pid), process.pid):
            os.kill(each, signal.SIGTERM)
        assert process.communicate(timeout=PATIENCE) == ("ended\n", "")
        assert process.returncode == 0


FAILING_FORK = """
import errno, os, sys, time
from webui.server.workers import run_workers

fork, calls = os.fork, []

def fails_once():
    calls.append(None)
    if len(calls) == 3:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()

os.fork = fails_once
# The first process of worker 0 ends; the others go on.
run_workers(2, lambda number: time.sleep(60 if number or len(calls) > 2 else 0), on_started=lambda: None)
"""


def test_a_process_that_cannot_be_started_again_is_tried_again() -> None:
    with subprocess.Popen([sys.executable, "-c", FAILING_FORK], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline(), process.stderr.readline()]
        process.terminate()
        assert (process.wait(timeout=PATIENCE), process.stderr.read()) == (0, "")
    assert lines[0].endswith("starting another\n")
    assert lines[1] == "searchlib: the system cannot start a worker (Resource temporarily unavailable), trying again\n"


def test_the_workers_end_if_their_parent_is_killed(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, _ = server
    workers = children(process.pid)
    process.kill()
    process.wait()
    wait_until(lambda: not [each for each in workers if is_running(each)])


def test_every_core_gets_a_worker_by_default() -> None:
    assert 1 <= default_workers() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("count", ["0", "-1", "513"])
def test_a_wrong_number_of_workers_is_refused(folder: Path, count: str) -> None:
    command = [*SHELL, "serve", "--index", str(folder / "index"), "--workers", count]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=PATIENCE)
    assert result.returncode in (1, 2)
    assert "workers" in result.stderr
    assert "512" in result.stderr
    assert sys.executable not in result.stderr
