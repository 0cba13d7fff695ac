"""JSON Schema (2020-12) of what the models look like as JSON, read off their types."""

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

_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}
_NONE = re.compile(r"\bNone\b")
_URL: Schema = {"type": "string", "format": "uri-reference"}


def reference(model: type[searchlib.Model]) -> Schema:
    """Where the schema of a model stands in an OpenAPI document."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def schemas_of(*models: type[searchlib.Model]) -> dict[str, Schema]:
    """The schemas of these models, and of all that they hold, by name.

    Raises:
        TypeError: a field has a type for which there is no schema, or two models share a name.
    """
    found: dict[type, Schema] = {}
    for model in models:
        _collect(model, found)
    named = {model.__name__: schema for model, schema in found.items()}
    if len(named) < len(found):
        raise TypeError(f"two of these models have one name: {', '.join(sorted(model.__name__ for model in found))}")
    return dict(sorted(named.items()))


def _collect(model: type[Any], found: dict[type, Schema]) -> None:
    if model in found:
        return
    found[model] = {}  # a model may hold itself
    hints = get_type_hints(model)
    fields = [each.name for each in dataclasses.fields(model)]
    found[model] |= {
        "type": "object",
        "description": _description(model),
        "properties": {name: _field(name, hints[name], found) for name in fields},
        "required": fields,
        "additionalProperties": False,
    }


def _description(model: type) -> str:
    """What the docstrings of a model say, those of the models that it extends first; in CommonMark."""
    said = [
        inspect.cleandoc(each.__doc__)
        for each in reversed(model.__mro__)
        if each.__doc__ and issubclass(each, searchlib.Model) and each is not searchlib.Model
    ]
    return _NONE.sub("null", "\n\n".join(said)).replace("``", "`")


def _field(name: str, hint: Any, found: dict[type, Schema]) -> Schema:
    if name != "url" and not name.endswith("_url"):
        return _schema(hint, found)
    return _URL | {"type": ["string", "null"]} if type(None) in get_args(hint) else dict(_URL)


def _schema(hint: Any, found: dict[type, Schema]) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of([_schema(each, found) for each in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], found)}
    if origin is tuple:
        items = [_schema(each, found) for each in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], found) or True}
    if isinstance(hint, type) and issubclass(hint, searchlib.Model):
        _collect(hint, found)
        return reference(hint)
    if isinstance(hint, type) and issubclass(hint, str):
        return dict(_PLAIN[str])
    raise TypeError(f"there is no schema for {hint!r}")


def _any_of(schemas: list[Schema]) -> Schema:
    """Either of these; where one of them only says null, in the short form."""
    first, *others = schemas
    if others == [{"type": "null"}] and isinstance(first.get("type"), str):
        return first | {"type": [first["type"], "null"]}
    return {"anyOf": schemas}
