"""What the page about the API shows of the OpenAPI document, so that the template computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from webui.api.json_schema import Schema
from webui.api.parameters import EMPTY

_MODEL = "model-"

Texts = tuple[tuple[str, bool], ...]
"""A text in pieces; the flag says whether the piece is code."""
Kind = tuple[tuple[str, str], ...]
"""What a value is, in pieces: words and, where a piece is a model, the URL of its description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter of an address."""

    name: str
    kind: Kind
    default: str
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer of an address."""

    status: str
    kind: Kind
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationView:
    """One address; ``example_url`` is empty where none can be given for every archive."""

    anchor: str
    path: str
    summary: str
    text: Texts
    example_url: str
    parameters: tuple[ParameterRow, ...]
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """One model: what it is, and its fields by name."""

    anchor: str
    name: str
    paragraphs: tuple[Texts, ...]
    fields: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsPage:
    """All that the page shows; ``groups`` are addresses below the names of their groups."""

    introduction: Texts
    document_url: str
    groups: tuple[tuple[str, tuple[OperationView, ...]], ...]
    models: tuple[ModelView, ...]


def docs_page(document: dict[str, Any]) -> DocsPage:
    """The page that says what the document says."""
    root = document["servers"][0]["url"].rstrip("/")
    operations = [(path, item["get"]) for path, item in document["paths"].items()]
    return DocsPage(
        introduction=_texts(document["info"]["description"]),
        document_url=url_for("docs.document"),
        groups=tuple(
            (
                tag["name"],
                tuple(_operation(root + path, each) for path, each in operations if tag["name"] in each["tags"]),
            )
            for tag in document["tags"]
        ),
        models=tuple(
            ModelView(
                anchor=_MODEL + name,
                name=name,
                paragraphs=tuple(_texts(paragraph) for paragraph in schema["description"].split("\n\n")),
                fields=tuple((field, tuple(_kind(kind))) for field, kind in schema["properties"].items()),
            )
            for name, schema in document["components"]["schemas"].items()
        ),
    )


def _operation(path: str, operation: Schema) -> OperationView:
    parameters = operation["parameters"]
    return OperationView(
        anchor=operation["operationId"],
        path=path,
        summary=operation["summary"],
        text=_texts(operation.get("description", "")),
        example_url="" if "{" in path else _example(path, parameters),
        parameters=tuple(
            ParameterRow(
                name=each["name"],
                kind=tuple(_kind(each["schema"])),
                default=str(each["schema"].get("default", "")),
                text=_texts(each["description"]),
            )
            for each in parameters
        ),
        answers=tuple(
            AnswerRow(status=status, kind=tuple(_content(answer)), text=_texts(answer["description"]))
            for status, answer in operation["responses"].items()
        ),
    )


def _example(path: str, parameters: list[Schema]) -> str:
    """The address with an example of what it is asked first."""
    asked = [(each["name"], each["example"]) for each in parameters[:1] if "example" in each]
    return f"{path}?{urlencode(asked)}" if asked else path


def _content(answer: Schema) -> Iterator[tuple[str, str]]:
    for media_type, content in answer.get("content", {}).items():
        yield from _kind(content["schema"]) if "schema" in content else [(media_type, "")]


def _kind(schema: Schema) -> Iterator[tuple[str, str]]:
    """What a value may be, in the words of JSON Schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield name, f"#{_MODEL}{name}"
    elif "anyOf" in schema:
        for number, each in enumerate(each for each in schema["anyOf"] if each != EMPTY):
            if number:
                yield " | ", ""
            yield from _kind(each)
    elif "enum" in schema:
        yield " | ".join(value for value in schema["enum"] if value), ""
    elif "prefixItems" in schema:
        yield "[", ""
        for number, each in enumerate(schema["prefixItems"]):
            if number:
                yield ", ", ""
            yield from _kind(each)
        yield "]", ""
    elif schema.get("type") == "array":
        yield "array of ", ""
        yield from _kind(schema["items"])
    elif isinstance(schema.get("additionalProperties"), dict):
        yield "object of ", ""
        yield from _kind(schema["additionalProperties"])
    else:
        yield _plain_kind(schema), ""


def _plain_kind(schema: Schema) -> str:
    types = schema.get("type", "any")
    text = types if isinstance(types, str) else " | ".join(types)
    if "format" in schema:
        text += f" ({schema['format']})"
    if "minimum" in schema:
        text += f", {schema['minimum']} – {schema.get('maximum', '')}"
    return text


def _texts(text: str) -> Texts:
    """A text with its code marked, which stands between backticks."""
    pieces = enumerate(text.split("`"))
    return tuple((piece, number % 2 == 1) for number, piece in pieces if piece)
