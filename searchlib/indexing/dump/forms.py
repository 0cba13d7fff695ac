"""Say what each line of a dump holds: all of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_DIGESTS = 1 << 64


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: a test, and how to say it."""

    what: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_list(value: Any, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(holds, value))


def _is_texts(value: Any) -> bool:
    return _is_list(value, _is_text)


def _is_analysis(value: Any) -> bool:
    """Whether it names a dictionary, or what an index notes of that of a user; the rest is of no use to another index."""
    if not isinstance(value, dict) or "dictionary" not in value:
        return False
    words = value["dictionary"]
    return _is_text(words) or (
        isinstance(words, dict) and all(_is_text(words.get(each)) for each in ("file", "digest"))
    )


def _is_failed(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_texts(each) and len(each) == 2 for each in value.values())


def _is_instant(value: Any) -> bool:
    try:
        return value is None or datetime.fromisoformat(value).utcoffset() is not None
    except (TypeError, ValueError):
        return False


_TEXT = Kind("a text", _is_text)
_NAME = Kind("a text with something in it", lambda value: _is_text(value) and value != "")
_TEXTS = Kind("a list of texts", _is_texts)
_NUMBER = Kind("a whole number", _is_number)

HEAD = {
    "format": _NUMBER,
    "articles": _NUMBER,
    "zone": _TEXT,
    "analysis": Kind("what the texts were cut with, and name their dictionary", _is_analysis),
    "boilerplate": Kind(
        "a list of digests", lambda value: _is_list(value, lambda each: _is_number(each) and each < _DIGESTS)
    ),
    "dictionary": Kind(
        "null, or a digest, words and a sum",
        lambda value: value is None or (isinstance(value, list) and len(value) == 3),
    ),
}
ARTICLE = {
    "digest": _TEXT,
    "id": _NAME,
    "title": _TEXT,
    "body": _TEXT,
    "date": Kind("null, or an instant with its offset, as 2021-11-20T08:00:00+08:00", _is_instant),
    "author": _TEXT,
    "categories": _TEXTS,
    "tags": _TEXTS,
    "path": _NAME,
    "extra": Kind("an object", lambda value: isinstance(value, dict)),
    "html": _TEXT,
    "headings": _TEXTS,
    "category_paths": Kind("a list of lists of texts", lambda value: _is_list(value, _is_texts)),
}
END = {
    "articles": _NUMBER,
    "checksum": _TEXT,
    "failed": Kind("an object of hashes and reasons by file", _is_failed),
    "salvaged": Kind(
        "an object of reasons by file", lambda value: isinstance(value, dict) and _is_texts([*value.values()])
    ),
}
