"""Feeds and the OpenSearch description are valid and contain the results of a search."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, Page
from tests.webui.parsed import only

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def feed(client: FlaskClient, **parameters: str) -> ElementTree.Element:
    response = client.get("/feed.atom", query_string=parameters)
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.text)


def test_a_feed_lists_the_hits_of_a_search_newest_first(client: FlaskClient) -> None:
    root = feed(client, q="连载", size="20")
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in root.iter(f"{ATOM}entry")]
    assert len(updated) == 20
    assert updated == sorted(updated, reverse=True)
    assert root.findtext(f"{ATOM}title") == "连载 · 测试 <站>"
    for element in root.iter():
        assert element.tag not in (f"{ATOM}id", f"{ATOM}updated", f"{ATOM}name") or element.text


def test_a_page_and_its_feed_link_to_each_other(client: FlaskClient, page: Page) -> None:
    html = page("/", q="连载", category="连载", page="2", sort="oldest")
    url = only(html, "link[type='application/atom+xml']").attributes["href"] or ""
    assert parse_qs(urlsplit(url).query) == {"q": ["连载"], "category": ["连载"]}
    root = ElementTree.fromstring(client.get(url).text)
    links = {link.get("rel"): link.get("href") or "" for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{url}"
    assert client.get(links["alternate"]).status_code == 200


def test_hostile_texts_are_escaped(client: FlaskClient) -> None:
    (entry,) = feed(client, q="脚本注入").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "<img src=x onerror=alert(1)>标题里的脚本"
    assert HOSTILE_CATEGORY in [category.get("term") for category in entry.findall(f"{ATOM}category")]
    assert unquote(entry.findtext(f"{ATOM}id") or "") == f"http://localhost/article/{HOSTILE_ID}"
    assert feed(client, q="a\x0b\x00]]>").findtext(f"{ATOM}title") == "a\ufffd\ufffd]]> · 测试 <站>"


def test_an_invalid_parameter_is_rejected(client: FlaskClient) -> None:
    assert client.get("/feed.atom?page=x").status_code == 400


def test_a_browser_can_add_the_site_as_a_search_engine(client: FlaskClient, page: Page) -> None:
    link = only(page("/"), "link[rel=search]")
    response = client.get(link.attributes["href"] or "")
    assert response.mimetype == link.attributes["type"] == "application/opensearchdescription+xml"
    urls = {
        url.get("type"): url.get("template") or ""
        for url in ElementTree.fromstring(response.text).iter(f"{OPENSEARCH}Url")
    }
    assert set(urls) == {
        *("text/html", "application/atom+xml"),
        *("application/x-suggestions+json", "application/opensearchdescription+xml"),
    }
    assert urls.pop("application/opensearchdescription+xml") == "http://localhost" + (link.attributes["href"] or "")
    for template in urls.values():
        for values in ({"searchTerms": quote("连载")}, {"searchTerms": quote("连载"), "startPage": "2", "count": "5"}):
            filled = template
            for name, value in values.items():
                filled = re.sub(rf"{{{name}\??}}", value, filled)
            filled = re.sub(r"{\w+\?}", "", filled)
            response = client.get(filled)
            assert response.status_code == 200, filled
            assert "{" not in filled
    suggested = client.get(urls["application/x-suggestions+json"].replace("{searchTerms}", quote("连")))
    typed, completions, descriptions, leading = suggested.get_json()
    assert typed == "连"
    assert "连载" in completions
    assert len(completions) == len(descriptions) == len(leading)
    assert descriptions[completions.index("连载")] == "30 篇"
    for url in leading:
        assert client.get(url).status_code == 200


RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def atom_violations(root: ElementTree.Element) -> list[str]:
    """Return the requirements of RFC 4287 that a feed violates."""
    problems = []
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        name = "feed" if element is root else f"entry {element.findtext(f'{ATOM}id')}"
        problems += [
            f"{name}: not one {each}" for each in ("id", "title", "updated") if len(element.findall(ATOM + each)) != 1
        ]
        problems += [
            f"{name}: two {each}" for each in ("published", "summary") if len(element.findall(ATOM + each)) > 1
        ]
        problems += [
            f"{name}: {date.tag} {date.text}"
            for each in ("updated", "published")
            for date in element.findall(ATOM + each)
            if not RFC_3339.fullmatch(date.text or "")
        ]
        links = element.findall(f"{ATOM}link")
        kinds = [(link.get("rel"), link.get("type")) for link in links]
        problems += [f"{name}: two links {kind}" for kind in {*kinds} if kinds.count(kind) > 1]
        problems += [f"{name}: no alternate"] * (("alternate", "text/html") not in kinds)
        urls = [element.findtext(f"{ATOM}id") or "", *(link.get("href") or "" for link in links)]
        problems += [
            f"{name}: {url} is not an IRI" for url in urls if not urlsplit(url).scheme or not urlsplit(url).netloc
        ]
    for entry in entries:
        if not all(author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author") or [entry]):
            problems.append(f"{entry.findtext(f'{ATOM}id')}: no author")
        problems += [
            "a category without a term" for each in entry.findall(f"{ATOM}category") if each.get("term") is None
        ]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    problems += [f"{each} is the id of two" for each in {*ids} if ids.count(each) > 1]
    return problems


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"size": "100"},
        {"q": "连载", "page": "2"},
        {"q": "脚本"},
        {"q": "没有"},
        {"category": HOSTILE_CATEGORY},
        {"page": "99"},
    ],
)
def test_a_feed_is_valid_atom_and_can_be_parsed(client: FlaskClient, parameters: dict[str, str]) -> None:
    root = feed(client, **parameters)
    assert atom_violations(root) == []
    response = client.get("/feed.atom", query_string=parameters)
    read = feedparser.parse(response.data, response_headers={"content-type": response.content_type})
    assert read.version == "atom10"
    assert not read.bozo, read.get("bozo_exception")
    assert len(read.entries) == len(root.findall(f"{ATOM}entry"))


def test_an_invalid_feed_would_be_detected(client: FlaskClient) -> None:
    for name in ("id", "updated", "author", "link"):
        root = feed(client, q="连载")
        entry = root.find(f"{ATOM}entry")
        assert entry is not None
        for element in entry.findall(ATOM + name):
            entry.remove(element)
        assert atom_violations(root)


def test_an_article_has_the_same_id_in_all_feeds(client: FlaskClient) -> None:
    ids = [
        [entry.findtext(f"{ATOM}id") for entry in feed(client, **parameters).iter(f"{ATOM}entry")]
        for parameters in ({"q": "“第 29 回”"}, {"tag": "第29回"}, {"q": "连载", "sort": "relevance", "tag": "第29回"})
    ]
    assert ids == [["http://localhost/article/series/29.md"]] * 3


@pytest.mark.parametrize("sort", ["", "newest", "oldest", "relevance"])
def test_the_pages_of_a_feed_link_to_each_other(client: FlaskClient, sort: str) -> None:
    pages = []
    url = f"/feed.atom?q=连载&size=9&sort={sort}"
    while url:
        root = ElementTree.fromstring(client.get(url).text)
        links = {link.get("rel"): link.get("href") or "" for link in root.findall(f"{ATOM}link")}
        pages.append(
            (root.findtext(f"{ATOM}id"), links, [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")])
        )
        url = links.get("next", "")
    ids, every, articles = zip(*pages, strict=True)
    assert len(pages) == 4
    assert len({*ids}) == 1
    assert len({article for page in articles for article in page}) == 30
    for number, links in enumerate(every):
        assert links["first"] == every[0]["self"]
        assert links["last"] == every[-1]["self"]
        assert links.get("previous") == (every[number - 1]["self"] if number else None)
        assert links.get("next") == (every[number + 1]["self"] if number < 3 else None)


def test_a_feed_contains_the_query_and_the_total(client: FlaskClient) -> None:
    root = feed(client, q="连载 \"'<", page="2", size="7")
    query = root.find(f"{OPENSEARCH}Query")
    assert query is not None
    assert query.attrib == {"role": "request", "searchTerms": "连载 \"'<", "startPage": "2", "count": "7"}
    assert [root.findtext(OPENSEARCH + name) for name in ("totalResults", "startIndex", "itemsPerPage")] == [
        "30",
        "8",
        "7",
    ]
    description = next(link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "search")
    assert client.get(description or "").mimetype == "application/opensearchdescription+xml"


@pytest.mark.parametrize("title", ["", "短", "一个长得超过了十六个字的站名，" * 100, "<b>&\x0b"])
def test_the_names_in_the_description_have_a_maximum_length(index_folder: Path, title: str) -> None:
    client = webui.create_app(index_folder, settings=searchlib.Settings(site_title=title)).test_client()
    root = ElementTree.fromstring(client.get("/opensearch.xml").text)
    for name, max_length in (("ShortName", 16), ("Description", 1024), ("LongName", 48)):
        (element,) = root.findall(OPENSEARCH + name)
        assert 1 <= len(element.text or "") <= max_length
    relations = {url.get("rel", "results") for url in root.findall(f"{OPENSEARCH}Url")}
    assert relations == {"results", "suggestions", "self"}
    picture = client.get(root.findtext(f"{OPENSEARCH}Image") or "", buffered=True)
    assert picture.mimetype == "image/svg+xml"


@pytest.mark.parametrize("path", ["/", "/article/plain.txt", "/api", "/none", "/?page=x"])
def test_every_page_links_to_the_description_and_the_api(client: FlaskClient, path: str) -> None:
    html = LexborHTMLParser(client.get(path).text)
    for selector in ("link[rel=search]", "link[rel=service-desc]", "link[rel=service-doc]"):
        link = only(html, selector)
        assert client.get(link.attributes["href"] or "").mimetype == link.attributes["type"]
