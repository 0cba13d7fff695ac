"""Run commands in this process or in one of their own, and check what they print."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

COMMANDS = (
    "build update watch read copy dump load search passages show suggest similar stats check report tokens serve demo mcp"
).split()

ARTICLE = "internet/metaverse-word.md"
"""A sample article."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the output, parsed as JSON."""
        return json.loads(self.out)


Run = Callable[..., CommandResult]


def command_line(*arguments: str | Path) -> list[str]:
    """Return the command line of a process that runs a command."""
    return [sys.executable, "-c", "import sys; from searchlib.cli import main; sys.exit(main())", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of such a process."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def run_process(*arguments: str | Path, **changes: str) -> CommandResult:
    """Run a command in a process of its own."""
    done = subprocess.run(
        command_line(*arguments), env=environment(**changes), capture_output=True, check=False, timeout=20
    )
    return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())


def check_error(result: CommandResult, *words: str, code: int = 1) -> None:
    """Check that a command failed with one line on stderr that contains these words."""
    assert result.code == code
    assert result.out == ""
    assert result.err.startswith("searchlib: ")
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err
