"""Read YAML of the plainest shape: an entry or an item of a list a line."""

from __future__ import annotations

import re
from typing import Any

from searchlib.sources.yaml_values import NULLS, as_bare

_MAX_LENGTH = 1 << 13  # far too few values for any bound
# What YAML forbids or takes for a line end, and tabs; all that str.isprintable accepts is fine, and told much faster.
_UNPRINTABLE = re.compile("[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE = re.compile(r"^(?:([A-Za-z_][\w.-]*):(?= |$)|( *)-(?= |$)|(.))(.*)$", re.MULTILINE)
"""A key, the indent of an item or neither, and the rest of the line."""
_INDICATORS = frozenset("-?:,[]{}#&*!|>%@`")
_FLOW_ITEM = re.compile(r"""\w[\w.+/ -]*|'[^',\[\]{}]*'|"[^",\[\]{}\\]*\"""")


class _NotPlainError(ValueError):
    """Only the whole language can tell what this means."""


def load_plain_yaml(text: str) -> dict[str, Any] | None:
    """What ``load_yaml`` makes of a mapping of the plainest shape, in a fifth of its time; None for any other text."""
    if len(text) > _MAX_LENGTH:
        return None
    if not text.replace("\n", "").isprintable() and _UNPRINTABLE.search(text):
        return None
    try:
        return _mapping(text) or None
    except _NotPlainError:
        return None


def _mapping(text: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    open_key = ""  # the key above, where it has no value but the items that may follow
    items: list[Any] = []
    indent = ""
    for key, item_indent, other, rest in _LINE.findall(text):
        value = rest.strip(" ")
        if key:
            if key in NULLS:
                raise _NotPlainError
            mapping[key] = _value(value) if value else None
            open_key, items = ("" if value else key), []
        elif other:
            if other != " " or value:
                raise _NotPlainError
        else:
            if not open_key or not value or (items and item_indent != indent):
                raise _NotPlainError
            items.append(_scalar(value))
            mapping[open_key], indent = items, item_indent
    return mapping


def _value(text: str) -> Any:
    if text[0] != "[":
        return _scalar(text)
    if text[-1] != "]":
        raise _NotPlainError
    items = [item.strip(" ") for item in text[1:-1].split(",")]
    if items == [""]:
        return []
    if not all(_FLOW_ITEM.fullmatch(item) for item in items):
        raise _NotPlainError
    return [_scalar(item) for item in items]


def _scalar(text: str) -> str | None:
    quote = text[0]
    if quote in "'\"":
        inner = text[1:-1]
        if len(text) < 2 or text[-1] != quote or quote in inner or (quote == '"' and "\\" in inner):
            raise _NotPlainError
        return inner
    if quote in _INDICATORS or text[-1] == ":" or ": " in text or " #" in text:
        raise _NotPlainError
    return as_bare(text)
