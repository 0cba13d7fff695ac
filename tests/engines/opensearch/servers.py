"""Servers on loopback that answer as they are told: for what a real cluster cannot be brought to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer: its status, and its body, which is JSON unless it is text."""

    status: int = 200
    body: Any = field(default_factory=dict)
    kind: str = "application/json"

    @property
    def data(self) -> bytes:
        """The body as it goes out."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass
class Server:
    """Where one answers, and what it was asked."""

    port: int
    asked: list[str] = field(default_factory=list)

    def address(self, scheme: str = "opensearch") -> str:
        """The address of an index there."""
        return f"{scheme}://127.0.0.1:{self.port}/articles"


@contextmanager
def answering(
    answer: Callable[[str, str], Answer], context: ssl.SSLContext | None = None, *, port: int = 0
) -> Iterator[Server]:
    """A server that answers each request by its method and path, wherever there is room unless a port is given."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            running.asked.append(f"{self.command} {self.path.partition('?')[0]}")
            given = answer(self.command, self.path.partition("?")[0])
            self.send_response(given.status)
            self.send_header("Content-Type", given.kind)
            self.send_header("Content-Length", str(len(given.data)))
            self.end_headers()
            self.wfile.write(given.data)

        do_GET = do_PUT = do_POST = do_DELETE = reply

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        running = Server(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def saying(words: bytes) -> Iterator[Server]:
    """A server that says the same to everybody, whatever is asked, and ends the connection."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(1 << 16)
                connection.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Server(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def slow_way(target: str) -> Iterator[SlowWay]:
    """A way to the node ``target`` on which answers can be held up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        way = SlowWay(listener.getsockname()[1], target)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=way.carry, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield way
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@dataclass
class SlowWay:
    """Hands every request on, and its answer back ``seconds`` later."""

    port: int
    target: str
    seconds: float = 0.0

    def carry(self, connection: socket.socket) -> None:
        """Carry one connection until either side has enough."""
        host, _, port = self.target.partition(":")
        with connection, socket.create_connection((host, int(port))) as node:
            threading.Thread(target=self._back, args=(node, connection), daemon=True).start()
            try:
                while data := connection.recv(1 << 16):
                    node.sendall(data)
            except OSError:
                # Whoever has asked has given up.
                return

    def _back(self, node: socket.socket, connection: socket.socket) -> None:
        try:
            while data := node.recv(1 << 16):
                if data.startswith(b"HTTP/"):
                    threading.Event().wait(self.seconds)
                connection.sendall(data)
        except OSError:
            return
