"""Read the files in ``golden`` into the articles that stand beside them.

``a.md.article.json`` holds the title, the date and its source, the author, the category paths, the tags, the headings and the
blocks of ``a.md``, as far as it has them, or the reason to skip it. A new case is an input and the article that a reader of the
published page would see.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from searchlib.settings import DEFAULTS
from searchlib.sources.articles import Reading, parse_article

FOLDER = Path(__file__).parent / "golden"
SUFFIX = ".article.json"
CASES = sorted(path.relative_to(FOLDER).as_posix().removesuffix(SUFFIX) for path in FOLDER.rglob(f"*{SUFFIX}"))


NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


def visible(reading: Reading) -> dict[str, Any]:
    """Return what a reader sees of the article, or why there is nothing to see."""
    article = reading.article
    if article is None:
        return {"skipped": reading.skipped, "problem": reading.problem}
    values = {
        "title": article.title,
        "date": article.date and article.date.isoformat(),
        "date_source": article.date_source,
        "author": article.author,
        "category_paths": [list(path) for path in article.category_paths],
        "tags": list(article.tags),
        "headings": list(article.headings),
        "encrypted": reading.is_encrypted,
    }
    if reading.is_encrypted:
        values |= {"extra": dict(article.extra), "html": article.html}
    body = {"body": article.body.split("\n") if article.body else []}
    return {key: value for key, value in values.items() if value} | body


@pytest.mark.parametrize("name", CASES)
def test_a_file_becomes_the_article_of_the_published_page(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    assert visible(parse_article(name, (FOLDER / name).read_bytes(), DEFAULTS, NOW)) == expected


def test_every_input_has_an_article() -> None:
    inputs = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert {name for name in inputs if not name.endswith(SUFFIX)} == set(CASES)
