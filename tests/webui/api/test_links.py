"""Whoever has an answer of the API need not make a URL: every step from it stands in it."""

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
    answer = client.get(url)
    assert answer.status_code == 200, url
    found: dict[str, Any] = answer.get_json()
    return found


def all_urls(answer: Any) -> Iterator[str]:
    """Every URL that stands anywhere in an answer."""
    if isinstance(answer, list):
        for each in answer:
            yield from all_urls(each)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if name == "url" or name.endswith("_url"):
                yield from [value] if value else []
            else:
                yield from all_urls(value)


HOSTILE_SEARCH = f"/api/search?q=脚本&category={quote(HOSTILE_CATEGORY)}&tag={quote(HOSTILE_TAG)}&from=2021&to=2021-11"
ANSWERS = [
    "/api/search",
    "/api/search?q=连载&size=7&page=2&explain=1",
    HOSTILE_SEARCH,
    "/api/search?q=风车 2022年",
    "/api/search?q=疯车",
    "/api/suggest?q=连&size=3",
    f"/api/article/{quote(HOSTILE_ID)}",
    "/api/article/line%0Abreak.md",
    "/api/similar/series/05.md?size=3",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_url_leads_to_an_answer(client: FlaskClient, path: str) -> None:
    found = list(all_urls(get(client, path)))
    assert len(found) >= 3
    for url in found:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("path", ANSWERS)
def test_an_answer_knows_its_own_url(client: FlaskClient, path: str) -> None:
    found = get(client, path)
    again = get(client, found["url"])
    for answer in (found, again):
        answer.pop("took_ms", None)
    assert again == found


def test_a_value_of_a_facet_leads_to_the_search_with_it_and_back(client: FlaskClient) -> None:
    start = get(client, "/api/search?q=连载&page=2")
    for name in ("category", "author", "tag", "year", "month"):
        value = start["facets"][name][0]
        chosen = get(client, value["toggle_url"])
        assert chosen["total"] == value["count"]
        assert chosen["page"] == 1
        selected = next(each for each in chosen["facets"][name] if each["value"] == value["value"])
        assert selected["selected"]
        left = get(client, selected["toggle_url"])
        if name == "month":
            # Of a month its year is left.
            assert {each["value"] for each in left["filters"]} == {value["value"][:4]}
        else:
            assert left["total"] == start["total"]


def test_what_has_no_date_cannot_be_chosen(client: FlaskClient) -> None:
    years = {each["value"]: each for each in get(client, "/api/search")["facets"]["year"]}
    assert years[""]["count"]
    assert years[""]["toggle_url"] is None


def test_pages_lead_to_one_another(client: FlaskClient) -> None:
    url: str | None = "/api/search?q=连载&size=7"
    ids: list[str] = []
    previous = None
    while url:
        found = get(client, url)
        assert found["previous_url"] == previous
        ids += [hit["id"] for hit in found["hits"]]
        previous, url = found["url"], found["next_url"]
    assert len(ids) == len(set(ids)) == found["total"] == 30


def test_from_behind_the_last_page_one_comes_back_to_it(client: FlaskClient) -> None:
    found = get(client, "/api/search?q=连载&page=99")
    assert found["next_url"] is None
    assert get(client, found["previous_url"])["page"] == 3
    nothing = get(client, "/api/search?q=没有这样的文章&verbatim=1")
    assert (nothing["total"], nothing["previous_url"], nothing["next_url"]) == (0, None, None)


def test_the_last_page_is_the_last_that_can_be_asked_for(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searchlib, "MAX_DEPTH", 20)
    assert get(client, "/api/search?q=连载&page=2")["next_url"] is None


def test_each_filter_can_be_dropped(client: FlaskClient) -> None:
    found = get(client, HOSTILE_SEARCH)
    dropped = {each["parameter"]: each for each in found["filters"]}
    assert {name: each["value"] for name, each in dropped.items()} == {
        "category": HOSTILE_CATEGORY,
        "tag": HOSTILE_TAG,
        "from": "2021",
        "to": "2021-11",
    }
    for name, each in dropped.items():
        left = {filter["parameter"] for filter in get(client, each["drop_url"])["filters"]}
        assert left == dropped.keys() - {name}
    cleared = get(client, found["clear_url"])
    assert (cleared["filters"], cleared["query"]) == ([], "脚本")


def test_explanations_are_asked_for_again(client: FlaskClient) -> None:
    found = get(client, "/api/search?q=连载&explain=1")
    assert get(client, found["next_url"])["explanation"]
    assert "explain" not in found["page_url"]


def test_a_correction_and_a_date_lead_to_their_searches(client: FlaskClient) -> None:
    found = get(client, "/api/search?q=疯车")
    assert get(client, found["correction_url"])["query"] == found["correction"] == "风车"
    assert found["verbatim_url"] is None
    offered = get(client, "/api/search?q=风车 2022年")
    dated = get(client, offered["date_offer"]["url"])
    assert (dated["query"], {each["parameter"] for each in dated["filters"]}) == ("风车", {"from", "to"})


def test_what_was_replaced_can_be_had_verbatim(samples: FlaskClient) -> None:
    found = get(samples, "/api/search?q=yuanyuzhou")
    assert found["searched"] != found["query"]
    assert get(samples, found["verbatim_url"])["searched"] == "yuanyuzhou"


def test_a_suggestion_leads_to_what_it_stands_for(client: FlaskClient) -> None:
    kinds = {each["kind"]: each for each in get(client, "/api/suggest?q=连载")["suggestions"]}
    assert {"category", "author"} <= kinds.keys()
    for kind in ("category", "author"):
        found = get(client, kinds[kind]["url"])
        assert found["filters"][0]["parameter"] == kind
        assert found["total"] == kinds[kind]["count"]


def test_the_page_of_an_answer_shows_the_same(client: FlaskClient) -> None:
    found = get(client, "/api/search?q=连载&sort=oldest&page=2")
    shown = LexborHTMLParser(client.get(found["page_url"]).text)
    links = [node.attributes["href"] for node in shown.css(".hit h2 a")]
    assert links == [hit["page_url"] for hit in found["hits"]]


def test_below_a_prefix_every_url_begins_with_it(index_folder: Path) -> None:
    client = webui.create_app(index_folder, settings=searchlib.Settings()).test_client()
    for path in ANSWERS:
        found = client.get(path, environ_overrides={"SCRIPT_NAME": "/suche"}).get_json()
        assert all(url.startswith("/suche/") for url in all_urls(found))


def test_a_url_of_a_search_says_nothing_twice(client: FlaskClient) -> None:
    found = get(client, "/api/search?q=连载&page=1&size=10&sort=relevance&verbatim=0&explain=0&from=")
    assert parse_qs(urlsplit(found["url"]).query) == {"q": ["连载"]}


@pytest.fixture
def tree(tmp_path: Path) -> FlaskClient:
    """An archive that files its articles in a tree."""
    settings = searchlib.Settings(categories="path")
    (tmp_path / "articles").mkdir()
    for name, path in (("a", "[生活, 饮食]"), ("b", "[生活, 居住]"), ("c", "[工作]")):
        text = f"---\ntitle: 风车{name}\ncategories: {path}\ntags: [{name}]\n---\n风车。\n"
        (tmp_path / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(tmp_path / "articles", tmp_path / "index", jobs=1, settings=settings)
    return webui.create_app(tmp_path / "index", settings=settings).test_client()


def test_a_place_in_the_tree_of_categories_can_be_chosen_and_left(tree: FlaskClient) -> None:
    nodes = {tuple(each["path"]): each for each in get(tree, "/api/search?q=风车")["category_tree"]}
    assert nodes.keys() == {("生活",), ("生活", "饮食"), ("生活", "居住"), ("工作",)}
    for path, node in nodes.items():
        chosen = get(tree, node["toggle_url"])
        assert chosen["total"] == node["count"]
        (selected,) = [each for each in chosen["category_tree"] if tuple(each["path"]) == path]
        assert selected["selected"]
        assert get(tree, selected["toggle_url"])["filters"] == []


def test_a_place_replaces_those_above_and_below_it(tree: FlaskClient) -> None:
    def chosen(path: str) -> dict[str, list[str]]:
        """What the filter holds once each place of that answer is toggled."""
        answer = get(tree, path)
        toggled = {each["value"]: each["toggle_url"] for each in answer["category_tree"]}
        names = {each["value"]: each["toggle_url"] for each in answer["facets"]["category"]}
        assert all(names[value] == url for value, url in toggled.items())
        return {value: parse_qs(urlsplit(url).query).get("category", []) for value, url in toggled.items()}

    assert chosen("/api/search?category=生活") == {
        "生活": [],
        "饮食": ["饮食"],
        "居住": ["居住"],
        "工作": ["工作", "生活"],
    }
    assert chosen("/api/search?category=居住&category=饮食&category=工作") == {
        "生活": ["工作", "生活"],
        "饮食": ["居住", "工作"],
        "居住": ["工作", "饮食"],
        "工作": ["居住", "饮食"],
    }
    # A place may have been chosen by its path.
    assert chosen("/api/search?category=生活 > 饮食")["饮食"] == []
    assert chosen("/api/search?category=> 生活")["居住"] == ["居住"]


def test_a_place_on_the_page_of_values_replaces_what_is_not_listed_there(tree: FlaskClient) -> None:
    listed = LexborHTMLParser(tree.get("/values?facet=category&find=饮&category=生活").text)
    (link,) = listed.css(".values a")
    assert link.attributes["href"] == "/?category=%E9%A5%AE%E9%A3%9F"


def test_advice_leads_to_what_it_promises(tree: FlaskClient) -> None:
    found = get(tree, "/api/search?q=风车&category=工作&tag=a&explain=1")
    assert (found["total"], len(found["advice"]) > 1) == (0, True)
    typed = get(tree, "/api/search?q=风车 -风车a -风车b -风车c&explain=1")
    for each in (*found["advice"], *typed["advice"]):
        assert get(tree, each["url"])["total"] == each["total"] > 0
