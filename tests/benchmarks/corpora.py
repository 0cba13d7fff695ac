"""Find the corpora of real articles and their relevance sets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.queries import Query, read_questions
from tests.conftest import CORPORA

RELEVANCE = CORPORA.parent / "ir"
"""Folders of relevance sets: articles, questions, and which article answers which."""

_QUESTIONS = RELEVANCE / "cmrc-dev" / "queries.jsonl"


class CorporaMissingError(RuntimeError):
    """There are no articles to measure."""


def unpacked(folder: Path) -> Path:
    """Unpack the corpora into a folder, and return it."""
    script = CORPORA / "unpack.py"
    if not script.is_file():
        raise CorporaMissingError(f"no corpora at {CORPORA}: name a folder of articles with --corpora")
    subprocess.run([sys.executable, str(script), str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder


def questions() -> list[Query]:
    """Return questions as people type them, or none if the relevance sets are missing."""
    return read_questions(_QUESTIONS) if _QUESTIONS.is_file() else []
