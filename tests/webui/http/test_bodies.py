"""A request body is refused before it is read: no URL takes one."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.webui.servers import SHELL, free_port, running

LARGE = 1 << 30


@pytest.mark.parametrize("path", ["/", "/api/search", "/article/plain.txt", "/none", "/static/style.css"])
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_a_large_body_is_refused(client: FlaskClient, path: str, method: str) -> None:
    response = getattr(client, method)(path, environ_overrides={"CONTENT_LENGTH": str(LARGE)})
    assert response.status_code == 413
    if path.startswith("/api/"):
        assert response.get_json()["error"]["code"] == "request_entity_too_large"


def test_a_small_body_is_ignored(client: FlaskClient) -> None:
    assert client.get("/api/search", data=b"{}").status_code == 200
    assert client.post("/api/search", data=b"{}").status_code == 405


@pytest.fixture(scope="module")
def port(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    with running([*SHELL, "serve", "--index", index_folder, "--port", str(port)], port, folder):
        yield port


def sent_until_refused(port: int, head: bytes, chunk: bytes, limit: int) -> tuple[int, bytes]:
    """Send chunks until the server answers or closes. Return how many bytes it took, and its answer.

    The answer is empty if the server closed the connection while unread bytes were under way.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head)
        sent, until = 0, time.monotonic() + 10
        connection.setblocking(False)
        while sent < limit and time.monotonic() < until:
            try:
                if answer := connection.recv(1000):
                    return sent, answer
            except BlockingIOError:
                pass
            try:
                sent += connection.send(chunk)
            except BlockingIOError:
                time.sleep(0.01)
            except (BrokenPipeError, ConnectionResetError):
                break
        return sent, b""


def test_the_server_does_not_store_an_announced_body(port: int) -> None:
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE}\r\n\r\n".encode()
    sent, answer = sent_until_refused(port, head, b"x" * 10_000, LARGE)
    assert sent < 10 << 20
    assert not answer or answer.startswith(b"HTTP/1.1 413")


def test_the_server_answers_before_the_body_arrives(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")


def test_the_server_does_not_store_a_body_in_chunks(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent, answer = sent_until_refused(port, head, b"2000\r\n" + b"x" * 0x2000 + b"\r\n", LARGE)
    assert sent < 10 << 20
    assert not answer or answer.startswith(b"HTTP/1.1 413")


def test_the_server_does_not_store_endless_headers(port: int) -> None:
    sent, answer = sent_until_refused(port, b"GET / HTTP/1.1\r\n", b"X-A: " + b"x" * 1000 + b"\r\n", LARGE)
    assert sent < 10 << 20
    assert not answer or answer.startswith(b"HTTP/1.0 431")


@pytest.mark.parametrize(
    "request_line_and_length",
    [
        b"GET /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
        b"GET /healthz HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"POST /api/search HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked",
        b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_request_whose_end_is_ambiguous_is_refused_and_its_connection_closed(
    port: int, request_line_and_length: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(request_line_and_length + b"\r\nHost: localhost\r\n\r\n0\r\n\r\n" + hidden)
        answer = b"".join(iter(lambda: connection.recv(10_000), b""))
    status, _, rest = answer.partition(b"\r\n")
    assert status.endswith(b" 400 Bad Request")
    assert b"HTTP/1." not in rest
