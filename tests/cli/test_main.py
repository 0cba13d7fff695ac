"""The command line as a whole: help, wrong usage, output, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import searchlib
from tests.cli.commands import COMMANDS, CommandResult, Run, check_error, command_line, environment, run_process


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


def test_help_is_a_command_too(run: Run) -> None:
    assert run("help") == run("--help")
    assert run("help", "search") == run("search", "--help")
    assert run("--vers") == run("--version")


def test_an_error_of_a_setting_names_its_file(run: Run, write: Callable[..., Path]) -> None:
    folder = write({"a.md": "文"})
    Path("searchlib.toml").write_text('facets = ["api_key"]', encoding="utf-8")
    check_error(run("build", folder), "searchlib: searchlib.toml: facets: 'api_key' is the name of a secret")
    Path("searchlib.toml").write_text('suffixes = [".a=.b"]', encoding="utf-8")
    check_error(run("build", folder), "searchlib: searchlib.toml: suffixes: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build"],
        ["build", "a", "--jobs", "many"],
        ["show"],
        ["suggest"],
        ["tokens"],
        ["stats", "a"],
        ["search", "--sort", "best"],
        ["search", "--page", "x"],
        ["search", "--nonsense"],
        ["serve", "--port", "http"],
    ],
)
def test_wrong_usage_exits_with_2_and_names_the_help(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("searchlib")
    command = next((each for each in arguments if each in COMMANDS), "")
    assert result.err.endswith(f"\nsee searchlib {command}".rstrip() + " --help\n")


def test_the_name_alone_prints_the_help(run: Run) -> None:
    result = run()
    assert (result.code, result.out) == (2, "")
    assert result.err == run("help").out


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (["serach"], "did you mean search?"),
        (["bild"], "did you mean build?"),
        (["xyzzy"], "the commands are build, "),
        (["--verson"], "there is no option --verson; did you mean --version?"),
        (["--indx", "x", "search"], "there is no option --indx"),
        (["--index=x", "search"], "write the option --index after the command"),
        (["search", "x", "--jsn"], "did you mean --json?"),
        (["build", "x", "--job=2"], None),
        (["build", "x", "--jbos=2"], "there is no option --jbos; did you mean --jobs?"),
    ],
)
def test_a_misspelled_name_is_answered_with_the_right_one(run: Run, arguments: list[str], offered: str | None) -> None:
    result = run(*arguments)
    if offered is None:
        # An abbreviation of an option is the option.
        assert "there is no option" not in result.err
    else:
        assert result.code == 2
        assert offered in result.err


def test_the_package_is_the_command(sample_index: Path) -> None:
    line = [sys.executable, "-m", "searchlib", "search", "元宇宙", "--json", "--index", str(sample_index)]
    done = subprocess.run(line, env=environment(), capture_output=True, check=True, timeout=20)
    assert json.loads(done.stdout)["query"] == "元宇宙"


def test_a_shell_can_complete_commands_options_and_values(tmp_path: Path, sample_index: Path) -> None:
    def completions(typed: str) -> set[str]:
        """Return the completions of a command line, as argcomplete asks for them."""
        output = tmp_path / "completions"
        asked = {"_ARGCOMPLETE": "1", "COMP_LINE": typed, "COMP_POINT": str(len(typed)), "_ARGCOMPLETE_IFS": "\n"}
        asked |= {"_ARGCOMPLETE_STDOUT_FILENAME": str(output)}
        subprocess.run(command_line(), env=environment(**asked), capture_output=True, check=True, timeout=20)
        return {line.strip() for line in output.read_text(encoding="utf-8").split("\n")}

    assert completions("searchlib se") == {"search", "serve"}
    assert {"--sort", "--size"} <= completions("searchlib search 元宇宙 --s")
    index = f"--index {sample_index}"
    assert completions(f"searchlib show {index} internet/metaverse-w") == {"internet/metaverse-word.md"}
    with searchlib.open_index(sample_index) as opened:
        tags = [each.value for each in opened.search().facets["tag"]]
    assert completions(f"searchlib search {index} --tag {tags[0][0]}") == {tag for tag in tags if tag[0] == tags[0][0]}
    assert completions("searchlib show --index nothing x") == {""}


def test_a_command_prints_utf_8_and_exits_with_its_code(sample_index: Path) -> None:
    result = run_process("search", "元宇宙", "--index", sample_index, PYTHONIOENCODING="utf-8")
    assert result.code == 0
    assert result.out.startswith("1. 元宇宙这个词的来历\n")
    assert run_process("show", "no/such.md", "--index", sample_index).code == 1
    assert run_process("search", "--size", "0", "--index", sample_index).code == 2
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


LOST_SIGNAL = """
import signal, sys, time
import searchlib.cli

class Resource:
    def __del__(self):
        signal.raise_signal(signal.{name})

def command():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    # On a busy machine, the timer can end before the next statement.
    signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGALRM}})
    Resource()
    sys.stdout.write("still running\\n")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {{signal.SIGALRM}})
    time.sleep(15)

searchlib.cli.main = command
sys.exit(searchlib.cli.run())
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 3)])
def test_a_signal_in_a_destructor_ends_a_command_all_the_same(name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST_SIGNAL.format(name=name)],
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, b"still running\n", b"")


SIGNAL_DURING_AN_IMPORT = """
import signal, sys
import searchlib
from searchlib.cli import run

class Attribute:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGTERM)

def watch_index(*arguments, **options):
    # Python 3.11 turns every exception in __set_name__ into a RuntimeError.
    type("Owner", (), {"attribute": Attribute()})

searchlib.watch_index = watch_index
sys.argv[1:] = ["watch", "."]
sys.exit(run())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no SIGTERM")
def test_sigterm_during_an_import_ends_a_watch_without_an_error() -> None:
    line = [sys.executable, "-c", SIGNAL_DURING_AN_IMPORT]
    done = subprocess.run(line, env=environment(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
