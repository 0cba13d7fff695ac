"""Keep the server reachable with many clients that are idle, slow, or do not read responses.

waitress reads and writes in one loop without threads, so a slow client costs a connection, not a thread. Its defaults have three
weaknesses, which the classes here fix: the limit is 100 connections; a client that sends a byte now and then keeps its connection
forever; a client that sends many requests without reading the responses blocks a thread.
"""

from __future__ import annotations

import os
import re
import select
import socket
from collections.abc import Callable, Sequence
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer

from webui.http.bodies import MAX_BODY_BYTES
from webui.server.balance import ConnectionCounts

MAX_CONNECTIONS = 1_000
"""The maximum number of open connections. The loop looks at each one for every event, which takes 3 µs."""
MAX_IDLE_SHARE = 0.8
"""Above this share of the connections, a new one closes the one that is idle longest. Browsers open another when they need it."""
IDLE_SECONDS = 20
"""The time after which a connection is closed if its request is incomplete, or its client does not read the response."""
_CLEANUP_SECONDS = 2
_THREADS = 4
_BACKLOG = 1_024
"""The maximum number of connections that wait to be accepted."""
_MAX_HEADER_BYTES = 64 << 10
"""The longest URL of the site, with percent-encoded filters, takes 15 KB."""
_RESERVED_FILES = 200
"""The files and sockets that the process needs besides its connections."""

_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Accepts one request at a time, and closes the connection after the response if the client sent more with it.

    Clients of HTTP/1.1 must expect this; browsers do not send a request before the response to the previous one.
    """

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.completed and not self.empty and consumed < len(data):
            self.headers["CONNECTION"] = "close"
            return len(data)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Accept URLs that are not percent-encoded, as ``curl`` sends them: browsers and libraries encode them.

        Refuse a request whose end a proxy may see elsewhere (RFC 9112, 6.1 and 6.3): one with both Transfer-Encoding and
        Content-Length, or one of HTTP/1.0 with Transfer-Encoding.
        """
        first_line, separator, rest = header_plus.partition(b"\r\n")
        super().parse_header(_NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte.group()), first_line) + separator + rest)
        # waitress removes the Transfer-Encoding of HTTP/1.1.
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The end of the request is ambiguous")


class _Channel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    parser_class = _Parser
    last_activity: float

    def add_channel(self, map: Any = None) -> None:  # the name in waitress
        super().add_channel(map)
        channels = self.server.active_channels
        if len(channels) > self.adj.connection_limit * MAX_IDLE_SHARE:
            idle = [each for each in channels.values() if each is not self and each.is_idle()]
            if idle:
                min(idle, key=lambda each: each.last_activity).will_close = True

    def is_idle(self) -> bool:
        """Return whether no request is answered, and the connection is not about to be closed."""
        return not (self.requests or self.will_close)

    def handle_read(self) -> None:
        started = self.last_activity if self.request is not None else None
        super().handle_read()
        if started is not None and self.request is not None:
            # An incomplete request does not extend its time.
            self.last_activity = started


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of a host, all with the same port; port 0 takes any free port.

    Raises:
        OSError, ValueError: an address cannot be bound.
    """
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = socket.socket(family, kind, protocol)
            sockets.append(each)
            if os.name == "posix":  # elsewhere the option permits two servers with one address
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind((address[0], sockets[0].getsockname()[1] if len(sockets) > 1 else port, *address[2:]))
            each.listen(_BACKLOG)
    except BaseException:
        for each in sockets:
            each.close()
        raise
    return sockets


def create_server(
    app: Flask,
    *,
    sockets: Sequence[socket.socket],
    prefix: str = "",
    proxies: int = 0,
    idle_seconds: int = IDLE_SECONDS,
    counts: ConnectionCounts | None = None,
    worker: int = 0,
) -> Any:
    """Return a waitress server for listening sockets, which other processes may serve, too. Its threads have started.

    With ``counts``, workers with fewer connections accept first; ``worker`` is the server's own number there.
    """
    has_poll = hasattr(select, "poll")
    server = waitress.create_server(
        app,
        sockets=list(sockets),
        backlog=_BACKLOG,
        url_prefix=prefix,
        threads=_THREADS,
        connection_limit=min(MAX_CONNECTIONS, _max_files() - _RESERVED_FILES),
        channel_timeout=idle_seconds,
        cleanup_interval=_CLEANUP_SECONDS,
        # select() cannot watch files with numbers above 1023.
        asyncore_use_poll=has_poll,
        max_request_body_size=MAX_BODY_BYTES,
        max_request_header_size=_MAX_HEADER_BYTES,
        # ProxyFix reads the headers of trusted proxies.
        clear_untrusted_proxy_headers=not proxies,
    )
    # A name may stand for several addresses, each with a listening server.
    listening = [each for each in (server, *getattr(server, "map", {}).values()) if isinstance(each, BaseWSGIServer)]
    for each in listening:
        each.channel_class = _Channel
        if counts:
            each.readable = _storing(each.readable, listening, counts, worker)
            each.handle_accept = _yielding(each.handle_accept, counts, worker)
    return server


def _storing(
    readable: Callable[[], bool], listening: Sequence[BaseWSGIServer], counts: ConnectionCounts, worker: int
) -> Callable[[], bool]:
    """Return a function for ``readable``, which the loop calls each time it waits, that also stores the connections."""

    def store_and_ask() -> bool:
        counts.store(worker, sum(len(each.active_channels) for each in listening))
        return readable()

    return store_and_ask


def _yielding(handle_accept: Callable[[], None], counts: ConnectionCounts, worker: int) -> Callable[[], None]:
    """Return a function for ``handle_accept`` that gives workers with fewer connections time to accept the connection."""

    def yield_and_accept() -> None:
        counts.let_others_accept(worker)
        handle_accept()

    return yield_and_accept


def _max_files() -> int:
    """Return the number of files that the process may open, after raising that limit if the system permits it."""
    try:
        import resource
    except ImportError:  # Windows, where select() watches 512 sockets
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MAX_CONNECTIONS + _RESERVED_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return needed if soft == resource.RLIM_INFINITY else max(soft, 2 * _RESERVED_FILES)
