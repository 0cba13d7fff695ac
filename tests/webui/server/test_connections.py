"""The server answers honest requests while hundreds of other clients are idle, slow, or read nothing."""

from __future__ import annotations

import http.client
import json
import selectors
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import searchlib
from tests.webui.servers import SHELL, free_port, running
from webui.server import connections

pytestmark = pytest.mark.slow

READERS = 500
"""The browsers that have read a page and keep their connections open, and the other clients of each kind."""
SOCKETS_PER_READER = 2
IDLE = SLOW = 150
NON_READERS = 10
HONEST = 60
MAX_P95_SECONDS = 1.0
REQUEST = b"GET /?q=%E8%BF%9E%E8%BD%BD HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def long_index(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the test articles and one of 360 kB."""
    folder = tmp_path_factory.mktemp("long")
    shutil.copytree(articles, folder / "articles")
    (folder / "articles" / "long.md").write_text("---\ntitle: 长文\n---\n" + "连载的长文。" * 20_000, encoding="utf-8")
    searchlib.build_index(folder / "articles", folder / "index")
    return folder / "index"


@pytest.fixture
def port(long_index: Path, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    with running([*SHELL, "serve", "--index", long_index, "--port", str(port)], port, tmp_path):
        yield port


def connect(port: int, sockets: ExitStack) -> socket.socket:
    return sockets.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=10)))


def seconds_of(port: int, path: str) -> float:
    """Return the time of one honest request with a connection of its own."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert response.status == 200
    finally:
        connection.close()
    return time.perf_counter() - start


def p95_of_honest_requests(port: int) -> float:
    times = sorted(seconds_of(port, ("/?q=%E8%BF%9E%E8%BD%BD", "/healthz")[number % 2]) for number in range(HONEST))
    return times[int(len(times) * 0.95) - 1]


def test_readers_and_idle_and_slow_clients_do_not_stop_honest_requests(port: int) -> None:
    with ExitStack() as sockets:
        for _ in range(READERS):
            # The first connection of a browser loads the page, the others its resources.
            for request in (
                REQUEST,
                *(SOCKETS_PER_READER - 1) * (b"GET /static/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n",),
            ):
                reader = connect(port, sockets)
                reader.sendall(request)
                assert reader.recv(15) == b"HTTP/1.1 200 OK"
        for _ in range(IDLE):
            connect(port, sockets)
        slow = [connect(port, sockets) for _ in range(SLOW)]
        done = threading.Event()

        def dribble() -> None:
            for byte in REQUEST:
                for each in slow:
                    try:
                        each.sendall(bytes([byte]))
                    except OSError:  # closed by the server
                        continue
                if done.wait(0.5):
                    return

        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            assert p95_of_honest_requests(port) < MAX_P95_SECONDS
        finally:
            done.set()
            thread.join()


def test_clients_that_read_nothing_do_not_block_the_threads(port: int) -> None:
    """Many requests at once have responses above the 16 MiB from which waitress lets a thread wait for the client."""
    request = b"GET /api/article/long.md HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as sockets:
        for _ in range(NON_READERS):
            client = sockets.enter_context(closing(socket.socket()))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.setblocking(False)
            for _ in range(200):
                try:
                    client.send(request * 100)
                except (BlockingIOError, ConnectionError):
                    break
        time.sleep(5)
        assert p95_of_honest_requests(port) < MAX_P95_SECONDS


def test_requests_sent_at_once_get_one_response_and_the_connection_is_closed(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(3 * b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while data := client.recv(10_000):
            received += data
    assert received.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in received


@pytest.mark.parametrize("url", ["/api/search?q=连载&facets=0", "/api/search?q=%E8%BF%9E%E8%BD%BD&facets=0"])
def test_a_url_need_not_be_percent_encoded(port: int, url: str) -> None:
    with ExitStack() as sockets:
        client = connect(port, sockets)
        client.sendall(f"GET {url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.status == 200
        results = json.loads(response.read())
    assert results["query"] == "连载"
    assert all("连载" in hit["title"] for hit in results["hits"])
    assert results["total"] > 1


def test_a_connection_serves_one_request_after_the_other(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(3):
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert (response.status, response.getheader("Connection")) == (200, None)
        response.read()
    connection.close()


def test_idle_and_incomplete_requests_are_closed_in_time(index_folder: Path, tmp_path: Path) -> None:
    """A byte every half second does not extend the time of a request."""
    port = free_port()
    code = (
        "from webui import create_app; from webui.server.connections import create_server, listen\n"
        f"create_server(create_app({str(index_folder)!r}), sockets=listen('127.0.0.1', {port}), idle_seconds=2).run()"
    )
    with running([sys.executable, "-c", code], port, tmp_path), ExitStack() as sockets:
        idle, slow = connect(port, sockets), connect(port, sockets)
        open_sockets, sent, until = {idle, slow}, 0, time.monotonic() + 15
        while open_sockets and time.monotonic() < until:
            if slow in open_sockets and sent < len(REQUEST) - 1:
                try:
                    slow.send(REQUEST[sent : sent + 1])
                except OSError:
                    open_sockets.discard(slow)
                sent += 1
            with selectors.DefaultSelector() as selector:
                for each in open_sockets:
                    selector.register(each, selectors.EVENT_READ)
                for key, _ in selector.select(0.5) if open_sockets else ():
                    try:
                        closed = not key.fileobj.recv(1000)
                    except OSError:
                        closed = True
                    if closed:
                        open_sockets.discard(key.fileobj)
        assert not open_sockets
        assert sent < len(REQUEST) - 1


def test_the_limit_leaves_room_for_the_files_of_the_index() -> None:
    assert connections.MAX_CONNECTIONS >= READERS + IDLE + SLOW
