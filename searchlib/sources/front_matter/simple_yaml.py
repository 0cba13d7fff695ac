"""Load simple YAML fast: each line is a key with a value or an item of a list."""

from __future__ import annotations

import re
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.yaml_loader import NULLS, plain_scalar

_MAX_SIMPLE_LENGTH = 1 << 13  # a text of this length is within the bounds of ``load_yaml``
# Characters that YAML forbids or reads as line ends, and tabs. str.isprintable accepts none of them and is much faster.
_UNPRINTABLE = lazy_pattern("[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_YAML_LINE = lazy_pattern(r"^(?:([A-Za-z_\u4e00-\u9fff][\w.-]*):(?= |$)|( *)-(?= |$)|(.))(.*)$", re.MULTILINE)
"""The groups: a key; the indent of an item; the first character of any other line; the rest of the line."""
_INDICATORS = frozenset("-?:,[]{}#&*!|>%@`")
_FLOW_ITEM = lazy_pattern(r"""\w[\w.+/ -]*|'[^',\[\]{}]*'|"[^",\[\]{}\\]*\"""")


class _NotSimpleError(ValueError):
    """The text needs the full YAML loader."""


def load_simple_yaml(text: str) -> dict[str, Any] | None:
    """Load a simple mapping with the result of ``load_yaml``, five times as fast. Return None for any other text."""
    if len(text) > _MAX_SIMPLE_LENGTH:
        return None
    if not text.replace("\n", "").isprintable() and _UNPRINTABLE.search(text):
        return None
    try:
        return _mapping(text) or None
    except _NotSimpleError:
        return None


def _mapping(text: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    open_key = ""  # the last key, if its line has no value: list items may follow
    items: list[Any] = []
    indent = ""
    for key, item_indent, other, rest in _YAML_LINE.findall(text):
        value = rest.strip(" ")
        if key:
            if key in NULLS:
                raise _NotSimpleError
            mapping[key] = _value(value) if value else None
            open_key, items = ("" if value else key), []
        elif other:
            if other != " " or value:
                raise _NotSimpleError
        else:
            if not open_key or not value or (items and item_indent != indent):
                raise _NotSimpleError
            items.append(_scalar(value))
            mapping[open_key], indent = items, item_indent
    return mapping


def _value(text: str) -> Any:
    if text[0] != "[":
        return _scalar(text)
    if text[-1] != "]":
        raise _NotSimpleError
    items = [item.strip(" ") for item in text[1:-1].split(",")]
    if items == [""]:
        return []
    if not all(_FLOW_ITEM.fullmatch(item) for item in items):
        raise _NotSimpleError
    return [_scalar(item) for item in items]


def _scalar(text: str) -> str | None:
    quote = text[0]
    if quote in "'\"":
        inner = text[1:-1]
        if len(text) < 2 or text[-1] != quote or quote in inner or (quote == '"' and "\\" in inner):
            raise _NotSimpleError
        return inner
    if quote in _INDICATORS or text[-1] == ":" or ": " in text or " #" in text:
        raise _NotSimpleError
    return plain_scalar(text)
