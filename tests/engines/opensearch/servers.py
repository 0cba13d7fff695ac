"""Servers on loopback with prepared responses, for failures that are hard to cause in a real cluster."""

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
class Response:
    """A response: its status, and its body, as JSON unless it is a text."""

    status: int = 200
    body: Any = field(default_factory=dict)
    content_type: str = "application/json"

    @property
    def data(self) -> bytes:
        """Return the bytes of the body."""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass
class Server:
    """The port of a server, and the requests that it got."""

    port: int
    requests: list[str] = field(default_factory=list)

    def address(self, scheme: str = "opensearch") -> str:
        """Return the address of an index on the server."""
        return f"{scheme}://127.0.0.1:{self.port}/articles"


@contextmanager
def responding(
    respond: Callable[[str, str], Response], context: ssl.SSLContext | None = None, *, port: int = 0
) -> Iterator[Server]:
    """Run a server that responds to a method and path with ``respond``, on a free port unless one is given."""

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            running.requests.append(f"{self.command} {self.path.partition('?')[0]}")
            response = respond(self.command, self.path.partition("?")[0])
            self.send_response(response.status)
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.data)))
            self.end_headers()
            self.wfile.write(response.data)

        do_GET = do_PUT = do_POST = do_DELETE = reply

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

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
def listening(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a free port, call ``handle`` with each connection in a thread of its own, and yield the port."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def sending(data: bytes) -> Iterator[Server]:
    """Run a server that sends the same bytes on every connection and closes it."""

    def send(connection: socket.socket) -> None:
        with connection:
            connection.recv(1 << 16)
            connection.sendall(data)

    with listening(send) as port:
        yield Server(port)


@contextmanager
def slow_proxy(target: str) -> Iterator[SlowProxy]:
    """Run a proxy to the node ``target`` that can delay the responses."""
    proxy = SlowProxy(target)
    with listening(proxy.forward) as proxy.port:
        yield proxy


@dataclass
class SlowProxy:
    """A proxy that forwards each request at once, and its response ``seconds`` later."""

    target: str
    port: int = 0
    seconds: float = 0.0

    def forward(self, connection: socket.socket) -> None:
        """Forward one connection until either side closes it."""
        host, _, port = self.target.partition(":")
        with connection, socket.create_connection((host, int(port))) as node:
            threading.Thread(target=self._back, args=(node, connection), daemon=True).start()
            try:
                while data := connection.recv(1 << 16):
                    node.sendall(data)
            except OSError:
                # The client has closed the connection.
                return

    def _back(self, node: socket.socket, connection: socket.socket) -> None:
        try:
            while data := node.recv(1 << 16):
                if data.startswith(b"HTTP/"):
                    threading.Event().wait(self.seconds)
                connection.sendall(data)
        except OSError:
            return
