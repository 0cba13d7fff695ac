"""Check a page with axe-core against WCAG 2.2 AA and best practices."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()


def violations(page: Page) -> list[str]:
    """Return each violation with its rule, its element and how to fix it."""
    report = _AXE.run(page, options={"runOnly": _TAGS, "resultTypes": ["violations"]}).response
    assert len(report["passes"]) > 10, "axe checked nothing"
    return list(_lines(report["violations"]))


def _lines(found: list[dict]) -> Iterator[str]:  # type: ignore[type-arg]  # axe's own JSON
    for violation in found:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
