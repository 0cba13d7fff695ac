"""Errors are explained to readers on a page and to programs in JSON, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import Page
from tests.webui.parsed import href, only

INVALID_PARAMETERS = [
    ("page", "x", "page"),
    ("page", "0", "page"),
    ("page", "99999", "page"),
    ("size", "1.5", "size"),
    ("size", "101", "size"),
    ("size", "0", "size"),
    ("sort", "best", "sort"),
    ("from", "改天", "from"),
    ("to", "2021-13", "to"),
    ("to", "<b>", "to"),
]


@pytest.mark.parametrize(("name", "value", "parameter"), INVALID_PARAMETERS)
def test_json_names_an_invalid_parameter(client: FlaskClient, name: str, value: str, parameter: str) -> None:
    response = client.get("/api/search", query_string={"q": "a", name: value})
    assert response.status_code == 400
    error = response.get_json()["error"]
    assert set(error) == {"code", "message", "parameter"}
    assert error["code"] == "invalid_parameter"
    assert error["parameter"] == parameter
    assert parameter in error["message"]
    assert "date_" not in error["message"]


# The search page reports a wrong date beside its field.
@pytest.mark.parametrize(
    ("name", "value", "parameter"), [each for each in INVALID_PARAMETERS if each[0] not in ("from", "to")]
)
def test_a_page_explains_an_invalid_parameter_and_links_to_the_search_without_it(
    client: FlaskClient, page: Page, name: str, value: str, parameter: str
) -> None:
    parameters = {"q": "连载", "tag": "第3回", name: value}
    response = client.get("/", query_string=parameters)
    assert response.status_code == 400
    html = LexborHTMLParser(response.text)
    assert only(html, "h1").text().endswith("有误")
    assert only(html, "main code").text() == value
    assert only(html, "input[name=q]").attributes["value"] == "连载"
    assert [node.attributes["name"] for node in html.css("input[type=hidden]")] == ["tag"]
    retry = client.get(href(html, "main a"))
    assert retry.status_code == 200
    assert "第3回" in only(LexborHTMLParser(retry.text), ".chips").text()


def test_with_two_invalid_parameters_the_link_contains_only_the_query(page: Page) -> None:
    html = page(status=400, q="连载", page="x", size="y", tag="第3回")
    assert only(html, "main a").attributes["href"] == "/?q=%E8%BF%9E%E8%BD%BD"


@pytest.mark.parametrize(
    "path", ["/api/suggest?q=a&size=x", "/api/suggest?q=a&size=0", "/api/similar/plain.txt?size=999"]
)
def test_the_size_of_other_lists_is_checked(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert response.get_json()["error"]["parameter"] == "size"


@pytest.mark.parametrize(
    "article_id", ["none.md", "../conftest.py", "..%2f..%2fetc/passwd", "%00", "a%0ab", "%E5%AD%97?x=1", "%ff"]
)
def test_an_unknown_article_is_not_found(client: FlaskClient, article_id: str) -> None:
    for kind in ("article", "similar"):
        response = client.get(f"/api/{kind}/{article_id}")
        assert response.status_code == 404
        assert response.get_json()["error"]["code"] == "unknown_article"
        assert response.get_json()["error"]["parameter"] == "id"
    response = client.get(f"/article/{article_id}")
    assert response.status_code == 404
    assert only(LexborHTMLParser(response.text), "h1").text() == "没有这篇文章"


def test_an_unknown_path_is_not_found(client: FlaskClient, page: Page) -> None:
    response = client.get("/api/none")
    assert (response.status_code, response.get_json()["error"]["code"]) == (404, "not_found")
    html = page("/none", status=404)
    assert only(html, "h1").text() == "没有这一页"
    assert only(html, "form[role=search]").attributes["action"] == "/"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_only_get_and_head_are_allowed(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/api/search")
    assert response.status_code == 405
    assert response.get_json()["error"]["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert getattr(client, method)("/").status_code == 405


class TestWithoutAnIndex:
    @pytest.fixture
    def location(self, tmp_path: Path) -> Path:
        return tmp_path / "no index"

    @pytest.fixture
    def client(self, location: Path) -> FlaskClient:
        return webui.create_app(location, settings=searchlib.Settings()).test_client()

    @pytest.mark.parametrize("path", ["/", "/?q=a", "/article/a.md"])
    def test_a_page_explains_how_to_build_one(self, client: FlaskClient, location: Path, path: str) -> None:
        response = client.get(path)
        assert response.status_code == 503
        html = LexborHTMLParser(response.text)
        assert only(html, "h1").text() == "还没有索引"
        assert only(html, "pre").text().strip() == f"searchlib build 文章文件夹 --index '{location}'"

    @pytest.mark.parametrize("path", ["/api/search", "/api/suggest?q=a", "/api/article/a.md", "/api/similar/a.md"])
    def test_the_api_explains_it_too(self, client: FlaskClient, location: Path, path: str) -> None:
        response = client.get(path)
        assert response.status_code == 503
        error = response.get_json()["error"]
        assert (error["code"], error["parameter"]) == ("no_index", None)
        assert f"searchlib build ARTICLES --index '{location}'" in error["message"]

    def test_the_health_check_fails(self, client: FlaskClient) -> None:
        response = client.get("/healthz")
        assert response.status_code == 503
        assert response.get_json()["status"] == "no index"

    def test_the_next_request_uses_an_index_that_was_built_later(
        self, client: FlaskClient, location: Path, articles: Path
    ) -> None:
        assert client.get("/").status_code == 503
        searchlib.build_index(articles, location)
        assert client.get("/api/search").get_json()["total"] == 35
        assert client.get("/healthz").get_json()["status"] == "ok"


@pytest.mark.parametrize("error", [searchlib.IndexDamagedError, searchlib.IndexMismatchError])
def test_the_reason_of_an_unusable_index_is_reported(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: type[searchlib.SearchlibError]
) -> None:
    def fail_to_open(*_: object, **__: object) -> None:
        raise error("做个新的索引：<b>")

    monkeypatch.setattr(searchlib, "open_index", fail_to_open)
    response = client.get("/api/search")
    assert response.status_code == 503
    assert response.get_json()["error"]["message"] == "做个新的索引：<b>"
    response = client.get("/")
    assert response.status_code == 503
    assert "做个新的索引：<b>" in only(LexborHTMLParser(response.text), "main").text()
    assert client.get("/healthz").status_code == 503
    monkeypatch.undo()
    assert client.get("/").status_code == 200


def test_a_timeout_is_reported(index_folder: Path) -> None:
    client = webui.create_app(index_folder, settings=searchlib.Settings(deadline=0)).test_client()
    for path in ("/api/search?q=风车", "/api/similar/plain.txt"):
        response = client.get(path)
        assert response.status_code == 503
        error = response.get_json()["error"]
        assert (error["code"], error["parameter"]) == ("timeout", None)
        assert "canceled" in error["message"]
    response = client.get("/?q=风车")
    assert response.status_code == 503
    html = LexborHTMLParser(response.text)
    assert only(html, "h1").text() == "搜索超时"
    assert only(html, "input[name=q]").attributes["value"] == "风车"


@pytest.mark.parametrize("error", [searchlib.SearchlibError("说得清的错"), RuntimeError("内部的事")])
def test_an_unexpected_error_shows_no_traceback(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(searchlib.Index, "search", fail)
    for path in ("/", "/api/search"):
        response = client.get(path)
        assert response.status_code == 500
        assert "Traceback" not in response.text
        assert ("说得清的错" in response.text) is isinstance(error, searchlib.SearchlibError)
        assert "内部的事" not in response.text
    assert set(client.get("/api/search").get_json()["error"]) == {"code", "message", "parameter"}


URL_PARTS = [
    # invalid UTF-8, control characters, characters with a special meaning, and long texts
    *(
        "%ED%A0%80",
        "%ED%B0%80%ED%A0%80",
        "%FF%FE",
        "%C0%80",
        "%F4%90%80%80",
        "%E5%85",
        "%00",
        "%0D%0A",
        "%25",
        "%",
        "%zz",
    ),
    *("%E2%80%AE", "%EF%BB%BF", "%EF%BF%BF", "+", "&&==", "%1F%7F", "a" * 6000, "%E5%85%83" * 2000),
]
URL_TEMPLATES = [
    *(
        f"/{page}?{name}={{}}"
        for page in ("", "api/search", "feed.atom")
        for name in ("q", "category", "from", "page", "x")
    ),
    *("/api/suggest?q={}", "/suggestions?q={}", "/api/suggest?q=a&size={}", "/{}", "/api/{}", "/static/{}"),
    *("/article/{}", "/article/plain.txt?q={}", "/api/article/{}", "/api/similar/{}"),
]


@pytest.mark.slow
@pytest.mark.parametrize("template", URL_TEMPLATES)
def test_no_bytes_in_a_url_cause_a_server_error(client: FlaskClient, template: str) -> None:
    for each in URL_PARTS:
        response = client.get(template.format(each), buffered=True)
        assert response.status_code in (200, 308, 400, 404), (template, each[:50])
        response.data.decode("utf-8")


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/?repeats=x", "fold"),
        ("/?verbatim=x", "0 或 1"),
        ("/?q=x&log=7", "0 或 1"),
        ("/values", "category"),
        ("/values?facet=year", "category"),
        ("/?page=x", "整数"),
    ],
)
def test_the_page_explains_the_accepted_values_of_each_parameter(client: FlaskClient, path: str, rule: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert rule in only(LexborHTMLParser(response.text), "main h1 + p").text()
