"""Write small articles, index them, and read the content of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import searchlib
from searchlib.engines.base import EngineResults

Write = Callable[[dict[str, str]], Path]
"""The type of the fixture ``write``."""


def article(title: str, body: str = "正文。") -> str:
    """Return the text of a Markdown file."""
    return f"---\ntitle: {title}\ndate: 2021-11-20\ncategories: [测试]\n---\n\n{body}\n"


def matching_ids(index: Path, query: str) -> list[str]:
    """Return the sorted ids of the articles that match a query, at most 100."""
    with searchlib.open_index(index) as opened:
        return sorted(hit.id for hit in opened.search(query, size=100).hits)


def generation_names(index: Path) -> list[str]:
    """Return the sorted names of the generations in the folder of an index."""
    return sorted(generation.name for generation in (index / "generations").iterdir())


def titled(articles: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the texts of Markdown files, given as titles and bodies by file name."""
    return {name: f"---\ntitle: {title}\n---\n{body}\n" for name, (title, body) in articles.items()}


def ids(results: searchlib.Results | EngineResults) -> list[str]:
    """Return the ids of the hits, in order."""
    return [hit.id for hit in results.hits]


@contextmanager
def index_of(articles: Mapping[str, str], folder: Path) -> Iterator[searchlib.Index]:
    """Write articles, given as text by file name, into a folder, build an index of them, and open it."""
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    with searchlib.open_index(folder / "index") as opened:
        yield opened
