"""Turn Markdown into HTML."""

from __future__ import annotations

import re

import pyromark

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_MATH
)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
# `[注]: 见下文` is a link definition to CommonMark and would vanish; no address begins with a Han character.
_NOTE_MARK = re.compile(r"\]:[ \t]*[\u2e80-\uffef\U00020000-\U0003ffff]")
_NOTE = re.compile(rf"^( {{0,3}})(?=\[[^\]\n^][^\]\n]*{_NOTE_MARK.pattern})", re.MULTILINE)
# Before CommonMark `##标题` was a heading.
_TIGHT_MARK = re.compile(r"##[^\s#]")
_TIGHT_HEADING = re.compile(r"^(#{2,6})(?=[^\s#])", re.MULTILINE)
_MATH = re.compile(r'(<span class="math math-(?:inline|(display))">)([^<]*)</span>')


def markdown_to_html(text: str) -> str:
    """CommonMark with tables, strikethrough, footnotes and TeX between dollars; raw HTML passes through."""
    if "{%" in text:
        text = _RAW.sub("", text)
    # A mark begins with a literal, which re finds at once; the beginning of a line it tries everywhere.
    if _TIGHT_MARK.search(text):
        text = _TIGHT_HEADING.sub(r"\1 ", text)
    if _NOTE_MARK.search(text):
        text = _NOTE.sub(r"\1\\", text)
    html = pyromark.html(text, options=_OPTIONS)
    return _MATH.sub(_with_dollars, html) if '<span class="math ' in html else html


def _with_dollars(match: re.Match[str]) -> str:
    dollars = "$$" if match[2] else "$"
    return f"{match[1]}{dollars}{match[3]}{dollars}</span>"
