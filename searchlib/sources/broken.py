"""Find the states and passwords in front matter that cannot be parsed, wherever they stand in it."""

from __future__ import annotations

import re
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.secrets import can_encrypt, encrypts
from searchlib.sources.front_matter.yaml_loader import PlainScalar
from searchlib.sources.publication import is_state_key, state_of

_COMMENT_LINE = lazy_pattern(r"^[^\S\n]*#[^\n]*", re.MULTILINE)
_PAIR = lazy_pattern(r"""(?<![\w.$-])([A-Za-z_\u3400-\u9fff][\w.$-]*)["']?[ \t]*[:：=]""")
# Each key is followed by all others in its line: a longer value would take quadratic time.
_VALUE = lazy_pattern(r"""[ \t]{0,100}(?:"([^"\n]{0,300})"|'([^'\n]{0,300})'|([^,;\]}\n]{0,300}))""")
_ITEMS = lazy_pattern(r"(?:\s*\n[ \t]*-[ \t]+[^\n]+)+")
_NEXT_KEY = lazy_pattern(r"""[\s,]["']?[A-Za-z_\u3400-\u9fff][\w.$-]*["']?[ \t]*[:：=](?:\s|$)""")
_CLEAR_VALUE = lazy_pattern(r"[!-~]+|[是否对真假]")
_MAX_LENGTH = 1 << 15
"""The part of broken front matter in which states are looked for. Longer front matter is data, or made to be slow."""

_MAX_LOOKBACK = 40
_BUILD_KEYS = frozenset(("render", "list"))
"""The options below ``build`` of Hugo that decide whether a page is published."""


def find_states(source: str) -> dict[str, Any]:
    """Return the keys in the source of broken front matter that say that an article is not public, with their values.

    A key counts at any indent and behind other values, because it may have become a part of them. Behind words, it may be a part of
    a text, as in ``title: 怎样用 draft: true 隐藏文章``, and counts only if its value is one word. Comments do not count.
    """
    states: dict[str, Any] = {}
    without_comments = _COMMENT_LINE.sub(lambda comment: " " * len(comment[0]), source[:_MAX_LENGTH])
    for pair in _PAIR.finditer(without_comments):
        key = pair[1]
        is_build_key = key.lower() in _BUILD_KEYS
        if not (is_build_key or is_state_key(key) or can_encrypt(key)):
            continue
        value = _value(source, pair.end())
        if not _begins_entry(source, pair.start()) and not _CLEAR_VALUE.fullmatch(str(value)):
            continue
        if is_build_key and state_of("build", {key: value}):
            states.setdefault("build", {key: value})
        elif state_of(key, value) or encrypts(key, value):
            states.setdefault(key, value)
    return states


def without_states(metadata: dict[str, Any], states: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata without the texts that contain one of the states, because it may be a password."""
    return {key: value for key, value in metadata.items() if not _swallows(value, states)} | states


def _begins_entry(source: str, position: int) -> bool:
    """Return whether nothing but an indent, a quotation mark or the sign of an item is in front of a key."""
    before = source[max(0, position - _MAX_LOOKBACK) : position].rstrip(" \t\"'")
    return before[-1:] in ("", "\n", "{", ",", "-")


def _value(source: str, position: int) -> Any:
    """Return the value at a position: a text up to the next key, or the items of a list below it."""
    match = _VALUE.match(source, position)
    quoted = None if match is None else match[1] if match[1] is not None else match[2]
    if match is None or quoted is not None:
        return quoted
    text = match[3]
    if (following := _NEXT_KEY.search(text)) is not None:
        text = text[: following.start()]
    if not text.strip() and (items := _ITEMS.match(source, match.end())) is not None:
        return [PlainScalar(item.strip().removeprefix("-").strip(" \"'")) for item in items[0].strip().split("\n")]
    return PlainScalar(text.strip()) if text.strip() else None


def _swallows(value: Any, states: dict[str, Any]) -> bool:
    if isinstance(value, list):
        return any(_swallows(each, states) for each in value)
    return isinstance(value, str) and any(pair[1] in states for pair in _PAIR.finditer(value))
