"""Serve the page until a signal ends the process. The command line calls this module."""

from __future__ import annotations

import logging
import signal
import sys
import threading

import waitress
from flask import Flask

import searchlib
from webui import create_app
from webui.http.bodies import MAX_BODY_BYTES
from webui.shared_index import warm

MAX_PORT = 65535
MAX_HEADER_BYTES = 64 << 10
"""The longest URL of the site, with percent-encoded filters, takes 15 KB."""


def serve(index: str, *, host: str, port: int, prefix: str) -> None:
    """Serve the index at ``http://host:port/prefix/`` and print that address to stderr; port 0 takes any free port.

    Raises:
        ParameterError: the port is out of range, or the address cannot be bound.
        SettingsError: a setting is wrong, or the query log cannot be written.
    """
    if not 0 <= port <= MAX_PORT:
        raise searchlib.ParameterError("port", f"--port must be from 0 to {MAX_PORT}, not {port}")
    # This logger warns for each request that waits for a free thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = searchlib.load_settings()
    app = create_app(index, settings=settings, host=host)
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            url_prefix=prefix,
            max_request_body_size=MAX_BODY_BYTES,
            max_request_header_size=MAX_HEADER_BYTES,
            # Where proxies are trusted, ProxyFix reads their headers.
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    except (OSError, ValueError) as error:
        raise searchlib.ParameterError(
            "port", f"{host}:{port}: nothing can listen here ({error}): choose another --host or --port"
        ) from error
    print(
        f"http://{host}:{server.effective_port}{server.adj.url_prefix}/  (Ctrl-C ends it)", file=sys.stderr, flush=True
    )
    # Service managers stop a server with SIGTERM; SystemExit lets temporary folders be deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_warm, args=(app,), daemon=True).start()
    server.run()


def _warm(app: Flask) -> None:
    """Open the index in the background. Print an error that every page would report."""
    if error := warm(app):
        print(f"searchlib: {error}", file=sys.stderr, flush=True)
