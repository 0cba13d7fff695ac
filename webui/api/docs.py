"""Answer GET /api with the OpenAPI document as a page, and GET /api/openapi.json with the document itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, request, url_for

from webui.api.json_schema import Schema
from webui.api.openapi import openapi_document
from webui.api.parameters import EMPTY
from webui.pages.render import render_page
from webui.state import BLANK

blueprint = Blueprint("docs", __name__)

_MODEL_ANCHOR = "model-"

Texts = tuple[tuple[str, bool], ...]
"""A text in pieces. The flag tells whether the piece is code."""
Kind = tuple[tuple[str, str], ...]
"""The type of a value in pieces. Each piece is a text with the URL of the model that it names; the URL may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A parameter or a response of an endpoint. The name of a response is its status."""

    name: str
    kind: Kind
    text: Texts
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """An endpoint. ``example_url`` is empty if no example works for every archive."""

    anchor: str
    path: str
    summary: str
    text: Texts
    example_url: str
    parameters: tuple[Row, ...]
    responses: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model: its description and the types of its fields by name."""

    anchor: str
    name: str
    paragraphs: tuple[Texts, ...]
    fields: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsPage:
    """The content of the page. ``groups`` are pairs of a name and the endpoints of the group."""

    introduction: Texts
    document_url: str
    groups: tuple[tuple[str, tuple[EndpointView, ...]], ...]
    models: tuple[ModelView, ...]


@blueprint.get("/api/openapi.json", endpoint="document")
def show_document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return openapi_document(current_app, request.script_root)


@blueprint.get("/api", endpoint="page", strict_slashes=False)
def show_page() -> str:
    """Show the OpenAPI document as a page."""
    document = openapi_document(current_app, request.script_root)
    return render_page("docs.html", BLANK, page=_docs_page(document))


def _docs_page(document: dict[str, Any]) -> DocsPage:
    root = document["servers"][0]["url"].rstrip("/")
    operations = [(path, item["get"]) for path, item in document["paths"].items()]
    return DocsPage(
        introduction=_texts(document["info"]["description"]),
        document_url=url_for("docs.document"),
        groups=tuple(
            (
                tag["name"],
                tuple(_endpoint(root + path, each) for path, each in operations if tag["name"] in each["tags"]),
            )
            for tag in document["tags"]
        ),
        models=tuple(
            ModelView(
                anchor=_MODEL_ANCHOR + name,
                name=name,
                paragraphs=tuple(_texts(paragraph) for paragraph in schema["description"].split("\n\n")),
                fields=tuple((field, tuple(_kind(kind))) for field, kind in schema["properties"].items()),
            )
            for name, schema in document["components"]["schemas"].items()
        ),
    )


def _endpoint(path: str, operation: Schema) -> EndpointView:
    parameters = operation["parameters"]
    return EndpointView(
        anchor=operation["operationId"],
        path=path,
        summary=operation["summary"],
        text=_texts(operation.get("description", "")),
        example_url="" if "{" in path else _example_url(path, parameters),
        parameters=tuple(
            Row(
                name=each["name"],
                kind=tuple(_kind(each["schema"])),
                default=str(each["schema"].get("default", "")),
                text=_texts(each["description"]),
            )
            for each in parameters
        ),
        responses=tuple(
            Row(name=status, kind=tuple(_content(response)), text=_texts(response["description"]))
            for status, response in operation["responses"].items()
        ),
    )


def _example_url(path: str, parameters: list[Schema]) -> str:
    pairs = [(each["name"], each["example"]) for each in parameters[:1] if "example" in each]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _content(response: Schema) -> Iterator[tuple[str, str]]:
    for media_type, content in response.get("content", {}).items():
        yield from _kind(content["schema"]) if "schema" in content else [(media_type, "")]


def _kind(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a type, in the terms of JSON Schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield name, f"#{_MODEL_ANCHOR}{name}"
    elif "anyOf" in schema:
        yield from _joined(" | ", [each for each in schema["anyOf"] if each != EMPTY])
    elif "enum" in schema:
        yield " | ".join(value for value in schema["enum"] if value), ""
    elif "prefixItems" in schema:
        yield "[", ""
        yield from _joined(", ", schema["prefixItems"])
        yield "]", ""
    elif schema.get("type") == "array":
        yield "array of ", ""
        yield from _kind(schema["items"])
    elif isinstance(schema.get("additionalProperties"), dict):
        yield "object of ", ""
        yield from _kind(schema["additionalProperties"])
    else:
        yield _simple_kind(schema), ""


def _joined(separator: str, schemas: list[Schema]) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(schemas):
        if number:
            yield separator, ""
        yield from _kind(each)


def _simple_kind(schema: Schema) -> str:
    types = schema.get("type", "any")
    text = types if isinstance(types, str) else " | ".join(types)
    if "format" in schema:
        text += f" ({schema['format']})"
    if "minimum" in schema:
        text += f", {schema['minimum']} – {schema.get('maximum', '')}"
    return text


def _texts(text: str) -> Texts:
    """Split a text at its backticks, which enclose code."""
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(text.split("`")) if piece)
