"""Normalize Markdown that older converters read differently than CommonMark does."""

from __future__ import annotations

import re

# CommonMark reads `[注]: 见下文` as a link definition and does not show it. A link address never begins with a Han character.
HAN = "[\u2e80-\uffef\U00020000-\U0003ffff]"
_LABEL_PARAGRAPH = re.compile(rf"^( {{0,3}})(?=\[[^\]\n^][^\]\n]*\]:[ \t]*{HAN})", re.MULTILINE)
_UNSPACED_HEADING = re.compile(r"^(#{2,6})(?=[^\s#])", re.MULTILINE)
_SPACED_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\(([^()<>\n\"]*[^()<>\n\" ])\)")


def quote_image_addresses(text: str) -> str:
    """Write ``![图](a b.png)`` with an address in angle brackets, as CommonMark requires for addresses with spaces."""
    return _SPACED_IMAGE.sub(lambda match: f"![{match[1]}](<{match[2]}>)" if " " in match[2] else match[0], text)


def space_headings(text: str) -> str:
    """Add the space that CommonMark requires in ``##标题``. A single ``#`` may be a tag and stays."""
    return _UNSPACED_HEADING.sub(r"\1 ", text)


def escape_label_paragraphs(text: str) -> str:
    """Escape ``[注]: 见下文``, so that it stays a paragraph."""
    return _LABEL_PARAGRAPH.sub(r"\1\\", text)
