"""What goes wrong is said in words: to readers on a page, to machines in JSON, and never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import Page
from tests.webui.parsed import href, only

BAD = [
    ("page", "x", "page"),
    ("page", "0", "page"),
    ("page", "99999", "page"),
    ("size", "1.5", "size"),
    ("size", "101", "size"),
    ("size", "0", "size"),
    ("sort", "best", "sort"),
    ("from", "2021年", "from"),
    ("to", "2021-13", "to"),
    ("to", "<b>", "to"),
]


@pytest.mark.parametrize(("name", "value", "parameter"), BAD)
def test_a_bad_parameter_is_named_in_json(client: FlaskClient, name: str, value: str, parameter: str) -> None:
    answer = client.get("/api/search", query_string={"q": "a", name: value})
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert set(error) == {"code", "message", "parameter"}
    assert error["code"] == "invalid_parameter"
    assert error["parameter"] == parameter
    assert parameter in error["message"]
    assert "date_" not in error["message"]


@pytest.mark.parametrize(("name", "value", "parameter"), BAD)
def test_a_bad_parameter_is_explained_on_a_page_that_leads_on(
    client: FlaskClient, page: Page, name: str, value: str, parameter: str
) -> None:
    parameters = {"q": "连载", "tag": "第3回", name: value}
    answer = client.get("/", query_string=parameters)
    assert answer.status_code == 400
    shown = LexborHTMLParser(answer.text)
    assert only(shown, "h1").text().endswith("不对")
    assert only(shown, "main code").text() == value
    assert only(shown, "input[name=q]").attributes["value"] == "连载"
    assert [node.attributes["name"] for node in shown.css("input[type=hidden]")] == ["tag"]
    left = client.get(href(shown, "main a"))
    assert left.status_code == 200
    assert "第3回" in only(LexborHTMLParser(left.text), ".chips").text()


def test_of_two_bad_parameters_the_query_is_left(page: Page) -> None:
    shown = page(status=400, q="连载", page="x", size="y", tag="第3回")
    assert only(shown, "main a").attributes["href"] == "/?q=%E8%BF%9E%E8%BD%BD"


@pytest.mark.parametrize(
    "path", ["/api/suggest?q=a&size=x", "/api/suggest?q=a&size=0", "/api/similar/plain.txt?size=999"]
)
def test_the_size_of_other_lists_is_checked_too(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["parameter"] == "size"


@pytest.mark.parametrize(
    "article_id", ["none.md", "../conftest.py", "..%2f..%2fetc/passwd", "%00", "a%0ab", "%E5%AD%97?x=1", "%ff"]
)
def test_an_unknown_article_is_not_found(client: FlaskClient, article_id: str) -> None:
    for kind in ("article", "similar"):
        answer = client.get(f"/api/{kind}/{article_id}")
        assert answer.status_code == 404
        assert answer.get_json()["error"]["code"] == "unknown_article"
        assert answer.get_json()["error"]["parameter"] == "id"
    answer = client.get(f"/article/{article_id}")
    assert answer.status_code == 404
    assert only(LexborHTMLParser(answer.text), "h1").text() == "没有这篇文章"


def test_an_unknown_path_is_not_found(client: FlaskClient, page: Page) -> None:
    answer = client.get("/api/none")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")
    shown = page("/none", status=404)
    assert only(shown, "h1").text() == "没有这一页"
    assert only(shown, "form[role=search]").attributes["action"] == "/"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_nothing_but_reading_is_allowed(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/api/search")
    assert answer.status_code == 405
    assert answer.get_json()["error"]["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert getattr(client, method)("/").status_code == 405


class TestWithoutAnIndex:
    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        return tmp_path / "no index"

    @pytest.fixture
    def client(self, place: Path) -> FlaskClient:
        return webui.create_app(place, settings=searchlib.Settings()).test_client()

    @pytest.mark.parametrize("path", ["/", "/?q=a", "/article/a.md"])
    def test_pages_say_how_to_build_one(self, client: FlaskClient, place: Path, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 503
        shown = LexborHTMLParser(answer.text)
        assert only(shown, "h1").text() == "还没有索引"
        assert only(shown, "pre").text().strip() == f"searchlib build 文章目录 --index '{place}'"

    @pytest.mark.parametrize("path", ["/api/search", "/api/suggest?q=a", "/api/article/a.md", "/api/similar/a.md"])
    def test_the_api_says_so_too(self, client: FlaskClient, place: Path, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 503
        error = answer.get_json()["error"]
        assert (error["code"], error["parameter"]) == ("no_index", None)
        assert f"searchlib build ARTICLES --index '{place}'" in error["message"]

    def test_it_is_not_healthy(self, client: FlaskClient) -> None:
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.get_json()["status"] == "no index"

    def test_an_index_built_later_is_found_at_the_next_request(
        self, client: FlaskClient, place: Path, articles: Path
    ) -> None:
        assert client.get("/").status_code == 503
        searchlib.build_index(articles, place)
        assert client.get("/api/search").get_json()["total"] == 35
        assert client.get("/healthz").get_json()["status"] == "ok"


@pytest.mark.parametrize("error", [searchlib.IndexDamagedError, searchlib.IndexMismatchError])
def test_an_index_that_cannot_be_used_says_why(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: type[searchlib.SearchlibError]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error("做个新的索引：<b>")

    monkeypatch.setattr(searchlib, "open_index", refuse)
    answer = client.get("/api/search")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["message"] == "做个新的索引：<b>"
    answer = client.get("/")
    assert answer.status_code == 503
    assert "做个新的索引：<b>" in only(LexborHTMLParser(answer.text), "main").text()
    assert client.get("/healthz").status_code == 503
    monkeypatch.undo()
    assert client.get("/").status_code == 200


def test_a_search_that_takes_too_long_says_so(index_folder: Path) -> None:
    client = webui.create_app(index_folder, settings=searchlib.Settings(deadline=0)).test_client()
    for path in ("/api/search?q=风车", "/api/similar/plain.txt"):
        answer = client.get(path)
        assert answer.status_code == 503
        error = answer.get_json()["error"]
        assert (error["code"], error["parameter"]) == ("timeout", None)
        assert "given up" in error["message"]
    answer = client.get("/?q=风车")
    assert answer.status_code == 503
    shown = LexborHTMLParser(answer.text)
    assert only(shown, "h1").text() == "搜索超时"
    assert only(shown, "input[name=q]").attributes["value"] == "风车"


@pytest.mark.parametrize("error", [searchlib.SearchlibError("说得清的错"), RuntimeError("内部的事")])
def test_what_nobody_expected_shows_no_traceback(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(searchlib.Index, "search", fail)
    for path in ("/", "/api/search"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "Traceback" not in answer.text
        assert ("说得清的错" in answer.text) is isinstance(error, searchlib.SearchlibError)
        assert "内部的事" not in answer.text
    assert set(client.get("/api/search").get_json()["error"]) == {"code", "message", "parameter"}


BYTES = [
    # what no text has, or what a text should not have, as it can stand in a URL
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
PLACES = [
    *(
        f"/{page}?{name}={{}}"
        for page in ("", "api/search", "feed.atom")
        for name in ("q", "category", "from", "page", "x")
    ),
    *("/api/suggest?q={}", "/suggestions?q={}", "/api/suggest?q=a&size={}", "/{}", "/api/{}", "/static/{}"),
    *("/article/{}", "/article/plain.txt?q={}", "/api/article/{}", "/api/similar/{}"),
]


@pytest.mark.parametrize("place", PLACES)
def test_no_bytes_of_an_address_are_an_error_of_the_server(client: FlaskClient, place: str) -> None:
    for each in BYTES:
        answer = client.get(place.format(each), buffered=True)
        assert answer.status_code in (200, 308, 400, 404), (place, each[:50])
        answer.data.decode("utf-8")


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
def test_every_wrong_parameter_has_its_rule(client: FlaskClient, path: str, rule: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert rule in only(LexborHTMLParser(answer.text), "main h1 + p").text()
