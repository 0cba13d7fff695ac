"""Normalize the Markdown of outliners, Logseq and SiYuan: properties of blocks, time logs and block references."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern

_PROPERTY_NAMES = (
    r"id|collapsed|heading|background-color|created-at|updated-at|template|template-including-parent|icon|ls-type"
    r"|(?:logseq|card|hl|query)[.-][\w.-]+"
)
_PROPERTY = lazy_pattern(rf"^[ \t]*(?:[-*][ \t]+)?(?:{_PROPERTY_NAMES})::(?:[ \t][^\n]*)?$\n?", re.MULTILINE)
_FIRST_PROPERTIES = lazy_pattern(
    rf"^([ \t]*[-*][ \t]+)(?:{_PROPERTY_NAMES})::[^\n]*\n(?>(?:[ \t]+(?:{_PROPERTY_NAMES})::[^\n]*\n)*)[ \t]++(?![-*][ \t])(?=\S)",
    re.MULTILINE,
)
_BLOCK_PROPERTY = lazy_pattern(
    r"^(?=[ \t]+(?![-*+>][ \t])[^\s:\[\](){}][^\n:\[\](){}]{0,39}(?<=\S)::[ \t]+\S)", re.MULTILINE
)
_PLANNED = lazy_pattern(r"^[ \t]*(?:SCHEDULED|DEADLINE): <[^<>\n]*>[ \t]*$\n?", re.MULTILINE)
_BLOCK_MARK = lazy_pattern(r"^([ \t>]*(?:[-*][ \t]+)?)#\+(?:BEGIN|END)_[A-Za-z]+[^\n]*$", re.MULTILINE | re.IGNORECASE)
_CLOZE = lazy_pattern(r"\{\{cloze[ \t]+([^{}\n]*)\}\}")
_TIME_LOG = lazy_pattern(r"^[ \t]*:LOGBOOK:[ \t]*\n(?>(?:[ \t]*CLOCK:[^\n]*\n)*)[ \t]*:END:[ \t]*$\n?", re.MULTILINE)
_BLOCK_REFERENCE = lazy_pattern(
    r"\(\((?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{14}-[a-z0-9]{7})(?:[ \t]+(?:'([^'\n]*)'|\"([^\"\n]*)\"))?\)\)"
)


def remove_block_properties(text: str) -> str:
    """Remove the properties that the program writes below a block, such as ``id:: …``, and its time logs."""
    text = _FIRST_PROPERTIES.sub(r"\1", text)  # the block begins below them
    return _TIME_LOG.sub("", _PROPERTY.sub("", text))


def separate_properties(text: str) -> str:
    """Write other properties below a block, ``来源:: 某书``, as paragraphs of their own: they do not continue its sentence."""
    return _BLOCK_PROPERTY.sub("\n", text)


def remove_planning(text: str) -> str:
    """Remove the lines with the dates of tasks, ``SCHEDULED: <…>``, and those that begin and end blocks as in Org."""
    return _BLOCK_MARK.sub(r"\1", _PLANNED.sub("", text))


def open_clozes(text: str) -> str:
    """Replace ``{{cloze 文字}}`` by its text, which a reader can uncover."""
    return _CLOZE.sub(r"\1", text)


def open_block_references(text: str) -> str:
    """Replace a reference to a block, ``((id '文字'))``, by its text, and remove one without a text."""
    return _BLOCK_REFERENCE.sub(lambda match: match[1] or match[2] or "", text)
