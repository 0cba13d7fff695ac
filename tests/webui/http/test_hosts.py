"""Only requests for a host of this site are answered, so that no other site can read the archive by DNS rebinding."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

import searchlib
import webui

LOOPBACK = [
    "localhost",
    "LOCALHOST:8000",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:8000",
    "127.8.9.1",
    "[::1]",
    "[::1]:80",
]
FOREIGN = [
    "attacker.example",
    "attacker.example:8000",
    "localhost.attacker.example",
    "127.0.0.1.attacker.example",
    "localhost@attacker.example",
    "attacker.example#localhost",
    "localhost, attacker.example",
    "localhost:8000:1",
    "localhost:x",
    "local host",
    "[::1",
    "[::2]",
    "0.0.0.0",
    "192.0.2.1",
    "::1",
    "",
]
PATHS = [
    "/",
    "/?q=连载",
    "/article/plain.txt",
    "/article//plain.txt",
    "/api/search",
    "/feed.atom",
    "/healthz",
    "/metrics",
]


def client_of(index: Path, host: str = "127.0.0.1", *allowed: str) -> FlaskClient:
    return webui.create_app(index, settings=searchlib.Settings(allowed_hosts=allowed), host=host).test_client()


@pytest.mark.parametrize("host", LOOPBACK)
def test_by_default_the_names_of_loopback_are_allowed(client: FlaskClient, host: str) -> None:
    for path in ("/", "/api/search", "/healthz"):
        assert client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("path", [*PATHS, "/static/style.css", "/none", "/api/none"])
@pytest.mark.parametrize("host", FOREIGN)
def test_another_host_reads_nothing(client: FlaskClient, path: str, host: str) -> None:
    for method in ("get", "head", "post", "options"):
        response = getattr(client, method)(path, headers={"Host": host}, buffered=True)
        assert response.status_code == 421
        assert "ETag" not in response.headers
        assert "Location" not in response.headers
        assert "连载" not in response.text.replace('value="连载"', "")


def test_the_error_names_the_host_and_the_setting(client: FlaskClient) -> None:
    error = client.get("/api/search", headers={"Host": "attacker.example"}).get_json()["error"]
    assert error["code"] == "misdirected_request"
    assert "'attacker.example'" in error["message"]
    assert "allowed_hosts" in error["message"]
    page = client.get("/", headers={"Host": "<script>"})
    assert page.status_code == 421
    assert "<script>" not in page.text.replace('<script type="module"', "")


def test_the_bound_address_is_allowed(index_folder: Path) -> None:
    for bound, host in (
        ("192.0.2.1", "192.0.2.1:8000"),
        ("archive.example", "ARCHIVE.example"),
        ("2001:db8::1", "[2001:db8::1]"),
    ):
        client = client_of(index_folder, bound)
        assert client.get("/", headers={"Host": host}).status_code == 200
        assert client.get("/", headers={"Host": "127.0.0.1"}).status_code == 200
        assert client.get("/", headers={"Host": "192.0.2.2"}).status_code == 421


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", ""])
def test_a_server_on_all_interfaces_has_all_addresses_but_no_other_names(index_folder: Path, bound: str) -> None:
    client = client_of(index_folder, bound)
    for host in ("192.0.2.1", "[2001:db8::1]:8000", "127.0.0.1", "0.0.0.0:8000", socket.gethostname()):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 421


def test_the_settings_allow_further_hosts(index_folder: Path) -> None:
    client = client_of(index_folder, "127.0.0.1", "archive.example", "[2001:db8::1]")
    for host, status in (
        ("archive.example", 200),
        ("Archive.Example.:443", 200),
        ("[2001:db8::1]", 200),
        ("localhost", 200),
        ("www.archive.example", 421),
        ("archive.example.evil.example", 421),
    ):
        assert client.get("/", headers={"Host": host}).status_code == status, host
    anything = client_of(index_folder, "127.0.0.1", "*")
    assert anything.get("/", headers={"Host": "any.example"}).status_code == 200
    assert anything.get("/", headers={"Host": "a b"}).status_code == 421


def test_a_request_without_a_host_is_answered(client: FlaskClient) -> None:
    assert client.get("/healthz", environ_overrides={"HTTP_HOST": None}).status_code == 200


def test_behind_a_proxy_the_forwarded_host_counts(index_folder: Path) -> None:
    settings = searchlib.Settings(allowed_hosts=("archive.example",), proxies=1)
    client = webui.create_app(index_folder, settings=settings).test_client()
    for forwarded, status in (("archive.example", 200), ("attacker.example", 421)):
        headers = {"Host": "127.0.0.1:8000", "X-Forwarded-Host": forwarded}
        assert client.get("/", headers=headers).status_code == status


def test_the_ids_of_a_feed_do_not_follow_the_host(index_folder: Path) -> None:
    def ids(client: FlaskClient, host: str) -> list[str]:
        root = ElementTree.fromstring(client.get("/feed.atom?q=连载", headers={"Host": host}).text)
        return [each.text or "" for each in root.iter("{http://www.w3.org/2005/Atom}id")]

    client = client_of(index_folder, "192.0.2.1")
    assert ids(client, "localhost") == ids(client, "127.0.0.1:8000") == ids(client, "192.0.2.1")
    client = client_of(index_folder, "127.0.0.1", "*", "archive.example", "other.example")
    assert ids(client, "localhost") == ids(client, "other.example") == ids(client, "evil.example")
    assert all(each.startswith("http://archive.example/") for each in ids(client, "localhost"))


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/article//plain.txt", "/article/plain.txt"),
        ("/article///plain.txt?q=a%26b&tag=c", "/article/plain.txt?q=a%26b&tag=c"),
        ("/article//evil.example/", "/article/evil.example/"),
        ("/article/%2F%2Fevil.example", "/article/evil.example"),
        ("/article//%5Cevil.example", "/article/%5Cevil.example"),
        ("/api//search?q=a", "/api/search?q=a"),
    ],
)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_a_redirect_is_relative_and_stays_within_the_site(
    client: FlaskClient, path: str, target: str, host: str
) -> None:
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 308
    assert response.headers["Location"] == target
    below = client.get(path, base_url="http://localhost/archive")
    assert below.headers["Location"] == f"/archive{target}"


def test_no_page_contains_the_host(client: FlaskClient) -> None:
    for path in ("/?q=连载", "/article/plain.txt", "/api/search?q=连载", "/none", "/api"):
        assert not re.search(r"127\.0\.0\.9", client.get(path, headers={"Host": "127.0.0.9"}).text)
