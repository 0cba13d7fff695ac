"""The pages of the documentation, and the code blocks in them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

READMES = ("README.md", "README.zh-CN.md")
DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")))


def text_of(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def block(page: str, mark: str) -> str:
    """Return the code block that follows the marker ``<!-- mark -->``."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", text_of(page), re.DOTALL)
    assert found, f"{page} has no block after <!-- {mark} -->"
    return found[1]


def blocks(page: str, language: str) -> list[str]:
    """Return all code blocks of a language."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text_of(page), re.DOTALL | re.MULTILINE)
