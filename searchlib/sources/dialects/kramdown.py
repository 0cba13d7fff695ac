"""Normalize the attributes of kramdown, Pandoc, markdown-it and Logseq: ``{:toc}``, ``{: .note}``, ``{#id}``, ``{.class}``."""

from __future__ import annotations

import re

_NAME = r"[A-Za-z_\u2e80-\uffef][\w.:%-]*"
_ATTRIBUTE = rf"""(?:[.#]{_NAME}|{_NAME}=(?:"[^"\n]*"|'[^'\n]*'|[^\s}}"']+)|[a-z]{{3,}}(?=[\s}}]))"""
_LIST = rf"(?:[ \t]*{_ATTRIBUTE})+[ \t]*"
_TOC = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[^\n]*\n[ \t]*\{:[ \t]*toc\b[^}\n]*\}", re.MULTILINE)
_KRAMDOWN = re.compile(rf"\{{:(?:{_LIST}|[ \t]*)\}}")
_DEFINITION = re.compile(r"^[ \t]*\{:[A-Za-z][\w-]*:[^{}\n]*\}[ \t]*$", re.MULTILINE)
_LOGSEQ = re.compile(r"(?<=\))\{(?::[a-z-]+ [\w.%]+,? ?)+\}")
_COMMENT = re.compile(r"\{::comment\}(?>(?:[^{]|\{(?!:/|::comment))*)\{:/(?:comment)?\}")
_EXTENSION = re.compile(r"\{::?/?[a-z]*(?:[ \t][^{}\n]*)?/?\}")
_ABBREVIATION = re.compile(r"^\*\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
_CLASS_LIST = rf"\{{(?=[ \t]*[#.]){_LIST}\}}"
_LINE_END = re.compile(
    rf"(?:(?<![ \t])[ \t]+(?:{_CLASS_LIST}|\{{#[^\s{{}}]+[ \t]*\}})|^{_CLASS_LIST}|(?<=[^\s{{}}$])\{{#[^\s{{}}]+\}})[ \t]*$",
    re.MULTILINE,
)
_SPAN = re.compile(rf"(?<![\]!\\])\[([^\[\]\n]*)\]\{{(?=[.#]|[a-z-]+=){_LIST}\}}")
_SPACED = re.compile(rf"(?<=\S)\{{ (?=[.#]|[a-z-]+=){_LIST}\}}")
_AFTER_INLINE = re.compile(rf"(?<=[)\]*`\x00])\{{(?:{_LIST})\}}")


def remove_attributes(text: str) -> str:
    """Remove attribute lists, tables of contents and extensions."""
    if "{:" in text:
        text = _TOC.sub("", text)
        text = _COMMENT.sub("", text)
        text = _LOGSEQ.sub("", _KRAMDOWN.sub("", _DEFINITION.sub("", text)))
        if "{::" in text or "{:/" in text:
            text = _EXTENSION.sub("", text)
    if "*[" in text:
        text = _ABBREVIATION.sub("", text)
    if "]{" in text:
        text = _SPAN.sub(r"\1", text)
    return _AFTER_INLINE.sub("", _SPACED.sub("", _LINE_END.sub("", text)))
