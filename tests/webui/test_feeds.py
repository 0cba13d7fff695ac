"""Feeds and the description are XML that others read, of what the search finds."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

from flask.testing import FlaskClient

from .conftest import HOSTILE_CATEGORY, HOSTILE_ID, Page
from .parsed import only

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def feed(client: FlaskClient, **parameters: str) -> ElementTree.Element:
    answer = client.get("/feed.atom", query_string=parameters)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.text)


def test_a_feed_lists_what_a_search_finds_the_newest_first(client: FlaskClient) -> None:
    found = feed(client, q="连载", size="20")
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in found.iter(f"{ATOM}entry")]
    assert len(updated) == 20
    assert updated == sorted(updated, reverse=True)
    assert found.findtext(f"{ATOM}title") == "连载 · 测试 <站>"
    for element in found.iter():
        assert element.tag not in (f"{ATOM}id", f"{ATOM}updated", f"{ATOM}name") or element.text


def test_the_page_names_its_feed_and_the_feed_its_page(client: FlaskClient, page: Page) -> None:
    shown = page("/", q="连载", category="连载", page="2", sort="oldest")
    url = only(shown, "link[type='application/atom+xml']").attributes["href"] or ""
    assert parse_qs(urlsplit(url).query) == {"q": ["连载"], "category": ["连载"]}
    found = ElementTree.fromstring(client.get(url).text)
    links = {link.get("rel"): link.get("href") or "" for link in found.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{url}"
    assert client.get(links["alternate"]).status_code == 200


def test_hostile_texts_stay_texts(client: FlaskClient) -> None:
    (entry,) = feed(client, q="脚本注入").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<img src=x onerror=alert(1)>标题里的脚本"
    assert HOSTILE_CATEGORY in [category.get("term") for category in entry.findall(f"{ATOM}category")]
    assert quote(HOSTILE_ID.partition("?")[0]) in (entry.findtext(f"{ATOM}id") or "")
    assert feed(client, q="a\x0b\x00]]>").findtext(f"{ATOM}title") == "a\ufffd\ufffd]]> · 测试 <站>"


def test_a_wrong_parameter_is_refused(client: FlaskClient) -> None:
    assert client.get("/feed.atom?page=x").status_code == 400


def test_a_browser_can_add_the_site(client: FlaskClient, page: Page) -> None:
    link = only(page("/"), "link[rel=search]")
    answer = client.get(link.attributes["href"] or "")
    assert answer.mimetype == link.attributes["type"] == "application/opensearchdescription+xml"
    urls = {
        url.get("type"): url.get("template") or ""
        for url in ElementTree.fromstring(answer.text).iter(f"{OPENSEARCH}Url")
    }
    assert set(urls) == {"text/html", "application/atom+xml", "application/x-suggestions+json"}
    for template in urls.values():
        assert client.get(template.replace("{searchTerms}", quote("连载"))).status_code == 200
    suggested = client.get(urls["application/x-suggestions+json"].replace("{searchTerms}", quote("连")))
    typed, completions = suggested.get_json()
    assert typed == "连"
    assert "连载" in completions
