"""Derive JSON Schema (2020-12) from the types of models.

The schemas describe responses: each field is required, and no other is allowed. msgspec and pydantic describe input: their
fields with defaults are optional, and dates, URLs and descriptions need corrections that are as long as this module.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

import searchlib

Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}
_NONE_WORD = re.compile(r"\bNone\b")
_URL_SCHEMA: Schema = {"type": "string", "format": "uri-reference"}


def reference(model: type[searchlib.Model]) -> Schema:
    """Return a reference to the schema of a model in an OpenAPI document."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def schemas_of(*models: type[searchlib.Model]) -> dict[str, Schema]:
    """Return the schemas of models, and of all models in their fields, by name.

    Raises:
        TypeError: a field has a type without a schema, or two models have the same name.
    """
    schemas: dict[type, Schema] = {}
    for model in models:
        _add(model, schemas)
    by_name = {model.__name__: schema for model, schema in schemas.items()}
    if len(by_name) < len(schemas):
        raise TypeError(f"two models have one name: {', '.join(sorted(model.__name__ for model in schemas))}")
    return dict(sorted(by_name.items()))


def _add(model: type[Any], schemas: dict[type, Schema]) -> None:
    if model in schemas:
        return
    schemas[model] = {}  # ends the recursion for a model that contains itself
    hints = get_type_hints(model)
    fields = [each.name for each in dataclasses.fields(model)]
    schemas[model] |= {
        "type": "object",
        "description": _description(model),
        "properties": {name: _field(name, hints[name], schemas) for name in fields},
        "required": fields,
        "additionalProperties": False,
    }


def _description(model: type) -> str:
    """Return the docstrings of a model and the models that it extends, base first, in CommonMark."""
    docstrings = [
        inspect.cleandoc(each.__doc__)
        for each in reversed(model.__mro__)
        if each.__doc__ and issubclass(each, searchlib.Model) and each is not searchlib.Model
    ]
    return _NONE_WORD.sub("null", "\n\n".join(docstrings)).replace("``", "`")


def _field(name: str, hint: Any, schemas: dict[type, Schema]) -> Schema:
    if name != "url" and not name.endswith("_url"):
        return _schema(hint, schemas)
    return _URL_SCHEMA | {"type": ["string", "null"]} if type(None) in get_args(hint) else dict(_URL_SCHEMA)


def _schema(hint: Any, schemas: dict[type, Schema]) -> Schema:
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of([_schema(each, schemas) for each in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    if origin is tuple:
        items = [_schema(each, schemas) for each in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], schemas) or True}
    if isinstance(hint, type) and issubclass(hint, searchlib.Model):
        _add(hint, schemas)
        return reference(hint)
    if isinstance(hint, type) and issubclass(hint, str):
        return dict(_SCALARS[str])
    raise TypeError(f"there is no schema for {hint!r}")


def _any_of(schemas: list[Schema]) -> Schema:
    """Return the union of schemas, in the short form ``["string", "null"]`` if that is possible."""
    first, *others = schemas
    if others == [{"type": "null"}] and isinstance(first.get("type"), str):
        return first | {"type": [first["type"], "null"]}
    return {"anyOf": schemas}
