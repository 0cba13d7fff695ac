"""Read the files in ``golden`` into the articles that stand beside them.

``a.md.article.json`` holds the title, the date, the author, the category paths, the tags, the headings and the blocks of
``a.md``, as far as it has them. A new case is an input and the article that a reader of the published page would see.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from searchlib.models import Article
from searchlib.sources.articles import parse_article

FOLDER = Path(__file__).parent / "golden"
SUFFIX = ".article.json"
CASES = sorted(path.relative_to(FOLDER).as_posix().removesuffix(SUFFIX) for path in FOLDER.rglob(f"*{SUFFIX}"))


def visible(article: Article) -> dict[str, Any]:
    """Return what a reader sees of the article."""
    values = {
        "title": article.title,
        "date": article.date and article.date.isoformat(),
        "author": article.author,
        "category_paths": [list(path) for path in article.category_paths],
        "tags": list(article.tags),
        "headings": list(article.headings),
    }
    body = {"body": article.body.split("\n") if article.body else []}
    return {key: value for key, value in values.items() if value} | body


@pytest.mark.parametrize("name", CASES)
def test_a_file_becomes_the_article_of_the_published_page(name: str) -> None:
    expected = json.loads((FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    article, _ = parse_article(name, (FOLDER / name).read_bytes(), ZoneInfo("Asia/Shanghai"))
    assert article is not None
    assert visible(article) == expected


def test_every_input_has_an_article() -> None:
    inputs = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert {name for name in inputs if not name.endswith(SUFFIX)} == set(CASES)
