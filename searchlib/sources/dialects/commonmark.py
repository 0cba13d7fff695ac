"""Normalize Markdown that older converters read in another way than CommonMark."""

from __future__ import annotations

import re

# `[注]: 见下文` is a link definition in CommonMark and would not be shown. No link address begins with a Han character.
HAN = "[\u2e80-\uffef\U00020000-\U0003ffff]"
_LABEL_PARAGRAPH = re.compile(rf"^( {{0,3}})(?=\[[^\]\n^][^\]\n]*\]:[ \t]*{HAN})", re.MULTILINE)
_UNSPACED_HEADING = re.compile(r"^(#{2,6})(?=[^\s#])", re.MULTILINE)


def space_headings(text: str) -> str:
    """Add the space that CommonMark requires in ``##标题``. A single ``#`` may be a tag and stays."""
    return _UNSPACED_HEADING.sub(r"\1 ", text)


def escape_label_paragraphs(text: str) -> str:
    """Escape ``[注]: 见下文``, so that it stays a paragraph."""
    return _LABEL_PARAGRAPH.sub(r"\1\\", text)
