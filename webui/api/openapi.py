"""Build the OpenAPI 3.1 document from the table of endpoints."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

import searchlib
from webui.api.endpoints import ENDPOINTS, Endpoint, ResponseSpec
from webui.api.json_schema import Schema, reference, schemas_of
from webui.api.parameters import Parameter, with_facets
from webui.languages import gettext
from webui.pages.render import site_title
from webui.shared_index import index_facets

_PATH_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def openapi_document(app: Flask, root: str) -> dict[str, Any]:
    """Return the document of an application below the path ``root``, with the endpoints that its settings enable."""
    endpoints = [endpoint for endpoint in ENDPOINTS if endpoint.name in app.view_functions]
    models = [response.model for endpoint in endpoints for response in endpoint.responses.values() if response.model]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site_title(),
            "description": gettext(
                "接口只读，无需密钥。响应中的每个 `…_url` 都是本站地址，可以直接请求，只有 `original_url` 是原文的地址。"
                "响应随索引的版本变化，带有 ETag：请求带上 If-None-Match 时，若无变化则返回 304。所有地址都支持 HEAD。"
            ),
            "version": searchlib.__version__,
        },
        "servers": [{"url": root or "/"}],
        "tags": [{"name": gettext(group)} for group in dict.fromkeys(endpoint.group for endpoint in endpoints)],
        "paths": {_path(app, endpoint): {"get": _operation(endpoint)} for endpoint in endpoints},
        "components": {"schemas": schemas_of(*models)},
    }


def _path(app: Flask, endpoint: Endpoint) -> str:
    """Return the path of an endpoint, with its parameters in braces."""
    rule = next(app.url_map.iter_rules(endpoint.name))
    return _PATH_PARAMETER.sub(r"{\1}", rule.rule)


def _operation(endpoint: Endpoint) -> Schema:
    responses = {str(status): _response(response) for status, response in endpoint.responses.items()}
    if endpoint.has_etag:
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
        responses["304"] = {"description": gettext("内容与 If-None-Match 指定的响应相同。")}
    return {
        "operationId": endpoint.name.replace(".", "_"),
        "tags": [gettext(endpoint.group)],
        "summary": gettext(endpoint.summary),
        **({"description": gettext(endpoint.text)} if endpoint.text else {}),
        "parameters": [_parameter(parameter) for parameter in with_facets(endpoint.parameters, index_facets())],
        "responses": dict(sorted(responses.items())),
    }


def _parameter(parameter: Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": "path" if parameter.is_path else "query",
        "description": gettext(parameter.text, **parameter.values),
        "required": parameter.is_path or parameter.is_required,
        "schema": dict(parameter.schema),
        **({} if parameter.example is None else {"example": parameter.example}),
    }


def _response(response: ResponseSpec) -> Schema:
    schema = {"schema": reference(response.model)} if response.model else {}
    return {"description": gettext(response.text), "content": {response.media_type: schema}}
