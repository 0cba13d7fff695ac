"""Convert front-matter values of any type to text, names and types of JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from html import unescape
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import AUTHOR_SEPARATOR
from searchlib.sources.bounds import MAX_CATEGORY_LEVELS
from searchlib.sources.front_matter.yaml_loader import PlainScalar
from searchlib.sources.text import HAN, clean, join_lines

_NAME_KEYS = ("name", "title", "label", "slug")
_TAG_SIGN = lazy_pattern(r"^#+(?=\w|\[\[)")
_WIKILINK = lazy_pattern(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_BETWEEN_LINKS = lazy_pattern(r"(?<=\]\])[\s,，、;；]+(?=\[\[)")
_HAN_WORD = lazy_pattern(f"{HAN.pattern}+")
# A semicolon after a Latin word may end an HTML entity, and then separates nothing.
# Links and tags of Obsidian and Logseq are separated by spaces: ``[[甲]] [[乙]]``, ``#甲 #[[乙]]``.
_COMMA = lazy_pattern(r"[,，、；|｜\n]|(?<![A-Za-z0-9]);|;(?=\s)|(?<=\]\])\s+(?=\[\[)|\s(?=#(?:\w|\[\[))")
_MAIL_ADDRESS = lazy_pattern(
    r"(?<=\S)\s*(?:<[^<>\s@]+(?:@|\s*\(?at\)?\s*)[^<>@]+>|[,，;；(（]\s*[\w.+-]+@[\w-]+(?:\.[\w-]+)+[)）]?)$",
    re.IGNORECASE,
)
"""The address after a name: ``甲 <jia@example.org>``, ``甲,jia@example.org`` in pages of Butterfly."""
_NO_NAME = lazy_pattern("[-‐‑–—―_./…]+")
_MAX_INT = 1 << 63
_MAX_JSON_DEPTH = 100
_TRUE = frozenset("true yes y on t 1 是 对 對 真 开 開".split())
_FALSE = frozenset("false no n off f nil none null 0 否 不 不是 假 无 無 关 關".split())


def as_text(value: Any) -> str:
    """Return a scalar as one line of text, as written, with entities decoded. Return "" for null and mappings."""
    if isinstance(value, str):
        return _as_line(value)
    if isinstance(value, list):
        return join_lines(" ".join(as_text(each) for each in value if not isinstance(each, list)))
    return _as_line(_as_str(value))


@lru_cache(maxsize=4096)  # cached: names of categories, tags and authors recur
def _as_line(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    return " ".join(clean(text).split())


def as_names(value: Any) -> tuple[str, ...]:
    """Return the names in a list (nested or not), or in a string with commas or similar separators.

    They are trimmed and in order, without duplicates.
    """
    return as_values(_COMMA.split(_WIKILINK.sub(r"[[\1]]", value)) if isinstance(value, str) else value)


def as_values(value: Any) -> tuple[str, ...]:
    """Return the texts in a list (nested or not) or the text of a single value, trimmed and without duplicates.

    A dash or dots instead of a text (``author: "-"``) stand for no value.
    """
    names = dict.fromkeys(map(as_name, _flat(value)))
    return tuple(name for name in names if name and not _NO_NAME.fullmatch(name))


def as_tags(value: Any) -> tuple[str, ...]:
    """Return the names of tags, without the ``#`` that Obsidian writes before them."""
    return tuple(dict.fromkeys(as_name(_TAG_SIGN.sub("", name)) for name in as_names(value)))


def nested_tags(tags: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the category paths of nested tags with Chinese names, ``读书/小说``, as Obsidian writes them.

    Tags such as ``CI/CD`` are single tags.
    """
    paths = (tuple(part.strip() for part in tag.split("/")) for tag in tags if "/" in tag and HAN.search(tag))
    return tuple(path for path in paths if len(path) <= MAX_CATEGORY_LEVELS and all(path))


def split_words(value: Any, *, only_han: bool = False) -> Any:
    """Return the words of a string without commas, as Jekyll reads lists, and any other value as it is.

    With ``only_han``, all words must be Chinese: a Chinese name has no spaces, but ``Python 教程`` is one name.
    """
    if not isinstance(value, str) or _COMMA.search(value):
        return value
    words = value.split()
    return value if only_han and not all(map(_HAN_WORD.fullmatch, words)) else words


def as_name(value: Any) -> str:
    """Return the name in a scalar, in a mapping such as ``name: 甲``, or in a link of Obsidian such as ``[[甲]]``."""
    if not isinstance(value, str) and isinstance(value, Mapping):
        value = next((value[key] for key in _NAME_KEYS if key in value), None)
    elif isinstance(value, (list, tuple)):
        value = _flat(value)
    name = as_text(value)
    return _WIKILINK.sub(r"\1", name).strip() if name.startswith("[[") else name


def as_category_paths(value: Any) -> tuple[tuple[str, ...], ...]:
    """Return category paths as Hexo reads them: a list is one path, and in a list of lists each element is a path.

    Each name in a string with commas is a path of its own. The names of all paths, in order, are those of ``as_names``.
    """
    is_one_list = isinstance(value, (list, tuple)) and not any(isinstance(each, (list, tuple)) for each in value)
    if is_one_list:
        paths = [as_names(value)]
    elif isinstance(value, (list, tuple)):
        paths = [as_names([each]) for each in value]
    else:
        paths = [(name,) for name in as_names(value)]
    return tuple(dict.fromkeys(path for path in paths if path))


def as_authors(value: Any) -> str:
    """Return the authors in a string, in a mapping with ``name``, or in a list of those, joined by AUTHOR_SEPARATOR.

    Their addresses are left out.
    """
    names = (_MAIL_ADDRESS.sub("", name) if "<" in name or "@" in name else name for name in as_values(value))
    return AUTHOR_SEPARATOR.join(dict.fromkeys(names))


def as_bool(value: Any) -> bool | None:
    """Return the truth value that a text or scalar stands for, or None if it stands for none. Null means False."""
    if isinstance(value, str):
        word = value.partition(" #")[0].strip(" \t\"'").lower()
        return True if word in _TRUE else False if word in _FALSE or not word else None
    if value is None or isinstance(value, (bool, int, float)):
        return bool(value)
    return None


def as_json(value: Any, depth: int = 0) -> Any:
    """Return the value in the types of JSON. Values of other types become text."""
    if isinstance(value, PlainScalar):
        return as_json(value.value())
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return int(value) if abs(value) < _MAX_INT else _as_str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth > _MAX_JSON_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {clean(str(key)): as_json(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_json(each, depth + 1) for each in value]
    return _as_str(value)


def _as_str(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < _MAX_INT else hex(value)
    if isinstance(value, (float, date, time)):
        return str(value)
    return ""


def _flat(value: Any) -> list[Any]:
    """Return the values in nested lists. YAML reads links of Obsidian as such lists: ``[[甲|乙]]``."""
    flat: list[Any] = []
    pending = [(value, 0)]
    while pending:
        each, depth = pending.pop()
        if isinstance(each, (list, tuple)):
            pending.extend((inner, depth + 1) for inner in reversed(each))
        elif isinstance(each, str) and "]]" in each:
            flat.extend(_BETWEEN_LINKS.split(each))
        elif isinstance(each, str) and depth > 1 and "|" in each:
            flat.append(each.rpartition("|")[2])
        else:
            flat.append(each)
    return flat
