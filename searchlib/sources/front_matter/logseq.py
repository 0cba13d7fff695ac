"""Read the properties of a page that Logseq writes at the top of its file, ``tags:: 甲, 乙``."""

from __future__ import annotations

from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.metadata import COMMON_KEYS
from searchlib.sources.front_matter.yaml_loader import PlainScalar

_PROPERTY = lazy_pattern(r"\n*([^\W\d_][\w.-]*)::(?:[ \t]+([^\n]*)|[ \t]*)(?:\n|\Z)")
_RULE = lazy_pattern(r"\n*-{3,}[ \t]*(?:\n|\Z)")
_MAX_PROPERTIES = 200


def split_properties(text: str) -> tuple[dict[str, Any], str] | None:
    """Return the properties, at least one of them common, and the text below them and their rule. Return None for other texts."""
    properties: dict[str, Any] = {}
    position = 0
    while len(properties) < _MAX_PROPERTIES and (match := _PROPERTY.match(text, position)):
        properties[match[1]] = PlainScalar((match[2] or "").strip())
        position = match.end()
    if COMMON_KEYS.isdisjoint(map(str.lower, properties)):
        return None
    rule = _RULE.match(text, position)
    return properties, text[rule.end() if rule else position :]
