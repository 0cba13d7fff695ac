"""The commands that serve the page."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from argparse import Namespace as Options
from pathlib import Path
from typing import TYPE_CHECKING

import searchlib
from searchlib.cli.ends import DONE

if TYPE_CHECKING:
    from flask import Flask

SAMPLES = Path(__file__).parent.parent / "samples" / "articles"

HIGHEST_PORT = 65535


def serve(options: Options) -> int:
    return _run_server(options, options.index)


def demo(options: Options) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="searchlib-demo-") as folder:
        report = searchlib.build_index(SAMPLES, folder)
        print(f"{report.added} sample articles, {report.seconds:.1f} s", file=sys.stderr)
        return _run_server(options, folder)


def _run_server(options: Options, index: str) -> int:
    """Serve until a signal ends it."""
    import waitress

    from webui import create_app

    if not 0 <= options.port <= HIGHEST_PORT:
        raise searchlib.ParameterError("port", f"--port must be from 0 to {HIGHEST_PORT}, not {options.port}")
    # It would say for each request that waits its turn how many there are.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = searchlib.load_settings()
    app = create_app(index, settings=settings)
    try:
        server = waitress.create_server(
            app,
            host=options.host,
            port=options.port,
            url_prefix=options.prefix,
            # Where proxies are trusted, the application itself reads what they say.
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    except (OSError, ValueError) as error:
        raise searchlib.ParameterError(
            "port", f"{options.host}:{options.port}: nothing can listen here ({error}): choose another --host or --port"
        ) from error
    print(
        f"http://{options.host}:{server.effective_port}{server.adj.url_prefix}/  (Ctrl-C ends it)",
        file=sys.stderr,
        flush=True,
    )
    # The signal that services are stopped with ends the server in order: temporary folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(DONE))
    threading.Thread(target=_warm, args=(app,), daemon=True).start()
    server.run()
    return DONE


def _warm(app: Flask) -> None:
    """Get the page ready; what keeps it from that stands on the page too, but whoever starts it need not look there."""
    from webui import warm

    if error := warm(app):
        print(f"searchlib: {error}", file=sys.stderr, flush=True)
