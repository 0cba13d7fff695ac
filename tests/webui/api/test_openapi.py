"""The OpenAPI document is valid and describes every response exactly."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from selectolax.lexbor import LexborHTMLParser

import searchlib
from tests.webui.conftest import HOSTILE_ID, Page
from tests.webui.parsed import texts
from webui.api import parameters, schemas
from webui.api.endpoints import ENDPOINTS
from webui.api.json_schema import schemas_of
from webui.state import BLANK

UNDOCUMENTED = {"static", "article.find"}
"""Endpoints that are part of the pages."""

MODELS = {
    "Article": searchlib.Article,
    "Advice": searchlib.Advice,
    "CategoryNode": searchlib.CategoryNode,
    "DateOffer": searchlib.DateOffer,
    "FacetValue": searchlib.FacetValue,
    "Hit": searchlib.Hit,
    "HitExplanation": searchlib.HitExplanation,
    "QueryExplanation": searchlib.QueryExplanation,
    "Repeat": searchlib.Repeat,
    "SearchResults": searchlib.Results,
    "SimilarResults": searchlib.Results,
    "Suggestion": searchlib.Suggestion,
    "TermScore": searchlib.TermScore,
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/api/openapi.json").get_json()
    return body


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_endpoint_is_documented(app: Flask, document: dict[str, Any]) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - UNDOCUMENTED
    assert {endpoint.name for endpoint in ENDPOINTS} >= endpoints
    assert len(document["paths"]) == len(endpoints)


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_has_every_field_of_its_model(document: dict[str, Any], name: str) -> None:
    schema = document["components"]["schemas"][name]
    fields = [field.name for field in dataclasses.fields(MODELS[name])]
    added = [field for field in schema["properties"] if field not in fields]
    assert [field for field in schema["properties"] if field in fields] == fields
    assert all(field == "filters" or field.endswith("url") for field in added)
    assert schema["required"] == list(schema["properties"])


RESPONSES = [
    ("/api/search", "/api/search", 200),
    ("/api/search", "/api/search?q=连载&category=连载&from=2019&explain=1", 200),
    ("/api/search", "/api/search?q=风车 2022年&explain=1", 200),
    ("/api/search", "/api/search?q=疯车&explain=1", 200),
    ("/api/search", "/api/search?page=x", 400),
    ("/api/suggest", "/api/suggest?q=连", 200),
    ("/api/suggest", "/api/suggest?size=0", 400),
    ("/api/passages", "/api/passages?q=连载&category=连载&budget=500", 200),
    ("/api/passages", "/api/passages?q=连载&budget=0", 400),
    ("/api/article/{article_id}", f"/api/article/{quote(HOSTILE_ID)}", 200),
    ("/api/article/{article_id}", "/api/article/plain.txt", 200),
    ("/api/article/{article_id}", "/api/article/none", 404),
    ("/api/similar/{article_id}", "/api/similar/series/05.md", 200),
    ("/api/similar/{article_id}", "/api/similar/none", 404),
    ("/healthz", "/healthz", 200),
]


@pytest.mark.parametrize(("path", "url", "status"), RESPONSES)
def test_a_response_matches_its_schema(
    client: FlaskClient, document: dict[str, Any], path: str, url: str, status: int
) -> None:
    response = client.get(url)
    assert response.status_code == status
    documented = document["paths"][path]["get"]["responses"][str(status)]
    schema = documented["content"][response.mimetype]["schema"] | {"components": document["components"]}
    body = response.get_json()
    assert [error.message for error in OAS31Validator(schema).iter_errors(body)] == []
    # An additional or a missing field would be detected.
    for change in ({**body, "more": 1}, {name: value for name, value in body.items() if name != next(iter(body))}):
        assert list(OAS31Validator(schema).iter_errors(change))


def test_a_model_with_an_unsupported_type_is_rejected() -> None:
    class Unsupported(searchlib.Model):
        __dataclass_fields__ = copy.copy(schemas.Health.__dataclass_fields__)
        __annotations__ = {"status": "bytes", "generation": "str", "articles": "int"}

    with pytest.raises(TypeError, match="bytes"):
        schemas_of(Unsupported)


def test_two_models_with_one_name_are_rejected() -> None:
    with pytest.raises(TypeError, match="one name"):
        schemas_of(schemas.Article, searchlib.Article)


def test_a_search_has_the_parameters_of_its_state(document: dict[str, Any]) -> None:
    named = {each["name"]: each["schema"] for each in document["paths"]["/api/search"]["get"]["parameters"]}
    fields = {{"query": "q", "date_from": "from", "date_to": "to"}.get(name, name) for name in BLANK.__slots__}
    assert named.keys() == fields - {"others"} | {"explain", "facets", "log"}
    assert named["size"]["default"] == BLANK.size
    assert named["page"]["default"] == BLANK.page


@pytest.mark.parametrize("parameter", parameters.STATE, ids=lambda each: each.name)
def test_an_example_is_valid_and_accepted(client: FlaskClient, parameter: parameters.Parameter) -> None:
    if parameter.example is not None:
        assert list(OAS31Validator(parameter.schema).iter_errors(parameter.example)) == []
        assert client.get("/api/search", query_string={parameter.name: parameter.example}).status_code == 200
    for value in parameter.schema.get("enum", []):
        assert client.get("/api/search", query_string={parameter.name: value}).status_code == 200
    for number in parameter.schema.get("anyOf", [])[:1]:
        for value, status in ((number["maximum"], 200), (number["maximum"] + 1, 400), ("", 200)):
            url = (
                f"/api/search?size=1&{parameter.name}={value}"
                if parameter.name != "size"
                else f"/api/search?size={value}"
            )
            assert client.get(url).status_code == status


def test_the_document_contains_the_prefix_of_the_application(client: FlaskClient) -> None:
    body = client.get("/api/openapi.json", environ_overrides={"SCRIPT_NAME": "/suche"}).get_json()
    assert body["servers"] == [{"url": "/suche"}]


class TestDocsPage:
    def test_the_page_contains_the_whole_document(self, page: Page, document: dict[str, Any]) -> None:
        html = page("/api")
        headings = " ".join(texts(html, "h3"))
        for path, item in document["paths"].items():
            assert f"GET {path} {item['get']['summary']}" in headings
            (section,) = [node for node in html.css("section") if node.css(f"[id='{item['get']['operationId']}']")]
            rows = [" ".join(row.text().split()) for row in section.css("tbody tr")]
            assert len(rows) == len(item["get"]["parameters"]) + len(item["get"]["responses"])
        for name, schema in document["components"]["schemas"].items():
            (section,) = [node for node in html.css("section") if node.css(f"[id='model-{name}']")]
            assert texts(section, "th code") == list(schema["properties"])

    def test_all_links_work(self, client: FlaskClient, page: Page) -> None:
        html = page("/api")
        anchors = {node.attributes["id"] for node in html.css("[id]")}
        links = {node.attributes["href"] or "" for node in html.css("main a")}
        assert {link for link in links if link.startswith("#")} <= {f"#{anchor}" for anchor in anchors}
        followed = [link for link in links if not link.startswith("#")]
        assert len(followed) > 8
        for link in followed:
            assert client.get(link).status_code == 200, link

    def test_the_page_also_has_a_url_with_a_slash(self, client: FlaskClient) -> None:
        assert LexborHTMLParser(client.get("/api/").text).css("h1")
