"""Test the application in a real browser: Chromium, with `searchlib serve` in a separate process."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import searchlib
from tests.serving import serving

from .hostile import write_hostile

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Resolve no other host, whatever a page requests.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 15
"""The timeout of a test, in seconds."""

with_scripts = pytest.mark.parametrize("scripts", [True], ids=["scripts"])
without_scripts = pytest.mark.parametrize("scripts", [False], ids=["no scripts"])
"""Marks for tests that need only one of the two modes."""

Serve = Callable[..., str]
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser of the session. Without Chromium, skip the test, or fail in CI."""
    if not Path(CHROMIUM).is_file():
        reason = f"no Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE * 1000)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS, headless=True) as browser,
    ):
        yield browser


@pytest.fixture
def serve(browser: Browser, tmp_path: Path) -> Iterator[Serve]:
    """Serve an index until the end of the test."""
    with ExitStack() as servers:
        yield lambda index, warning="": servers.enter_context(serving(index, tmp_path, warning=warning))
        # Pages must not send requests while their server stops.
        for context in browser.contexts:
            context.close()


@pytest.fixture(scope="session")
def samples(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of the sample articles."""
    with serving(sample_index, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def library(sample_index: Path) -> Iterator[searchlib.Index]:
    """Open the index of the sample server, to compare the page with the library."""
    with searchlib.open_index(sample_index) as index:
        yield index


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a server of hostile articles."""
    articles = write_hostile(tmp_path_factory.mktemp("hostile"))
    index = tmp_path_factory.mktemp("hostile-index")
    report = searchlib.build_index(articles, index, jobs=1)
    assert not report.failed
    with serving(index, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Return whether the browser runs scripts. The pages work in both modes."""
    is_enabled: bool = request.param
    return is_enabled


ANY = ""
"""The text that all errors and URLs contain, for `Watch.allow`."""


@dataclass(slots=True)
class Watch:
    """The requests, dialogs and errors of all pages, and those that a test allows.

    The browser reports them a little later than it shows their effect. Therefore a test allows them before they can
    occur, and does not remove them afterwards.
    """

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # The console reports responses with an error status. Tests check the status themselves.
    allowed_errors: list[str] = field(default_factory=lambda: ["Failed to load resource: the server responded"])
    allowed_foreign: list[str] = field(default_factory=list)

    def allow(self, *errors: str, foreign: Iterable[str] = ()) -> None:
        """Allow errors and requests to other hosts that contain one of the texts."""
        self.allowed_errors += errors
        self.allowed_foreign += foreign

    def wait_until(self, page: Page, condition: Callable[[], object]) -> None:
        """Wait until a condition of the recorded requests and errors holds. Raise `AssertionError` after `PATIENCE`."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"requests: {self.requests}; errors: {self.errors}"
            page.wait_for_timeout(20)

    @property
    def foreign(self) -> list[str]:
        """Return the requests to other hosts."""
        local = ("127.0.0.1", None)
        return [url for url in self.requests if urlsplit(url).hostname not in local or url.startswith("file:")]

    def check(self) -> None:
        """Check that nothing occurred that is not allowed."""
        assert [error for error in self.errors if not any(text in error for text in self.allowed_errors)] == []
        assert self.dialogs == []
        assert [url for url in self.foreign if not any(text in url for text in self.allowed_foreign)] == []


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_page(browser: Browser, scripts: bool, watch: Watch) -> Iterator[OpenPage]:
    """Open a page in a context with options of Playwright, and check its `Watch` at the end of the test."""
    with ExitStack() as contexts:

        def open_page(**options: object) -> Page:
            context = contexts.enter_context(
                browser.new_context(**{"java_script_enabled": scripts, "locale": "zh-CN"} | options)
            )
            context.set_default_timeout(PATIENCE * 1000)
            context.on("request", lambda request: watch.requests.append(request.url))
            context.on("weberror", lambda error: watch.errors.append(str(error.error)))
            context.on("dialog", lambda dialog: (watch.dialogs.append(dialog.message), dialog.dismiss()))
            context.on(
                "console", lambda message: message.type == "error" and watch.errors.append(f"console: {message.text}")
            )
            return context.new_page()

        yield open_page
    watch.check()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Open an empty page in desktop size."""
    return open_page()
