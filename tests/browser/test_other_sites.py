"""A browser lets a page of another origin read the API only if the settings name that origin."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from .conftest import OpenPage, Serve, Watch, with_scripts

pytestmark = with_scripts

READ = """async ([url, headers]) => {
  const response = await fetch(url, { headers });
  return { status: response.status, tag: response.headers.get("ETag"), text: await response.text() };
}"""
TIMED = "url => performance.getEntriesByName(url).flatMap((entry) => entry.serverTiming.map(({ name }) => name))"


@pytest.fixture
def other_site(open_page: OpenPage, samples: str) -> Page:
    """Open a page of another origin (another port), without a policy that restricts its requests."""
    page = open_page(bypass_csp=True)
    page.goto(f"{samples}/healthz")
    return page


def test_an_allowed_origin_can_read_responses_etags_and_timings(
    other_site: Page, samples: str, sample_index: Path, serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "searchlib.toml").write_text(f'cors_origins = ["{samples}"]', encoding="utf-8")
    url = f"{serve(sample_index)}/api/search?q=%E8%8C%B6"
    first = other_site.evaluate(READ, [url, {}])
    assert first["status"] == 200
    assert '"total":' in first["text"]
    # A custom header causes a preflight request.
    second = other_site.evaluate(READ, [url, {"If-None-Match": first["tag"]}])
    assert (second["status"], second["tag"]) == (304, first["tag"])
    assert other_site.evaluate(TIMED, url)[:3] == ["search", "render", "total"]


@pytest.mark.parametrize("settings", ["", 'cors_origins = ["https://example.com"]'])
def test_another_origin_can_read_nothing(
    other_site: Page, sample_index: Path, serve: Serve, tmp_path: Path, watch: Watch, settings: str
) -> None:
    watch.allow("Access-Control-Allow-Origin", "net::ERR_FAILED")
    (tmp_path / "searchlib.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(Error, match="Failed to fetch"):
        other_site.evaluate(READ, [f"{serve(sample_index)}/api/search", {}])
    watch.wait_until(other_site, lambda: any("Access-Control-Allow-Origin" in error for error in watch.errors))


def test_other_urls_than_the_api_cannot_be_read(
    other_site: Page, samples: str, sample_index: Path, serve: Serve, tmp_path: Path, watch: Watch
) -> None:
    watch.allow("Access-Control-Allow-Origin", "net::ERR_FAILED")
    (tmp_path / "searchlib.toml").write_text('cors_origins = ["*"]', encoding="utf-8")
    address = serve(sample_index)
    assert other_site.evaluate(READ, [f"{address}/api/openapi.json", {}])["status"] == 200
    for path in ("/", "/article/everyday/pencil.md", "/feed.atom", "/metrics"):
        with pytest.raises(Error, match="Failed to fetch"):
            other_site.evaluate(READ, [address + path, {}])
