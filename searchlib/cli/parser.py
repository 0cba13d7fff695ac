"""The parser of the command line."""

from __future__ import annotations

from argparse import ArgumentParser

import searchlib
from searchlib.cli import build, diagnostics, read, search, serve, transfer
from searchlib.cli.options import Command


def make_parser() -> ArgumentParser:
    """Return the parser of all commands. The parsed options hold the command as ``run``."""
    parser = ArgumentParser(prog="searchlib", description="Full-text search for folders of Chinese articles.")
    parser.add_argument("--version", action="version", version=f"searchlib {searchlib.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add_command(name: str, run: Command, summary: str) -> ArgumentParser:
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.set_defaults(run=run)
        return command

    for group in (build, read, transfer, search, diagnostics, serve):
        group.add_commands(add_command)
    return parser
