"""Load YAML within bounds of depth and size."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import ComposerError

from searchlib.common.lazy_pattern import lazy_pattern

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # fallback for PyYAML without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # the same interface, slower

_MAX_YAML_DEPTH = 64
_MAX_YAML_VALUES = 20_000
_MAX_KEY_LENGTH = 1_000
_VALUE_LENGTH = 64  # a long text counts as several values, because each alias repeats it
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLS = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}
_NUMBER = lazy_pattern(r"([-+]?(?:0|[1-9]\d{0,17}))|[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?")


class PlainScalar(str):
    """A scalar without quotes, as it is written: ``.386``, ``404``, ``2015-8-6``, ``true``."""

    __slots__ = ()

    def value(self) -> str | int | float | bool:
        """Return the value as YAML defines it. Dates stay text."""
        if (boolean := _BOOLS.get(self.lower())) is not None:
            return boolean
        if (match := _NUMBER.fullmatch(self)) is None:
            return str(self)
        if match[1]:
            return int(self)
        return number if math.isfinite(number := float(self)) else str(self)


class YamlBoundsError(ValueError):
    """The YAML is too deeply nested, expands to too many values, or has a key that is too long."""


@dataclass(slots=True)
class _OpenCollection:
    """A list or mapping whose end has not been read."""

    is_map: bool = False
    is_set: bool = False
    anchor: str | None = None
    items: list[Any] = field(default_factory=list)
    size: int = 1

    def value(self) -> Any:
        if not self.is_map:
            return self.items
        mapping: dict[str, Any] = {}
        for key, value in zip(self.items[::2], self.items[1::2], strict=True):
            if isinstance(key, PlainScalar) and key == "<<" and isinstance(value, dict):
                mapping = {**value, **mapping}
            else:
                mapping[_key(key)] = value
        return list(mapping) if self.is_set else mapping


def load_yaml(text: str) -> Any:
    """Return the first document of a YAML text: lists, dicts with str keys, str, PlainScalar and None.

    It is built from the stream of events: deep nesting and repeated aliases end in an error instead of a long run.

    Raises:
        yaml.YAMLError: the text is not YAML.
        YamlBoundsError: the document is nested too deeply, or has too many values or too long a key.
    """
    anchors: dict[str, tuple[Any, int]] = {}
    stack = [_OpenCollection()]
    for event in _events(text):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value, size, anchor = _scalar(event), 1 + len(event.value) // _VALUE_LENGTH, event.anchor
        elif kind is yaml.SequenceStartEvent or kind is yaml.MappingStartEvent:
            if len(stack) > _MAX_YAML_DEPTH:
                raise YamlBoundsError(f"nested more than {_MAX_YAML_DEPTH} deep")
            is_set = (event.tag or "").endswith(":set")
            stack.append(_OpenCollection(kind is yaml.MappingStartEvent, is_set, event.anchor))
            continue
        elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
            closed = stack.pop()
            value, size, anchor = closed.value(), closed.size, closed.anchor
        elif kind is yaml.AliasEvent:
            if event.anchor not in anchors:
                raise ComposerError(None, None, f"found undefined alias {event.anchor!r}", event.start_mark)
            (value, size), anchor = anchors[event.anchor], None
        elif kind is yaml.DocumentEndEvent:
            break
        else:
            continue
        if anchor:
            anchors[anchor] = (value, size)
        stack[-1].items.append(value)
        stack[-1].size += size
        if stack[-1].size > _MAX_YAML_VALUES:
            raise YamlBoundsError(f"has more than {_MAX_YAML_VALUES} values")
    return stack[0].items[0] if stack[0].items else None


def _events(text: str) -> Iterator[Any]:
    loader = Loader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()


def _scalar(event: Any) -> str | None:
    text: str = event.value
    if event.style or event.tag is not None:
        return text
    return None if text in _NULLS else PlainScalar(text)


def _key(key: Any) -> str:
    """Return a key as text. A key that is a list or a mapping is written as JSON, which may double its length on each level."""
    text = "null" if key is None else str(key) if isinstance(key, str) else json.dumps(key, ensure_ascii=False)
    if len(text) > _MAX_KEY_LENGTH:
        raise YamlBoundsError(f"has a key of more than {_MAX_KEY_LENGTH} characters")
    return text
