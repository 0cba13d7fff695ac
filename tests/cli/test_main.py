"""The command line as a whole: help, wrong usage, output, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import searchlib
from tests.cli.commands import COMMANDS, CommandResult, Run, command_line, environment, run_process


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"usage: searchlib {command}")
    assert len(result.out.splitlines()) > 4


def test_the_help_names_every_command_and_no_other(run: Run) -> None:
    lines = run("--help").out.partition("commands:")[2].splitlines()
    result = [line.split()[0] for line in lines if line.startswith("    ") and line.split()[0] != "COMMAND"]
    assert result == COMMANDS


def test_the_version_is_that_of_the_library(run: Run) -> None:
    assert run("--version") == CommandResult(0, f"searchlib {searchlib.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["build"],
        ["build", "a", "--jobs", "many"],
        ["show"],
        ["suggest"],
        ["tokens"],
        ["search", "a", "b"],
        ["search", "--sort", "best"],
        ["search", "--page", "x"],
        ["search", "--nonsense"],
        ["serve", "--port", "http"],
    ],
)
def test_wrong_usage_exits_with_2_and_prints_the_usage(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("usage: searchlib")
    assert "error: " in result.err


def test_a_command_prints_utf_8_and_exits_with_its_code(sample_index: Path) -> None:
    result = run_process("search", "元宇宙", "--index", sample_index, PYTHONIOENCODING="utf-8")
    assert result.code == 0
    assert result.out.startswith("1. 元宇宙这个词的来历\n")
    assert run_process("search", "--size", "0", "--index", sample_index).code == 1
    assert run_process("search", "--nonsense").code == 2


def test_a_terminal_that_cannot_show_a_character_gets_an_escape(sample_index: Path) -> None:
    result = run_process("search", "元宇宙", "--index", sample_index, PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert result.out.startswith(r"1. \u5143\u5b87\u5b99")
    assert "Traceback" not in result.err


def test_an_argument_may_be_other_bytes_than_utf_8(sample_index: Path) -> None:
    line = [*map(os.fsencode, command_line("search", "--json", "--index", sample_index)), b"\xff\xd6"]
    done = subprocess.run(line, env=environment(), capture_output=True, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["query"] == "\udcff\udcd6"


def test_a_closed_pipe_ends_a_command_without_an_error(sample_index: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        line = command_line("search", "的", "--size", "100", "--index", sample_index)
        done = subprocess.run(line, env=environment(), stdout=pipe, stderr=subprocess.PIPE, check=False, timeout=20)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr
