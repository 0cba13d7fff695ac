"""axe-core on a page: what it finds wrong by WCAG 2.2 AA, and by good practice."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()


def violations(page: Page) -> list[str]:
    """Each violation with its rule, its element and what to do; none on a page that all can use."""
    found = _AXE.run(page, options={"runOnly": _TAGS, "resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 10, "axe has looked at nothing"
    return list(_lines(found["violations"]))


def _lines(found: list[dict]) -> Iterator[str]:  # type: ignore[type-arg]  # axe's own JSON
    for violation in found:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
