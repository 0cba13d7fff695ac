"""The facets of the front matter, on the page, in the API and in feeds."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import searchlib
import webui
from tests.webui.parsed import follow, texts

SETTINGS = searchlib.Settings(
    facets=("series", "rating"), stored=("link", "parts"), url_template="{link}", language="en"
)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("archive")
    for number in range(12):
        series = f"丛书{number % 8}" if number else "西游 <记>"
        text = (
            f"---\ntitle: 第{number}篇\nseries: '{series}'\nrating: {number}\n"
            f"link: https://example.org/{number}\nparts: [1, 乙]\n---\n风车。\n"
        )
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", settings=SETTINGS)
    return webui.create_app(folder / "index", settings=SETTINGS).test_client()


def page(client: FlaskClient, url: str) -> LexborHTMLParser:
    response = client.get(url)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def test_the_page_lists_their_values_and_selected_ones_are_chips(client: FlaskClient) -> None:
    html = page(client, "/")
    assert texts(html, ".facet-series h2") == ["Series"]
    assert "西游 <记> 1" in texts(html, ".facet-series a")
    link = next(each for each in html.css(".facet-series a") if "西游" in each.text())
    selected = follow(client, link)
    assert texts(selected, ".hit h2") == ["第0篇"]
    assert texts(selected, ".chips li")[0].split() == ["Remove", "Series", "西游", "<记>×"]
    assert texts(follow(client, selected.css(".chips a")[0]), ".total")[0].startswith("12 ")


def test_a_range_is_a_chip_and_a_selected_value(client: FlaskClient) -> None:
    html = page(client, "/?rating=%3E%3D10&rating=0")
    assert texts(html, ".hit h2") == ["第0篇", "第10篇", "第11篇"]
    assert [text.split()[-1] for text in texts(html, ".chips li")[:2]] == ["0×", ">=10×"]
    assert ">=10 2, selected; follow to remove" in texts(html, ".facet-rating a")


def test_all_values_have_a_page(client: FlaskClient) -> None:
    html = page(client, "/values?facet=series&find=丛书")
    assert len(texts(html, ".values a")) == 8
    assert texts(html, "h1") == ["All Series"]


def test_the_api_has_parameters_links_and_counts(client: FlaskClient) -> None:
    body = client.get("/api/search?series=丛书1&rating=..5").get_json()
    assert [hit["id"] for hit in body["hits"]] == ["1.md"]
    assert body["hits"][0]["extra"] == {"link": "https://example.org/1", "parts": [1, "乙"]}
    assert body["hits"][0]["url"] == "https://example.org/1"
    assert client.get(body["hits"][0]["article_url"]).get_json()["id"] == "1.md"
    assert [(each["parameter"], each["value"]) for each in body["filters"]] == [("rating", "..5"), ("series", "丛书1")]
    assert client.get(body["filters"][0]["drop_url"]).get_json()["total"] == 2
    (selected,) = [each for each in body["facets"]["series"] if each["selected"]]
    assert client.get(selected["toggle_url"]).get_json()["total"] == 6
    message = client.get("/api/search?serie=x").get_json()["error"]["message"]
    assert message.startswith("there is no parameter 'serie', did you mean 'series'?")
    document = client.get("/api/openapi.json").get_json()
    names = [each["name"] for each in document["paths"]["/api/search"]["get"]["parameters"]]
    assert names[:6] == ["q", "category", "author", "tag", "series", "rating"]
    passages = client.get("/api/passages?q=风车&series=丛书1").get_json()["passages"]
    assert {each["id"] for each in passages} <= {"1.md", "9.md"}
    assert {each["original_url"] for each in passages} <= {"https://example.org/1", "https://example.org/9"}
    assert client.get("/api/article/1.md").get_json()["original_url"] == "https://example.org/1"
    assert passages


def test_a_feed_names_the_original_and_the_stored_values(client: FlaskClient) -> None:
    root = ElementTree.fromstring(client.get("/feed.atom?rating=3").text)
    (entry,) = root.iter(f"{ATOM}entry")
    assert [link.attrib["href"] for link in entry.iter(f"{ATOM}link") if link.attrib["rel"] == "via"] == [
        "https://example.org/3"
    ]
    stored = [(each.attrib["key"], each.text) for each in entry.iter("{urn:searchlib:front-matter}value")]
    assert stored == [("link", "https://example.org/3"), ("parts", "1"), ("parts", "乙")]


def test_a_query_names_a_facet(client: FlaskClient) -> None:
    html = page(client, "/?q=series:丛书1")
    assert texts(html, ".total .count-text") == ["2 articles"]
    assert "Series" in texts(html, ".chips li")[0]


def test_facets_are_called_what_the_settings_say_or_by_well_known_names(tmp_path: Path) -> None:
    text = "---\ntitle: 一\nseries: 西游\nlang: zh\nkiln: 龙窑\nBook-Type: 甲\n---\n正文。\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    settings = searchlib.Settings(
        facets=("series", "lang", "kiln", "book_type"), facet_labels={"kiln": "窑口", "series": "丛书"}
    )
    searchlib.build_index(tmp_path, tmp_path / "index", settings=settings)
    # The application finds the settings in the index.
    for language, names in (
        ("zh", ["丛书", "语言", "窑口", "book_type"]),
        ("en", ["丛书", "Language", "窑口", "book_type"]),
    ):
        app = webui.create_app(tmp_path / "index", settings=dataclasses.replace(settings, language=language))
        html = page(app.test_client(), "/?series=西游")
        assert [texts(html, f".facet-{name} h2")[0] for name in settings.facets] == names
        assert "丛书" in texts(html, ".chips li")[0]


def test_numbers_and_dates_have_the_form_of_a_range(client: FlaskClient, tmp_path: Path) -> None:
    html = page(client, "/?q=风车&rating=1..9&series=丛书1")
    (form,) = html.css("form.range")
    fields = {each.attributes["name"]: each.attributes.get("value") for each in form.css("input")}
    assert fields == {"q": "风车", "series": "丛书1", "rating.from": "1", "rating.to": "9"}
    html = page(client, "/?q=风车&rating.from=10&rating.to=")
    assert sorted(texts(html, ".hit h2")) == ["第10篇", "第11篇"]
    assert [each.attributes["placeholder"] for each in html.css("form.range input[placeholder]")] == ["0", "11"]
    assert "10.." in texts(html, ".chips li")[0]
    # Links lead to the range as one value.
    assert "rating=10.." in html.css("link[rel=canonical]")[0].attributes["href"]
    assert texts(page(client, "/?rating.to=1"), ".total .count-text") == ["2 articles"]
    for number in (1, 2, 3):
        text = f"---\ntitle: 一\nreleased: 199{number}-01-01\nseries: 第{number}\n---\n正文。\n"
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    settings = searchlib.Settings(facets=("released", "series"))
    searchlib.build_index(tmp_path, tmp_path / "index", settings=settings)
    html = page(webui.create_app(tmp_path / "index").test_client(), "/?released.from=1992")
    assert len(html.css("form.range")) == 1
    assert texts(html, ".total .count-text") == ["2 篇"]
