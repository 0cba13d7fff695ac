"""The pages are in Chinese or English and declare their language. The content of articles is not translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.parsed import only
from webui.languages import counted, gettext, note_text, page_language, text_language

HAN = re.compile("[㐀-鿿]")
PAGES = {
    "/": 200,
    "/?q=Python&sort=newest": 200,
    "/?q=Python&category=科技&tag=编程&from=2020&to=2023-06&size=20": 200,
    "/?q=元宇宙 产业 date:胡说&page=1": 200,
    "/?q=“量子鹦鹉”": 200,
    "/?q=量子鹦鹉们飞 -x&category=美食&from=2023&to=2021": 200,
    "/?repeats=show": 200,
    "/?page=99": 200,
    "/?q=近三个月": 200,
    "/?q=去年的茶": 200,
    "/?from=x": 200,
    "/?from=2021/3&to=去年": 200,
    "/?sort=x": 400,
    "/?size=x": 400,
    "/?page=x": 400,
    "/?page=-1": 400,
    "/none": 404,
    "/article/none.md": 404,
    "/article/ai/overfitting.md": 200,
    "/article/travel/cities/liziba.md?q=重庆": 200,
    "/article/food/tea/gaiwan.md?q=茶&pictures=1": 200,
}


def client_in(language: str, index: Path) -> FlaskClient:
    settings = searchlib.Settings(language=language, site_title="Articles")
    return webui.create_app(index, settings=settings).test_client()


@pytest.fixture(scope="session")
def english(samples_folder: Path) -> FlaskClient:
    return client_in("en", samples_folder)


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_all_chinese_text_on_an_english_page_is_marked_as_chinese(english: FlaskClient, path: str, status: int) -> None:
    response = english.get(path)
    assert response.status_code == status
    page = LexborHTMLParser(response.text)
    assert only(page, "html").attributes["lang"] == "en"
    for marked in page.css('body [lang="zh-Hans"]'):
        marked.decompose()
    # These contain the text that the reader typed.
    for typed in page.css("title, code, link[title]"):
        typed.decompose()
    assert not HAN.search(only(page, "html").text(separator=" "))
    for node in page.css("*"):
        for name in ("aria-label", "title", "placeholder", "alt", "data-texts"):
            assert not HAN.search(node.attributes.get(name) or ""), node.html


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_a_chinese_page_marks_only_latin_content(samples: FlaskClient, path: str, status: int) -> None:
    page = LexborHTMLParser(samples.get(path).text)
    assert only(page, "html").attributes["lang"] == "zh-Hans"
    for marked in page.css("body [lang]"):
        assert marked.attributes["lang"] == "en"
        assert re.search("[A-Za-z]", marked.text())
    label = only(page, "form.box label").text()
    assert label == "搜索文章"


def test_counts_have_a_singular_and_a_plural(english: FlaskClient) -> None:
    for path, expected in (("/?q=八达岭", "1 article"), ("/", "66 articles")):
        html = LexborHTMLParser(english.get(path).text)
        assert only(html, ".count-text").text() == expected


def test_notes_of_the_library_are_translated(english: FlaskClient, samples: FlaskClient) -> None:
    query = "date:胡说"
    (note,) = english.get("/api/search", query_string={"q": query}).get_json()["notes"]
    assert note == "无法识别日期“胡说”，已按普通文字搜索。"
    for client, expected in (
        (samples, note),
        (english, "“胡说” is not a valid date. It was searched as text."),
    ):
        html = LexborHTMLParser(client.get("/", query_string={"q": query}).text)
        assert expected in [each.text() for each in html.css(".note p")]


def test_a_query_in_an_english_sentence_is_escaped(english: FlaskClient) -> None:
    html = LexborHTMLParser(english.get("/", query_string={"q": "<b>%(query)s %s</b>"}).text)
    assert html.css("main b") == []
    assert "<b>%(query)s %s</b>" in only(html, "main").text()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-Hans"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("en-US,zh-CN;q=0.9,zh;q=0.8", "en"),
        ("zh-TW,en;q=0.5", "zh-Hans"),
        ("de,en;q=0.5,zh;q=0.4", "en"),
        ("de", "zh-Hans"),
        ("en;q=0,zh;q=0.1", "zh-Hans"),
        ("*", "zh-Hans"),
        ("\u00e9;;q=x,,", "zh-Hans"),
    ],
)
def test_auto_follows_the_browser(samples_folder: Path, accepted: str, language: str) -> None:
    client = client_in("auto", samples_folder)
    response = client.get("/", headers={"Accept-Language": accepted})
    assert only(LexborHTMLParser(response.text), "html").attributes["lang"] == language
    assert "Accept-Language" in response.vary


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_configured_language_ignores_the_browser(samples_folder: Path, language: str) -> None:
    client = client_in(language, samples_folder)
    responses = [client.get("/none", headers={"Accept-Language": accepted}) for accepted in ("en", "zh")]
    assert responses[0].data == responses[1].data
    assert all("Accept-Language" not in response.vary for response in responses)


def test_each_language_has_its_own_etag(samples_folder: Path) -> None:
    client = client_in("auto", samples_folder)
    chinese, english = (client.get("/?q=茶", headers={"Accept-Language": accepted}) for accepted in ("zh", "en"))
    assert chinese.headers["ETag"] != english.headers["ETag"]
    condition = {"If-None-Match": chinese.headers["ETag"]}
    assert client.get("/?q=茶", headers={"Accept-Language": "en", **condition}).status_code == 200
    second = client.get("/?q=茶", headers={"Accept-Language": "zh", **condition})
    assert second.status_code == 304
    assert "Accept-Language" in second.vary


def test_static_files_do_not_vary_by_language(samples_folder: Path) -> None:
    with client_in("auto", samples_folder).get("/static/style.css") as response:
        assert response.status_code == 200
        assert "Accept-Language" not in response.vary


def test_an_unsupported_language_is_rejected(samples_folder: Path) -> None:
    with pytest.raises(searchlib.SettingsError, match="'zh', 'en', 'auto', not 'fr'"):
        client_in("fr", samples_folder)


def test_outside_a_request_texts_are_chinese() -> None:
    assert gettext("第 %(number)s 页", number=3) == "第 3 页"
    assert counted("已选 %(count)s 项", 1234) == "已选 1,234 项"
    assert note_text(searchlib.Note("前 %(limit)s 个", "the first %(limit)s", limit=5)) == "前 5 个"
    assert page_language() == "zh-Hans"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("入门", "zh-Hans"),
        ("Docker 入门", "zh-Hans"),
        ("Markov Chains in Python", "en"),
        ("the character 字 and its many forms", "en"),
        ("日本語のテスト", "ja"),
        ("한국어", "ko"),
        ("2021-11", ""),
    ],
)
def test_the_script_of_a_text_tells_its_language(text: str, language: str) -> None:
    assert text_language(text) == language


def test_blocks_of_an_article_are_marked_if_their_language_differs(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 双语\n\n这一段是中文。\n\nThis paragraph is English.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text(
        "# Guide\n\nThis “guide” is long and written in English, so that most words are Latin.\n\n中文。\n",
        encoding="utf-8",
    )
    searchlib.build_index(tmp_path, tmp_path / "index", jobs=1)
    client = client_in("zh", tmp_path / "index")
    chinese = LexborHTMLParser(client.get("/article/a.md").text)
    assert [(each.text(), each.attributes["lang"]) for each in chinese.css(".body [lang]")] == [
        ("This paragraph is English.", "en")
    ]
    english = LexborHTMLParser(client.get("/article/b.md").text)
    assert only(english, ".body").attributes["lang"] == "en"
    assert [(each.text(), each.attributes["lang"]) for each in english.css(".body [lang]")] == [("中文。", "zh-Hans")]
