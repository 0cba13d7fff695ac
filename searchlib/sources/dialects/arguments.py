"""Parse the arguments of tags, shortcodes, directives and components, and select those that a page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from searchlib.common.lazy_pattern import lazy_pattern

_CJK = lazy_pattern(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""A Han character or kana."""

_ARGUMENT = lazy_pattern(
    r"""(?:(?P<name>[A-Za-z_:@][\w:@.-]*)\s*=\s*)?"""
    r"""(?:"(?P<double>(?>(?:[^"\\]|\\.)*))"|'(?P<single>(?>(?:[^'\\]|\\.)*))'|`(?P<back>[^`]*+)`|(?P<bare>[^\s"'`]\S*+))"""
)
_ADDRESS = lazy_pattern(
    r"(?:[a-z][a-z0-9+.-]*:)?//|[./#~@]|[^\s]*\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#].*)?$|[^\s]*/[^\s]*/", re.IGNORECASE
)
_CAPTIONS = frozenset(("title", "titletext", "caption", "alt", "alt-text", "label", "summary", "heading", "header"))
_CHINESE_CAPTIONS = frozenset(
    "name text content desc description subtitle author artist source tip message cite bio".split()
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. ``name`` is "" for a positional argument."""

    name: str
    value: str
    is_quoted: bool


def parse_arguments(text: str) -> list[Argument]:
    """Return the arguments in a text such as ``note "标题" src="a.png"``."""
    return [
        Argument(match["name"] or "", match[match.lastgroup or 0] or "", match["bare"] is None)
        for match in _ARGUMENT.finditer(text)
    ]


def is_address(value: str) -> bool:
    """Return whether a value is a URL, a path or a file name."""
    return _ADDRESS.match(value) is not None


def has_cjk(value: str) -> bool:
    """Return whether a value has a Chinese character or kana."""
    return _CJK.search(value) is not None


def captions(arguments: Iterable[Argument], *, only_titles: bool = False) -> list[str]:
    """Return the values of the named arguments that a page shows, such as ``title``, without duplicates.

    Some arguments, such as ``text``, are used only if their value is Chinese, and not with ``only_titles``.
    """
    values = (
        each.value.strip().rstrip(",")
        for each in arguments
        if each.name.lower() in _CAPTIONS
        or (not only_titles and each.name.lower() in _CHINESE_CAPTIONS and has_cjk(each.value))
    )
    return list(dict.fromkeys(value for value in values if value and not value.startswith(("{", "$"))))


def join_texts(texts: Iterable[str]) -> str:
    """Join texts into one line."""
    return " ".join(text for each in texts if (text := " ".join(each.split())))
