"""The commands serve, demo and mcp."""

from __future__ import annotations

import os
import sys
from argparse import BooleanOptionalAction, Namespace
from pathlib import Path
from typing import Any

import searchlib
from searchlib.cli.console import DONE
from searchlib.cli.language import say
from searchlib.cli.options import AddCommand, add_index

SAMPLES = Path(__file__).parent.parent / "samples" / "articles"

MCP_HOST = "127.0.0.1"

SERVER_GROUP = "searchlib.server"
"""The entry point group of the function that serves the search page. The library itself does not import a web framework."""


def add_commands(add_command: AddCommand) -> None:
    """Add the commands and their options."""
    serve_parser = add_command("serve", serve, "serve the search page and the API")
    demo_parser = add_command("demo", demo, "build an index of the bundled sample articles and serve it")
    for parser in (serve_parser, demo_parser):
        parser.add_argument(
            "--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)"
        )
        parser.add_argument("--port", type=int, default=8000, metavar="P", help="port to listen on (default: 8000)")
        parser.add_argument(
            "--open",
            action=BooleanOptionalAction,
            help="open the page in the browser (default: only demo does, if it is started on a desktop)",
        )
        parser.add_argument(
            "--prefix", default="", metavar="PATH", help="path under which the page is served, like /search"
        )
    serve_parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that serve the page (default: one for each core)"
    )
    add_index(serve_parser)
    parser = add_command(
        "mcp", mcp, "offer the index to assistants by the Model Context Protocol, over stdin and stdout"
    )
    parser.add_argument("--http", action="store_true", help="serve streamable HTTP on loopback instead")
    parser.add_argument("--port", type=int, default=8001, metavar="P", help="port of --http (default: 8001)")
    add_index(parser)


def serve(options: Namespace) -> int:
    return _serve(_load_server(), options.index, options, workers=options.workers, opens=bool(options.open))


def demo(options: Namespace) -> int:
    import tempfile

    server = _load_server()
    _check_address(options.host, options.port)
    with tempfile.TemporaryDirectory(prefix="searchlib-demo-") as folder:
        report = searchlib.build_index(SAMPLES, folder)
        say(f"{report.added} sample articles, {report.seconds:.1f} s")
        opens = _is_on_desktop() if options.open is None else options.open
        return _serve(server, folder, options, workers=1, opens=opens)


def mcp(options: Namespace) -> int:
    try:
        from searchlib.cli.mcp_server import serve_http, serve_stdio
    except ModuleNotFoundError as error:
        raise searchlib.SearchlibError(
            f"the SDK of the Model Context Protocol is not installed ({error}): `pip install 'searchlib[mcp]'`"
        ) from error
    if not options.http:
        serve_stdio(options.index)
        return DONE
    _check_address(MCP_HOST, options.port)
    print(f"http://{MCP_HOST}:{options.port}/mcp  (Ctrl-C)", file=sys.stderr, flush=True)
    serve_http(options.index, port=options.port)
    return DONE


def _load_server() -> Any:
    """Return the function that serves the search page.

    Raises:
        SearchlibError: no installed package provides one, or several do.
    """
    # Imported here: other commands do not need it, and it is slow to import.
    from importlib.metadata import entry_points

    servers = entry_points(group=SERVER_GROUP)
    if not servers:
        raise searchlib.SearchlibError(
            f"the search page is not installed: no package provides the entry point {SERVER_GROUP!r}: "
            "install searchlib again, with `pip install`"
        )
    if len(servers) > 1:
        raise searchlib.SearchlibError(
            f"several packages provide the entry point {SERVER_GROUP!r} "
            f"({', '.join(sorted(server.value for server in servers))}): uninstall all but one"
        )
    (server,) = servers
    return server.load()


def _check_address(host: str, port: int) -> None:
    """Check that a server can listen, before the index is built.

    Raises:
        SearchlibError: the address is not available.
    """
    import socket

    try:
        socket.create_server((host, port)).close()
    except (OSError, OverflowError) as error:
        raise searchlib.SearchlibError(
            f"{host}:{port}: cannot listen on this address ({error}): choose another --host or --port"
        ) from error


def _is_on_desktop() -> bool:
    """Return whether the command was started on a desktop, where a browser can be opened."""
    has_display = sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return sys.stderr.isatty() and has_display


def _serve(server: Any, index: str, options: Namespace, *, workers: int | None, opens: bool) -> int:
    """Serve until a signal ends the process. Open the page in the browser as soon as the server listens."""
    import webbrowser

    on_listening = webbrowser.open if opens else None
    server(
        index,
        host=options.host,
        port=options.port,
        prefix=options.prefix,
        workers=workers,
        on_listening=on_listening,
    )
    return DONE
