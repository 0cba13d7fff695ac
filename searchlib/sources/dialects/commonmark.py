"""Normalize Markdown that older converters read differently than CommonMark does."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.lines import BLOCK_PREFIX

WIDE_CHARACTER = "[\u2e80-\uffef\U00020000-\U0003ffff]"
"""The pattern of a character of East Asia, also a full-width sign. No link address begins with one."""

LABEL = r" {0,3}\[[^\[\]\n^][^\[\]\n]*\]:"
"""The pattern of a label at the start of a line, which an address follows: ``[1]:``."""

DEFINITION = rf"{LABEL}[ \t]*<?[A-Za-z0-9./#][^\s<>]*>?(?:[ \t]+[\"'(][^\n]*)?[ \t]*"
"""The pattern of a line with a label and the address of a link."""

_LABEL_PARAGRAPH = lazy_pattern(rf"^( {{0,3}})(?=\[[^\]\n^][^\]\n]*\]:[ \t]*{WIDE_CHARACTER})", re.MULTILINE)
_UNSPACED_HEADING = lazy_pattern(rf"^({BLOCK_PREFIX}(?:#{{2,6}}(?=[^\s#])|#{{1,6}}(?=[\u3000\xa0])))", re.MULTILINE)
_SPACED_ADDRESS = lazy_pattern(r"(!?)\[([^\[\]\n]*)\]\(([^()<>\n\" ]+(?: +[^()<>\n\" ]+)+)(?=(?: +\"[^\n\"]*\")?\))")
_PATH = lazy_pattern(
    r"https?://[^，。；]*$|#|\.{0,2}/|[^.]*\.(?:md|markdown|html?|pdf|docx?|txt|png|jpe?g|gif|svg|webp)(?:#|$)",
    re.IGNORECASE,
)
_COMMENT_DEFINITION = lazy_pattern(
    r"^ {0,3}\[(?:comment|//|\^_\^)\]:\s*+(?:<>|#)[ \t]*"
    r"(?:\((?>(?:[^()\n]|\n(?![ \t]*\n))*)\)[ \t]*$|\"(?>(?:[^\"\n]|\n(?![ \t]*\n))*)\"[ \t]*$|.*$)\n?",
    re.MULTILINE,
)
_INDENTED_DELIMITERS = lazy_pattern(
    r"^(\|[^\n]*\n|\S[^\n|]*\|[^\n]*\n)(?: {4}|\t)[ \t]*+(?=(?:\|[ \t]*)?:?-+:?[ \t]*\|[-:| \t]*$)", re.MULTILINE
)
_TABLE = lazy_pattern(r"^<table\b(?:(?!.*</table)[^\n]*\n)+", re.MULTILINE)
_INDENTED_ELEMENT = lazy_pattern(r"(?<=\n)([ \t]*\n)(?: {4}|\t)[ \t]*(?=</?[a-z])")
_LABEL_LINES = lazy_pattern(rf"(?<=\S\n)(?<!\]:\n)(?:{DEFINITION}(?:\n|\Z))+")
_USED_LABEL = lazy_pattern(r"\]\[([^\[\]\n]+)\]")
_LABEL = lazy_pattern(r"^ {0,3}\[([^\[\]\n]+)\]:", re.MULTILINE)


def remove_comment_definitions(text: str) -> str:
    """Remove ``[comment]: <> (…)`` and ``[//]: # (…)``, which CommonMark shows in a paragraph or with other brackets."""
    return _COMMENT_DEFINITION.sub("", text)


def quote_addresses(text: str) -> str:
    """Write ``![图](a b.png)`` and ``[文](a b.md)`` with addresses in angle brackets, which CommonMark requires around spaces.

    The address of a link must be a path or begin with ``#``, because ``[甲](乙 丙)`` may be prose. What follows a
    full-width bracket that closes the address is prose, too: ``[甲](/a）与 乙（丙)``.
    """

    def quote(match: re.Match[str]) -> str:
        start, closing, _ = match[3].partition("）")
        is_closed = closing and "（" not in start
        is_address = not is_closed and (match[1] or _PATH.match(match[3]))
        return f"{match[1]}[{match[2]}](<{match[3]}>" if is_address else match[0]

    return _SPACED_ADDRESS.sub(quote, text)


def align_delimiter_rows(text: str) -> str:
    """Remove the indent of the row ``---|---`` below the head of a table, which CommonMark takes for text."""
    return _INDENTED_DELIMITERS.sub(r"\1", text)


def separate_definitions(text: str) -> str:
    """Put a blank line before the addresses of links, ``[1]: https://a.cn``, below a paragraph, where they are text in CommonMark.

    Other Markdown reads them as addresses if the text has such links: ``[甲][1]``.
    """
    used = {label.lower() for label in _USED_LABEL.findall(text)}

    def separate(lines: re.Match[str]) -> str:
        is_used = any(label[1].lower() in used for label in _LABEL.finditer(lines[0]))
        return f"\n{lines[0]}" if is_used else lines[0]

    return _LABEL_LINES.sub(separate, text)


def unindent_elements(text: str) -> str:
    """Remove the indent of elements below a blank line in an HTML table, where the table ends and code begins in CommonMark."""
    return _TABLE.sub(lambda table: _INDENTED_ELEMENT.sub(r"\1", table[0]), text)


def space_headings(text: str) -> str:
    """Add the space that CommonMark requires in ``##标题`` and ``#　标题``. A single ``#`` before a word may be a tag and stays."""
    return _UNSPACED_HEADING.sub(r"\1 ", text)


def escape_label_paragraphs(text: str) -> str:
    """Escape ``[注]: 见下文``, so that it stays a paragraph."""
    return _LABEL_PARAGRAPH.sub(r"\1\\", text)
