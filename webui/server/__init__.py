"""Serve the page until a signal ends the process. The command line calls this module."""

from __future__ import annotations

import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from flask import Flask

import searchlib
from webui import create_app
from webui.http import metrics
from webui.server.balance import ConnectionCounts
from webui.server.connections import create_server, listen
from webui.server.workers import can_fork, default_workers, run_workers
from webui.shared_index import warm

MAX_PORT = 65535
MAX_WORKERS = 512


def serve(
    index: str,
    *,
    host: str,
    port: int,
    prefix: str,
    workers: int | None = None,
    on_listening: Callable[[str], object] | None = None,
) -> None:
    """Serve the index at ``http://host:port/prefix/`` and print that address to stderr; port 0 takes any free port.

    ``workers`` is the number of processes, and defaults to the number of cores. They share the sockets, and the memory of the
    index. ``on_listening`` is called with the address as soon as the server accepts connections.

    Raises:
        ParameterError: the port or the number of workers is out of range.
        SearchlibError: the address cannot be bound.
        SettingsError: a setting is wrong, or the query log cannot be written.
    """
    if not 0 <= port <= MAX_PORT:
        raise searchlib.ParameterError("port", f"port must be from 0 to {MAX_PORT}, not {port}")
    count = _worker_count(workers)
    # This logger warns for each request that waits for a free thread.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = searchlib.index_settings(index)
    with _metrics_folder() if count > 1 else nullcontext("") as folder:
        if folder:
            metrics.share_between_processes(folder)
        app = create_app(index, settings=settings, host=host)
        try:
            sockets = listen(host, port)
        except (OSError, ValueError) as error:
            raise searchlib.SearchlibError(
                f"{host}:{port}: cannot listen on this address ({error}): choose another --host or --port"
            ) from error

        counts = ConnectionCounts(count) if count > 1 else None

        def work(number: int) -> None:
            server = create_server(
                app, sockets=sockets, prefix=prefix, proxies=settings.proxies, counts=counts, worker=number
            )
            threading.Thread(target=_warm, args=(app,), kwargs={"is_quiet": number > 0}, daemon=True).start()
            server.run()

        path = "".join(f"/{name}" for name in prefix.split("/") if name)
        address = f"http://{host}:{sockets[0].getsockname()[1]}{path}/"
        print(f"{address}  (Ctrl-C)", file=sys.stderr, flush=True)

        def announce() -> None:
            if on_listening:
                # A browser that is started may block.
                threading.Thread(target=on_listening, args=(address,), daemon=True).start()

        if count > 1:
            run_workers(count, work, on_started=announce)
        else:
            announce()
            # Service managers stop a server with SIGTERM; SystemExit lets temporary folders be deleted.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            work(0)


def _metrics_folder() -> AbstractContextManager[str]:
    """Return a folder for the counts of several processes, which exists while the context lasts.

    Raises:
        SearchlibError: it cannot be created.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="searchlib-metrics-")
    except OSError as error:
        raise searchlib.SearchlibError(
            f"several workers need a temporary folder for their metrics ({error}): set TMPDIR, or use --workers 1"
        ) from error


def _worker_count(workers: int | None) -> int:
    if workers is None:
        return default_workers()
    if not 1 <= workers <= MAX_WORKERS:
        raise searchlib.ParameterError("workers", f"workers must be from 1 to {MAX_WORKERS}, not {workers}")
    if workers > 1 and not can_fork():
        raise searchlib.ParameterError("workers", f"workers must be 1 on this system, which cannot fork, not {workers}")
    return workers


def _warm(app: Flask, *, is_quiet: bool) -> None:
    """Open the index in the background. Print an error that every page would report, unless another worker prints it."""
    error = warm(app)
    if error and not is_quiet:
        print(f"searchlib: {error}", file=sys.stderr, flush=True)
