"""Translate the finished English texts of the shell into the language of the terminal.

The code and the errors of the library are English. ``chinese.json`` maps each English text to a Chinese one, both with
placeholders: ``{0}`` stands for the first value in the text. In a Chinese text, ``{0t}`` is a value that is translated, too.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import searchlib
from searchlib.common.lazy_pattern import lazy_pattern

TABLE = Path(__file__).with_name("chinese.json")

PLACEHOLDER = lazy_pattern(r"\{([0-9]+)(t?)\}")
"""A placeholder of ``TABLE``: the number of a value, and whether it is translated."""

_COUNT = lazy_pattern(r"\{0\} \w+")
"""A text of a number and a noun. Its placeholder matches only numbers, because many texts end in such a noun."""

_MAX_DEPTH = 8
"""Texts that are values of others are translated down to this depth: a value may be typed by the user."""


def is_chinese() -> bool:
    """Return whether the terminal is Chinese: the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set begins with zh."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((value for name in names if (value := os.environ.get(name))), "").startswith("zh")


def say(text: str, *, is_data: bool = False) -> None:
    """Print a text in the language of the terminal: on stdout if it is the result of the command, otherwise on stderr."""
    print(translated(text), file=sys.stdout if is_data else sys.stderr, flush=True)


def note_text(note: searchlib.Note) -> str:
    """Return a note of the library in the language of the terminal."""
    return str(note) if is_chinese() else note.english


def translated(text: str) -> str:
    """Return an English text in the language of the terminal. White space around it stays, and so does an unknown text."""
    return _in_chinese(text) if is_chinese() else text


def joined(*texts: str) -> str:
    """Return translated texts as one line, with the commas of the language of the terminal."""
    return ("，" if is_chinese() else ", ").join(texts)


def _in_chinese(text: str, depth: int = 0) -> str:
    if depth > _MAX_DEPTH:
        return text
    stripped = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    table = _table()
    if stripped in table:
        return f"{before}{table[stripped]}{after}"
    # Many errors begin with the name of a file or article.
    name, sign, rest = stripped.partition(": ")
    if sign and f"{name}: {{0}}" in table:
        return f"{before}{_filled(table[f'{name}: {{0}}'], (rest,), depth)}{after}"
    for english, chinese in _templates():
        literals = PLACEHOLDER.split(english)[::3]
        # Most texts fail this test, which is faster than a regular expression.
        if not all(literal in stripped for literal in literals):
            continue
        value = "([0-9,]+)" if _COUNT.fullmatch(english) else "(.*?)"
        pattern = value.join(map(re.escape, literals))
        # The value at the beginning of a text does not include the name.
        if sign and english.startswith("{") and re.fullmatch(pattern, rest, re.DOTALL):
            break
        if match := re.fullmatch(pattern, stripped, re.DOTALL):
            return f"{before}{_filled(chinese, match.groups(), depth)}{after}"
    inner = _in_chinese(rest, depth + 1) if sign else rest
    return text if inner == rest else f"{before}{_in_chinese(name, depth + 1)}：{inner}{after}"


def _filled(chinese: str, values: tuple[str, ...], depth: int) -> str:
    def value(placeholder: re.Match[str]) -> str:
        text = values[int(placeholder[1])]
        return _in_chinese(text, depth + 1) if placeholder[2] else text

    return PLACEHOLDER.sub(value, chinese)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    table: Mapping[str, str] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _templates() -> list[tuple[str, str]]:
    """Return the texts with placeholders in the order in which they are tried: those with most words of their own first."""
    templates = [(english, chinese) for english, chinese in _table().items() if PLACEHOLDER.search(english)]
    return sorted(templates, key=lambda pair: -len(PLACEHOLDER.sub("", pair[0])))
