"""Run the checks: ``nox -s check`` with the tools installed beside nox, ``nox -s tests`` on every supported Python."""

from __future__ import annotations

import sys

import nox

nox.options.sessions = ["check"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Run everything that needs no tests: ruff, mypy, import-linter, the documentation."""
    # Modules of the interpreter that runs nox: no environment has to be active.
    python = (sys.executable, "-m")
    session.run(*python, "ruff", "check", ".")
    session.run(*python, "ruff", "format", "--check", ".")
    session.run(*python, "mypy")
    # import-linter has no module to run.
    session.run(sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    session.run(*python, "zensical", "build", "--strict")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; a Python that the machine lacks is skipped. Arguments after ``--`` go to pytest."""
    session.install("--editable", ".[test]")
    session.run("pytest", *session.posargs)
