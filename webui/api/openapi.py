"""Write the OpenAPI 3.1 document of the operations."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

import searchlib
from webui.api.json_schema import Schema, reference, schemas_of
from webui.api.operations import OPERATIONS, Answer, Operation
from webui.api.parameters import Parameter
from webui.languages import gettext
from webui.pages.render import site_title

_PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")


def path_of(app: Flask, operation: Operation) -> str:
    """Where an operation lies, with its path parameters in braces."""
    rule = next(app.url_map.iter_rules(operation.endpoint))
    return _PLACEHOLDER.sub(r"{\1}", rule.rule)


def document(app: Flask, root: str) -> dict[str, Any]:
    """The document of an application that lies below ``root``: of those operations that its settings let it have."""
    operations = [operation for operation in OPERATIONS if operation.endpoint in app.view_functions]
    models = [answer.model for operation in operations for answer in operation.answers.values() if answer.model]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site_title(),
            "description": gettext(
                "只读的接口，不需要密钥。答案里的每个 `…_url` 都是本站的地址，可以直接取用。"
                "答案随索引的代次而变，带有 ETag：用 If-None-Match 再问，没有变化时答 304。每个地址也答 HEAD。"
            ),
            "version": searchlib.__version__,
        },
        "servers": [{"url": root or "/"}],
        "tags": [{"name": gettext(group)} for group in dict.fromkeys(operation.group for operation in operations)],
        "paths": {path_of(app, operation): {"get": _operation(operation)} for operation in operations},
        "components": {"schemas": schemas_of(*models)},
    }


def _operation(operation: Operation) -> Schema:
    answers = {str(status): _answer(answer) for status, answer in operation.answers.items()}
    if operation.changes:
        answers["200"]["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
        answers["304"] = {"description": gettext("与 If-None-Match 所指的答案相同。")}
    return {
        "operationId": operation.endpoint.replace(".", "_"),
        "tags": [gettext(operation.group)],
        "summary": gettext(operation.summary),
        **({"description": gettext(operation.text)} if operation.text else {}),
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": dict(sorted(answers.items())),
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


def _answer(answer: Answer) -> Schema:
    schema = {"schema": reference(answer.model)} if answer.model else {}
    return {"description": gettext(answer.text), "content": {answer.media_type: schema}}
