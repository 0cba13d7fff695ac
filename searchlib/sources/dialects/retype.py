"""Normalize the blocks and links of Retype: ``!!!tip 标题``, ``+++ 标签``, ``==- 标题``, ``||| 栏`` and ``[!ref 标题](a.md)``."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, is_address, join_texts, parse_arguments

_MARKED_START = lazy_pattern(r"([ \t]*)(?:!!!(?P<kind>[a-z]+)?|\+\+\+|==[=-]|\|\|\|)(?:[ \t]+(?P<title>[^\s|][^|]*))?$")
_MARKED_END = lazy_pattern(r"[ \t]*(?:!!!|\+\+\+|===|\|\|\|)[ \t]*$")
_COMPONENT_LINK = lazy_pattern(
    r"\[!(?P<kind>badge|button|card|embed|file|icon|image|ref|video|youtube)(?:[ \t]+(?P<words>[^\[\]\n]*))?\](?:\([^()\n]*\))?"
)
_INDENTED = lazy_pattern(r"(?: {4}|\t)[ \t]*\S")


def open_blocks(text: str) -> str:
    """Replace the lines around blocks by their titles, and links with a kind, such as ``[!ref 标题](a.md)``, by their text.

    A block ends with its mark alone in a line. The content of ``!!! note`` in Python-Markdown is indented and has no such end.
    """
    text = _COMPONENT_LINK.sub(_component_text, text)
    source = text.split("\n")
    ends = {line.strip()[0]: number for number, line in enumerate(source) if _MARKED_END.match(line)}
    if not ends:
        return text
    opened: set[str] = set()
    lines: list[str] = []
    for number, line in enumerate(source):
        mark = line.lstrip()[:1]
        if number > ends.get(mark, -1):
            lines.append(line)
        elif mark in opened and _MARKED_END.match(line):
            opened.remove(mark)
            lines.append("")
        elif (
            (start := _MARKED_START.match(line)) is not None
            and (start["kind"] or start["title"])
            and not _is_indented(source, number + 1)
        ):
            opened.add(mark)
            lines += ["", start[1] + start["title"], ""] if start["title"] else [""]
        else:
            lines.append(line)
    return "\n".join(lines)


def _is_indented(lines: list[str], number: int) -> bool:
    """Return whether the line with this number is code, or the content of an admonition of Python-Markdown."""
    return number < len(lines) and _INDENTED.match(lines[number]) is not None


def _component_text(match: re.Match[str]) -> str:
    if match["kind"] == "icon":
        return ""
    arguments = parse_arguments(match["words"] or "")
    texts = [each.value for each in arguments if each.name == "text" or not (each.name or is_address(each.value))]
    return join_texts(dict.fromkeys((*texts, *captions(arguments))))
