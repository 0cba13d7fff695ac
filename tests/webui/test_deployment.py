"""The application works in different servers, below a path, behind a proxy, and with a read-only index."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.servers import SHELL, free_port, running

pytestmark = pytest.mark.slow

HOST = "archive.example"
"""The host in the browser's address bar, in front of a proxy."""

MAX_PAGES = 80
HOSTILE_QUERY = quote("脚本")


@dataclass(frozen=True, slots=True)
class Response:
    """The response of a server."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A server, with the base URL that its readers use. A proxy in front of it removes the path ``strips``."""

    port: int
    base: str
    headers: dict[str, str]
    strips: str = ""

    def get(self, path: str, method: str = "GET") -> Response:
        """Request a path of the site as a reader would."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path.removeprefix(self.strips), headers=self.headers)
            response = connection.getresponse()
            return Response(response.status, response.headers, response.read().decode())
        finally:
            connection.close()


def serve(port: int, index: Path) -> list[str | Path]:
    return [*SHELL, "serve", "--index", index, "--port", str(port)]


def waitress(port: int, index: Path) -> list[str | Path]:
    served = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}"]
    return [*served, "--url-prefix=/search", "--call", "webui:create_app"]


def gunicorn(port: int, index: Path) -> list[str | Path]:
    served = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2"]
    return [*served, "webui:create_app()"]


def below_a_path(port: int, index: Path) -> list[str | Path]:
    return [*serve(port, index), "--prefix", "/search"]


PROXIES = {
    "Host": "backend.internal:8000",
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": HOST,
    "X-Forwarded-Prefix": "/search",
}

Server = Callable[[int, Path], Sequence[str | Path]]

SERVERS: dict[str, tuple[Server, Site]] = {
    "serve": (serve, Site(0, "http://archive.example/", {"Host": HOST})),
    "serve below a path": (below_a_path, Site(0, "http://archive.example/search/", {"Host": HOST})),
    "waitress": (waitress, Site(0, "http://archive.example/search/", {"Host": HOST})),
    "gunicorn": (gunicorn, Site(0, "http://archive.example/search/", {"Host": HOST})),
    "serve behind a proxy": (serve, Site(0, "https://archive.example/search/", PROXIES, "/search")),
    "gunicorn behind a proxy": (gunicorn, Site(0, "https://archive.example/search/", PROXIES, "/search")),
}


@pytest.fixture(scope="module", params=SERVERS)
def site(
    request: pytest.FixtureRequest, index_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Run a real server of the index."""
    command, settings = SERVERS[request.param]
    port = free_port()
    folder = tmp_path_factory.mktemp("server")
    proxies = "proxies = 1\n" if settings.strips else ""
    (folder / "searchlib.toml").write_text(f'{proxies}allowed_hosts = ["{HOST}"]\n')
    below = {"SCRIPT_NAME": "/search"} if command is gunicorn and not settings.strips else {}
    with running(command(port, index_folder), port, folder, {"SEARCHLIB_INDEX": str(index_folder), **below}):
        yield Site(port, settings.base, settings.headers, settings.strips)


def links(page: str, response: Response) -> Iterator[str]:
    """Yield the absolute URLs of all links, forms and resources of a page."""
    tree = LexborHTMLParser(response.text)
    for css, name in (("[href]", "href"), ("[src]", "src"), ("[data-suggest]", "data-suggest")):
        for node in tree.css(css):
            yield urljoin(page, node.attributes[name] or "")
    for form in tree.css("form"):
        fields = [(each.attributes["name"] or "", each.attributes["value"] or "") for each in form.css("[type=hidden]")]
        yield f"{urljoin(page, form.attributes['action'] or '')}?{urlencode(fields)}"


def test_every_link_stays_within_the_site_and_works(site: Site) -> None:
    pending = [site.base, f"{site.base}?q={HOSTILE_QUERY}", f"{site.base}?q={quote('连载')}&page=2"]
    seen: set[str] = set()
    while pending and len(seen) < MAX_PAGES:
        url = pending.pop(0).split("#")[0]
        if url in seen:
            continue
        seen.add(url)
        parts = urlsplit(url)
        response = site.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        assert response.status == 200, url
        for cookie in response.headers.get_all("Set-Cookie") or ():
            assert f"path={urlsplit(site.base).path}" in cookie.lower()
        if response.headers.get_content_type() == "text/html":
            internal = [link for link in links(url, response) if urlsplit(link).hostname == HOST]
            assert internal
            assert [link for link in internal if not link.startswith(site.base)] == []
            pending += internal
    assert len(seen) == MAX_PAGES


