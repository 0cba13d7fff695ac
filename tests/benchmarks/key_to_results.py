"""Measure in a browser how long results take after the last key, with the delay of the page included.

``python -m tests.benchmarks.key_to_results ADDRESS [--queries N]``, where ``searchlib serve`` runs at the address
"""

from __future__ import annotations

import argparse
import json
from urllib.request import urlopen

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, OPTIONS

_PAGE_SIZE = 100
_QUERY_LENGTHS = (2, 4)

_MEASURE = """text => new Promise(resolve => {
  const input = document.querySelector("#q");
  const started = performance.now();
  const observer = new MutationObserver(() => {
    if (document.querySelector("h1").textContent !== `“${text}”` || document.querySelector("[aria-busy]")) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - started));
  });
  observer.observe(document.body, { childList: true, subtree: true });
  input.focus();
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
})"""


def main() -> None:
    """Print the percentiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="such as http://127.0.0.1:8000")
    parser.add_argument("--queries", type=int, default=100, help="how many queries to type (default: 100)")
    options = parser.parse_args()
    address = options.address.rstrip("/")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS) as browser:
        page = browser.new_page(locale="zh-CN")
        page.goto(address)
        times = [page.evaluate(_MEASURE, query) for query in _queries(address, options.queries)]
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{len(times)} queries: p50 {p50:.0f} ms, p95 {p95:.0f} ms from the last key to the results")


def _queries(address: str, count: int) -> list[str]:
    """Return the beginnings of the titles of the newest articles, each once."""
    queries: dict[str, None] = {}
    for number in range(1, -(-count // _PAGE_SIZE) * len(_QUERY_LENGTHS) + 1):
        with urlopen(f"{address}/api/search?size={_PAGE_SIZE}&page={number}") as response:  # the given address
            hits = json.load(response)["hits"]
        for hit in hits:
            queries |= {hit["title"][:length].strip(): None for length in _QUERY_LENGTHS}
    return [query for query in queries if query.isalnum()][:count]


if __name__ == "__main__":
    main()
