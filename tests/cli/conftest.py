"""Fixtures that run commands in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchlib.cli import main
from searchlib.settings import FILE_VARIABLE, INDEX_VARIABLE
from tests.cli.commands import CommandResult, Run


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Change to an empty folder, and unset the environment variables of the project."""
    for name in (INDEX_VARIABLE, FILE_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    # Help is wrapped to the width of the terminal.
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> CommandResult:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:  # wrong usage, --help and --version
            code = error.code if isinstance(error.code, int) else 1
        output = capsys.readouterr()
        return CommandResult(code, output.out, output.err)

    return run


@pytest.fixture
def ask(run: Run, sample_index: Path) -> Run:
    """Run a command on the index of the bundled samples."""
    return lambda command, *arguments: run(command, *arguments, "--index", sample_index)
