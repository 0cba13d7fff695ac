"""A response of the API contains the URL of every next step, so that clients never build URLs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.conftest import HOSTILE_CATEGORY, HOSTILE_ID, HOSTILE_TAG


def get(client: FlaskClient, url: str) -> dict[str, Any]:
    response = client.get(url)
    assert response.status_code == 200, url
    body: dict[str, Any] = response.get_json()
    return body


def all_urls(body: Any) -> Iterator[str]:
    """Yield every URL in a response."""
    if isinstance(body, list):
        for each in body:
            yield from all_urls(each)
    elif isinstance(body, dict):
        for name, value in body.items():
            # The URL of a hit is that of its original, on another site.
            if (name == "url" and "article_url" not in body) or name.endswith("_url"):
                yield from [value] if value else []
            else:
                yield from all_urls(value)


HOSTILE_SEARCH = f"/api/search?q=脚本&category={quote(HOSTILE_CATEGORY)}&tag={quote(HOSTILE_TAG)}&from=2021&to=2021-11"
URLS = [
    "/api/search",
    "/api/search?q=连载&size=7&page=2&explain=1",
    HOSTILE_SEARCH,
    "/api/search?q=风车 2022年",
    "/api/search?q=疯车",
    "/api/suggest?q=连&size=3",
    f"/api/article/{quote(HOSTILE_ID)}",
    "/api/article/line%0Abreak.md",
    "/api/similar/two-words.md?size=3",
]


@pytest.mark.slow
@pytest.mark.parametrize("path", URLS)
def test_every_url_works(client: FlaskClient, path: str) -> None:
    body = list(all_urls(get(client, path)))
    assert len(body) >= 3
    for url in body:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("path", URLS)
def test_a_response_contains_its_own_url(client: FlaskClient, path: str) -> None:
    body = get(client, path)
    second = get(client, body["url"])
    for each in (body, second):
        each.pop("took_ms", None)
    assert second == body


def test_a_facet_value_can_be_selected_and_removed(client: FlaskClient) -> None:
    start = get(client, "/api/search?q=连载&page=2")
    for name in ("category", "author", "tag", "year", "month"):
        value = start["facets"][name][0]
        chosen = get(client, value["toggle_url"])
        assert chosen["total"] == value["count"]
        assert chosen["page"] == 1
        selected = next(each for each in chosen["facets"][name] if each["value"] == value["value"])
        assert selected["selected"]
        remaining = get(client, selected["toggle_url"])
        if name == "month":
            # Removing a month leaves its year.
            assert {each["value"] for each in remaining["filters"]} == {value["value"][:4]}
        else:
            assert remaining["total"] == start["total"]


def test_the_facet_value_of_undated_articles_cannot_be_selected(client: FlaskClient) -> None:
    years = {each["value"]: each for each in get(client, "/api/search")["facets"]["year"]}
    assert years[""]["count"]
    assert years[""]["toggle_url"] is None


def test_pages_link_to_each_other(client: FlaskClient) -> None:
    url: str | None = "/api/search?q=连载&size=7"
    ids: list[str] = []
    previous = None
    while url:
        body = get(client, url)
        assert body["previous_url"] == previous
        ids += [hit["id"] for hit in body["hits"]]
        previous, url = body["url"], body["next_url"]
    assert len(ids) == len(set(ids)) == body["total"] == 30


def test_a_page_beyond_the_last_links_back_to_the_last(client: FlaskClient) -> None:
    body = get(client, "/api/search?q=连载&page=99")
    assert body["next_url"] is None
    assert get(client, body["previous_url"])["page"] == 3
    nothing = get(client, "/api/search?q=没有这样的文章&verbatim=1")
    assert (nothing["total"], nothing["previous_url"], nothing["next_url"]) == (0, None, None)


def test_no_url_leads_beyond_the_maximum_depth(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searchlib, "MAX_DEPTH", 20)
    assert get(client, "/api/search?q=连载&page=2")["next_url"] is None


def test_each_filter_can_be_removed(client: FlaskClient) -> None:
    body = get(client, HOSTILE_SEARCH)
    dropped = {each["parameter"]: each for each in body["filters"]}
    assert {name: each["value"] for name, each in dropped.items()} == {
        "category": HOSTILE_CATEGORY,
        "tag": HOSTILE_TAG,
        "from": "2021",
        "to": "2021-11",
    }
    for name, each in dropped.items():
        remaining = {filter["parameter"] for filter in get(client, each["drop_url"])["filters"]}
        assert remaining == dropped.keys() - {name}
    cleared = get(client, body["clear_url"])
    assert (cleared["filters"], cleared["query"]) == ([], "脚本")


def test_urls_of_an_explained_search_ask_for_explanations(client: FlaskClient) -> None:
    body = get(client, "/api/search?q=连载&explain=1")
    assert get(client, body["next_url"])["explanation"]
    assert "explain" not in body["page_url"]


def test_a_correction_and_a_date_offer_have_urls(client: FlaskClient) -> None:
    body = get(client, "/api/search?q=疯车")
    assert get(client, body["correction_url"])["query"] == body["correction"] == "风车"
    assert body["verbatim_url"] is None
    offered = get(client, "/api/search?q=风车 2022年")
    dated = get(client, offered["date_offer"]["url"])
    assert (dated["query"], {each["parameter"] for each in dated["filters"]}) == ("风车", {"from", "to"})


def test_a_replaced_query_can_be_searched_verbatim(samples: FlaskClient) -> None:
    body = get(samples, "/api/search?q=yuanyuzhou")
    assert body["searched"] != body["query"]
    assert get(samples, body["verbatim_url"])["searched"] == "yuanyuzhou"


def test_a_suggestion_has_the_url_of_its_search(client: FlaskClient) -> None:
    kinds = {each["kind"]: each for each in get(client, "/api/suggest?q=连载")["suggestions"]}
    assert {"category", "author"} <= kinds.keys()
    for kind in ("category", "author"):
        body = get(client, kinds[kind]["url"])
        assert body["filters"][0]["parameter"] == kind
        assert body["total"] == kinds[kind]["count"]


def test_the_page_of_a_response_shows_the_same_hits(client: FlaskClient) -> None:
    body = get(client, "/api/search?q=连载&sort=oldest&page=2")
    html = LexborHTMLParser(client.get(body["page_url"]).text)
    links = [node.attributes["href"] for node in html.css(".hit h2 a")]
    assert links == [hit["page_url"] for hit in body["hits"]]


def test_every_url_begins_with_the_prefix_of_the_application(index_folder: Path) -> None:
    client = webui.create_app(index_folder, settings=searchlib.Settings()).test_client()
    for path in URLS:
        body = client.get(path, environ_overrides={"SCRIPT_NAME": "/suche"}).get_json()
        assert all(url.startswith("/suche/") for url in all_urls(body))


def test_the_url_of_a_search_omits_defaults(client: FlaskClient) -> None:
    body = get(client, "/api/search?q=连载&page=1&size=10&sort=relevance&verbatim=0&explain=0&from=")
    assert parse_qs(urlsplit(body["url"]).query) == {"q": ["连载"]}


@pytest.fixture
def tree(tmp_path: Path) -> FlaskClient:
    """Return a client of an archive with a category tree."""
    settings = searchlib.Settings(categories="path")
    (tmp_path / "articles").mkdir()
    for name, path in (("a", "[生活, 饮食]"), ("b", "[生活, 居住]"), ("c", "[工作]")):
        text = f"---\ntitle: 风车{name}\ncategories: {path}\ntags: [{name}]\n---\n风车。\n"
        (tmp_path / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1, settings=settings)
    return webui.create_app(tmp_path / "index", settings=settings).test_client()


def test_a_category_in_the_tree_can_be_selected_and_removed(tree: FlaskClient) -> None:
    nodes = {tuple(each["path"]): each for each in get(tree, "/api/search?q=风车")["category_tree"]}
    assert nodes.keys() == {("生活",), ("生活", "饮食"), ("生活", "居住"), ("工作",)}
    for path, node in nodes.items():
        chosen = get(tree, node["toggle_url"])
        assert chosen["total"] == node["count"]
        (selected,) = [each for each in chosen["category_tree"] if tuple(each["path"]) == path]
        assert selected["selected"]
        assert get(tree, selected["toggle_url"])["filters"] == []


def test_selecting_a_category_removes_those_above_and_below_it(tree: FlaskClient) -> None:
    def values_after_toggling(url: str) -> dict[str, list[str]]:
        """Return the filter values after toggling each category of a response."""
        response = get(tree, url)
        toggled = {each["value"]: each["toggle_url"] for each in response["category_tree"]}
        names = {each["value"]: each["toggle_url"] for each in response["facets"]["category"]}
        assert all(names[value] == url for value, url in toggled.items())
        return {value: parse_qs(urlsplit(url).query).get("category", []) for value, url in toggled.items()}

    assert values_after_toggling("/api/search?category=生活") == {
        "生活": [],
        "饮食": ["饮食"],
        "居住": ["居住"],
        "工作": ["工作", "生活"],
    }
    assert values_after_toggling("/api/search?category=居住&category=饮食&category=工作") == {
        "生活": ["工作", "生活"],
        "饮食": ["居住", "工作"],
        "居住": ["工作", "饮食"],
        "工作": ["居住", "饮食"],
    }
    # A category can also be selected by its path.
    assert values_after_toggling("/api/search?category=生活 > 饮食")["饮食"] == []
    assert values_after_toggling("/api/search?category=> 生活")["居住"] == ["居住"]


def test_a_category_on_the_values_page_replaces_one_that_is_not_listed(tree: FlaskClient) -> None:
    listed = LexborHTMLParser(tree.get("/values?facet=category&find=饮&category=生活").text)
    (link,) = listed.css(".values a")
    assert link.attributes["href"] == "/?category=%E9%A5%AE%E9%A3%9F"


def test_advice_leads_to_its_number_of_articles(tree: FlaskClient) -> None:
    body = get(tree, "/api/search?q=风车&category=工作&tag=a&explain=1")
    assert (body["total"], len(body["advice"]) > 1) == (0, True)
    typed = get(tree, "/api/search?q=风车 -风车a -风车b -风车c&explain=1")
    for each in (*body["advice"], *typed["advice"]):
        assert get(tree, each["url"])["total"] == each["total"] > 0