def test_feeds_and_descriptions_contain_absolute_urls_of_the_site(site: Site) -> None:
    path = urlsplit(site.base).path
    for name in ("feed.atom?q=" + quote("连载"), "opensearch.xml"):
        response = site.get(path + name)
        assert response.status == 200
        urls = [
            *re.findall(r'(?:href|template)="([^"]+)"', response.text),
            *re.findall("<id>(.*?)</id>", response.text),
        ]
        assert urls
        assert [url for url in urls if not url.startswith(site.base)] == []


def test_a_redirect_stays_within_the_site(site: Site) -> None:
    path = urlsplit(site.base).path
    response = site.get(f"{path}api//search?q=a")
    assert response.status == 308
    target = urljoin(site.base, response.headers["Location"])
    assert target == f"{site.base}api/search?q=a"
    if path != "/" and not site.strips:
        response = site.get(path.rstrip("/"))
        assert urljoin(site.base, response.headers["Location"]) == site.base


def test_the_api_and_errors_work_in_every_server(site: Site) -> None:
    path = urlsplit(site.base).path
    assert json.loads(site.get(f"{path}api/search?q={quote('连载')}").text)["total"] == 30
    assert json.loads(site.get(f"{path}api/search?page=0").text)["error"]["parameter"] == "page"
    assert json.loads(site.get(f"{path}healthz").text)["status"] == "ok"
    assert site.get(f"{path}no/such").status == 404
    assert site.get(f"{path}article/no-such.md").status == 404


def test_forwarded_headers_of_an_untrusted_client_are_ignored(index_folder: Path, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "searchlib.toml").write_text(f'allowed_hosts = ["{HOST}"]\n')
    with running(serve(port, index_folder), port, tmp_path):
        site = Site(port, "http://archive.example/", PROXIES | {"Host": HOST, "X-Forwarded-Host": "evil.example"})
        text = site.get("/opensearch.xml").text
        assert "http://archive.example/?q=" in text
        assert "evil.example" not in text
        assert "https:" not in text


# ---- a read-only index


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return mode, modification time and content of every file and folder."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *sorted(folder.rglob("*")))
    }


@pytest.fixture
def readable_index(index_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Return an index whose files and folders are read-only."""
    folder = tmp_path / "read-only"
    shutil.copytree(index_folder, folder)
    everything = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    for path in everything:
        path.chmod(modes[path] & ~0o222)
    yield folder
    for path in everything:
        path.chmod(modes[path])


def without_overrides(index: Path) -> list[str]:
    """Return the prefix of a command that makes file permissions effective for it, even for root."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv, "root ignores file permissions: install setpriv (util-linux), or run the tests as another user"
    dropped = "-dac_override,-dac_read_search"
    return [setpriv, f"--inh-caps={dropped}", f"--bounding-set={dropped}"]


def routes(app: Flask) -> Iterator[str]:
    """Yield a URL for every route of the application; for a route with an article, one that exists and one that does not."""
    for rule in app.url_map.iter_rules():
        for article in ("two-words.md", "no-such.md"):
            path = rule.rule.replace("<article_id:article_id>", article).replace("<path:filename>", "style.css")
            assert "<" not in path, f"unknown kind of route: {path}"
            yield path


METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE".split()
EXPECTED_STATUSES = {200, 204, 302, 304, 308, 400, 404, 405}
"""The statuses of requests that neither fail nor are denied by the file system."""


def test_no_request_changes_the_index(readable_index: Path, tmp_path: Path) -> None:
    before = snapshot(readable_index)
    prefix = without_overrides(readable_index)
    write = subprocess.run([*prefix, "touch", str(readable_index / "new")], capture_output=True, check=False)
    assert write.returncode != 0, "the folder is writable: this test would prove nothing"
    text = f'query_log = "queries.log"\nreport_page = true\nallowed_hosts = ["{HOST}"]\n'
    (tmp_path / "searchlib.toml").write_text(text, encoding="utf-8")
    settings = searchlib.load_settings(tmp_path / "searchlib.toml")
    port = free_port()
    count = 0
    with running([*prefix, *serve(port, readable_index)], port, tmp_path):
        site = Site(port, "http://archive.example/", {"Host": HOST})
        for path in sorted(set(routes(webui.create_app(readable_index, settings=settings)))):
            for query in ("", f"?q={quote('风车')}&category={quote('物件')}", "?q=fengche&explain=1", "?page=0"):
                for method in METHODS:
                    response = site.get(path + query, method)
                    assert response.status in EXPECTED_STATUSES, (method, path, query)
                    assert response.status != 200 or method in {"GET", "HEAD", "OPTIONS"}, (method, path)
                    count += 1
        assert json.loads(site.get("/api/search?q=" + quote("风车")).text)["total"] == 2
    assert count > 200
    assert snapshot(readable_index) == before
