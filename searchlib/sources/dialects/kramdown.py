"""Normalize the attributes of kramdown, Pandoc, markdown-it, Logseq, Nextra and docsify: ``{:toc}``, ``{#id}``, ``:id=x``."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.lines import LIST_MARKER

_NAME = r"[A-Za-z_\u2e80-\uffef][\w.:%-]*"
_ATTRIBUTE = rf"""(?:[.#]{_NAME}|{_NAME}=(?:"[^"\n]*"|'[^'\n]*'|[^\s{{}}"']+)|[a-z]{{3,}}(?=[\s}}]))"""
# Atomic, because ``.a.b`` and ``a=b=c`` could be divided into attributes in many ways.
_LIST = rf"(?>(?:[ \t]*{_ATTRIBUTE})+)[ \t]*"
_TOC = lazy_pattern(rf"^[ \t]*{LIST_MARKER}[^\n]*\n[ \t]*\{{:[ \t]*toc\b[^}}\n]*\}}", re.MULTILINE)
_KRAMDOWN = lazy_pattern(rf"\{{:(?:{_LIST}|[ \t]*)\}}")
_DEFINITION = lazy_pattern(r"^[ \t]*\{:[A-Za-z][\w-]*:[^{}\n]*\}[ \t]*$", re.MULTILINE)
_LOGSEQ = lazy_pattern(r"(?<=\))\{(?::[a-z-]+ [\w.%]+,? ?)+\}")
_COMMENT_EXTENSION = lazy_pattern(r"\{::comment\}(?>(?:[^{]|\{(?!:/|::comment))*)\{:/(?:comment)?\}")
_EXTENSION = lazy_pattern(r"\{::?/?[a-z]*(?:[ \t][^{}\n]*)?/?\}")
_ABBREVIATION = lazy_pattern(r"^\*\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
_CLASS_LIST = rf"\{{(?=[ \t]*[#.]){_LIST}\}}"
_LINE_END = lazy_pattern(
    rf"(?:(?<![ \t])[ \t]+(?:{_CLASS_LIST}|\{{#[^\s{{}}]+[ \t]*\}})|^{_CLASS_LIST}|(?<=[^\s{{}}$])\{{#[^\s{{}}]+\}})[ \t]*$",
    re.MULTILINE,
)
_SPAN = lazy_pattern(rf"(?<![\]!\\])\[([^\[\]\n]*)\]\{{(?=[.#]|[a-z-]+=){_LIST}\}}")
_SPACED = lazy_pattern(rf"(?<=\S)\{{ (?=[.#]|[a-z-]+=){_LIST}\}}")
_HEADING_END = lazy_pattern(
    r"(?<=[^\s\\])[ \t]++(?:\\?\[(?:#[A-Za-z][\w-]*|!?toc)\\?\]|:id=[^\s:]+|\{docsify-ignore(?:-all)?\})[ \t]*$",
    re.MULTILINE,
)
_INCLUDED = lazy_pattern(r"""\[[^\[\]\n]*\]\([^()\n"']*+["'][ ]*:include\b[^()\n"']*["']\)""")
_AFTER_INLINE = lazy_pattern(rf"(?<=[)\]*`\x00])\{{(?:{_LIST})\}}")


def remove_attributes(text: str) -> str:
    """Remove attribute lists, tables of contents and extensions."""
    if "{:" in text:
        text = _TOC.sub("", text)
        text = _COMMENT_EXTENSION.sub("", text)
        text = _LOGSEQ.sub("", _KRAMDOWN.sub("", _DEFINITION.sub("", text)))
        if "{::" in text or "{:/" in text:
            text = _EXTENSION.sub("", text)
    if "*[" in text:
        text = _ABBREVIATION.sub("", text)
    if "]{" in text:
        text = _SPAN.sub(r"\1", text)
    return _AFTER_INLINE.sub("", _SPACED.sub("", _LINE_END.sub("", text)))


def remove_heading_attributes(text: str) -> str:
    """Remove ``[#id]``, ``[toc]`` and ``[!toc]`` of Nextra and Fumadocs, and ``:id=x`` and ``{docsify-ignore}`` of docsify.

    They stand at the end of headings.
    """

    def remove(match: re.Match[str]) -> str:
        heading = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        return "" if heading.startswith("#") and heading.strip("#") else match[0]

    return _HEADING_END.sub(remove, text)


def remove_docsify_inclusions(text: str) -> str:
    """Remove ``[文](a.md ':include')``, in whose place docsify shows the file."""
    return _INCLUDED.sub("", text)
