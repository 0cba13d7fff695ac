"""Find the texts in the front matter of an article that describe it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.models import SUMMARY_KEYS

MAX_CHARACTERS = 2_000
"""The number of characters of a value that are searched. Longer ones repeat the text of the article."""

_HTML_TAG = lazy_pattern(r"<[^<>]*>")
_ADDRESS = lazy_pattern(r"[!-~]*/[!-~]*")
"""A path or URL: ``aliases`` of Hugo are former addresses."""


def summary_lines(extra: Mapping[str, Any]) -> list[str]:
    """Return the lines of the subtitle, description, summary, excerpt, keywords and aliases in ``Article.extra``."""
    texts = (text for key, value in extra.items() if key.lower() in SUMMARY_KEYS for text in _texts(value))
    lines = (line.strip() for text in texts for line in _without_html(text[:MAX_CHARACTERS]).split("\n"))
    return [line for line in dict.fromkeys(lines) if line and not _ADDRESS.fullmatch(line)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _without_html(text: str) -> str:
    return unescape(_HTML_TAG.sub(" ", text)) if "<" in text or "&" in text else text
