"""The commands serve and demo."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import searchlib
from searchlib.cli.console import DONE
from searchlib.cli.options import AddCommand, add_index

SAMPLES = Path(__file__).parent.parent / "samples" / "articles"

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
            "--prefix", default="", metavar="PATH", help="path under which the page is served, like /search"
        )
    add_index(serve_parser)


def serve(options: Namespace) -> int:
    return _serve(_load_server(), options.index, options)


def demo(options: Namespace) -> int:
    import tempfile

    server = _load_server()
    with tempfile.TemporaryDirectory(prefix="searchlib-demo-") as folder:
        report = searchlib.build_index(SAMPLES, folder)
        print(f"{report.added} sample articles, {report.seconds:.1f} s", file=sys.stderr)
        return _serve(server, folder, options)


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


def _serve(server: Any, index: str, options: Namespace) -> int:
    """Serve until a signal ends the process."""
    server(index, host=options.host, port=options.port, prefix=options.prefix)
    return DONE
