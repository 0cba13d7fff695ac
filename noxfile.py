"""Run the checks of the project: ``nox -s check`` in the current environment, ``nox -s tests`` on every supported Python."""

from __future__ import annotations

import nox

nox.options.sessions = ["check"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Run everything that needs no tests: ruff, mypy, import-linter, the documentation."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("zensical", "build", "--strict")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; a Python that the machine lacks is skipped. Arguments after ``--`` go to pytest."""
    session.install("--editable", ".[test]")
    session.run("pytest", *session.posargs)
