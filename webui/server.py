"""Serve the page until a signal ends the process. The command line calls this module."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable

from flask import Flask

import searchlib
from webui import create_app
from webui.connections import create_server
from webui.shared_index import warm

MAX_PORT = 65535


def serve(
    index: str, *, host: str, port: int, prefix: str, on_listening: Callable[[str], object] | None = None
) -> None:
    """Serve the index at ``http://host:port/prefix/`` and print that address to stderr; port 0 takes any free port.

    ``on_listening`` is called with the address as soon as the server accepts connections.

    Raises:
        ParameterError: the port is out of range.
        SearchlibError: the address cannot be bound.
        SettingsError: a setting is wrong, or the query log cannot be written.
    """
    if not 0 <= port <= MAX_PORT:
        raise searchlib.ParameterError("port", f"port must be from 0 to {MAX_PORT}, not {port}")
    # This logger warns for each request that waits for a free thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = searchlib.load_settings()
    app = create_app(index, settings=settings, host=host)
    try:
        server = create_server(app, host=host, port=port, prefix=prefix, proxies=settings.proxies)
    except (OSError, ValueError) as error:
        raise searchlib.SearchlibError(
            f"{host}:{port}: nothing can listen here ({error}): choose another --host or --port"
        ) from error
    address = f"http://{host}:{server.effective_port}{server.adj.url_prefix}/"
    print(f"{address}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if on_listening:
        # A browser that is started may block.
        threading.Thread(target=on_listening, args=(address,), daemon=True).start()
    # Service managers stop a server with SIGTERM; SystemExit lets temporary folders be deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_warm, args=(app,), daemon=True).start()
    server.run()


def _warm(app: Flask) -> None:
    """Open the index in the background. Print an error that every page would report."""
    if error := warm(app):
        print(f"searchlib: {error}", file=sys.stderr, flush=True)
