"""A gate in front of a cluster: TLS and an authorization header, as with the security plugin of OpenSearch."""

from __future__ import annotations

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def gate(target: str, context: ssl.SSLContext, authorization: str) -> Iterator[int]:
    """Forward requests with this header to the node ``target``, and yield the port on loopback."""

    class Gate(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != authorization:
                self.answer(401, b'{"error": "who are you?", "status": 401}')
                return
            headers = {name: self.headers[name] for name in ("Content-Type", "Content-Encoding") if self.headers[name]}
            asked = urllib.request.Request(
                f"http://{target}{self.path}", body or None, method=self.command, headers=headers
            )
            try:
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    self.answer(answer.status, answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    self.answer(error.code, error.read())

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = pass_on

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Gate) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
