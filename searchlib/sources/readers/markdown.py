"""Read Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pyromark

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import check_tags
from searchlib.sources.dialects.code import has_code, protect, restore
from searchlib.sources.dialects.directives import open_directives
from searchlib.sources.dialects.lines import LIST_MARKER
from searchlib.sources.dialects.normalizers import (
    MDX_NORMALIZERS,
    NORMALIZERS,
    PAGE_NORMALIZERS,
    QUARTO_NORMALIZERS,
    STRONG_NORMALIZERS,
    NormalizerList,
    normalize,
)
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_TASKLISTS
)
_MATH = lazy_pattern(r'(<span class="math math-(?:inline|(display))">)([^<]*)</span>')
_DOLLAR = lazy_pattern(r"(<[^<>\n]*+>|\\.)|\$")
_SHEBANG = lazy_pattern(r"\A#!\s*https?://.*\n\s*")  # names the page on Zhihu that the file belongs to
_MISREAD_TAB = lazy_pattern(r"\t[ \t]{0,3}$|-[ :]{0,3}\t", re.MULTILINE)
# A number alone is an index, and so is a name behind another one: ``[1][]``, ``矩阵[row][col-index]``.
_INDEX = r"\d+\]|(?<=\w\[)[A-Za-z0-9_]+\]\[[A-Za-z]"
_UNRESOLVED = lazy_pattern(
    r"<pre\b.*?(?:</pre>|\Z)|<code>[^<]*</code>"
    rf"|(?<![A-Za-z0-9_\])])\[(?!{_INDEX})((?>(?:<code>[^<]*</code>|</?(?:em|strong)>|[^\[\]<>]+)+))\]"
    r"\[(?:[A-Za-z][A-Za-z0-9]+(?>(?:[._-][A-Za-z0-9]+)+))?\](?!\[)",
    re.DOTALL,
)
_FENCE = lazy_pattern(rf"[ \t>]*(?:{LIST_MARKER}[ \t]+)*(`{{3,}}|~{{3,}})")
_DIV = lazy_pattern(r"<(/?)div\b", re.IGNORECASE)
_OPEN_DIV = lazy_pattern(r"<div\b[^>]*>[^\S\n]*\n?[^\S\n]*(?=\S)", re.IGNORECASE)


def read_markdown(text: str, normalizers: NormalizerList = NORMALIZERS) -> Content:
    """Read Markdown: normalize its dialect, convert it to HTML, and read the HTML.

    Raises:
        OutOfBoundsError: there are too many tags.
    """
    check_tags(text.count("<"))
    text = _SHEBANG.sub("", text.strip())
    if _is_one_div(text):
        return read_html(normalize(text, PAGE_NORMALIZERS), is_clean=True)
    return read_html(_convert(normalize(open_directives(text), normalizers)), is_clean=True)


def read_quarto(text: str) -> Content:
    """Read Markdown of Quarto. The errors are those of ``read_markdown``."""
    return read_markdown(text, QUARTO_NORMALIZERS)


def read_mdx(text: str) -> Content:
    """Read MDX: Markdown in which braces are expressions. The errors are those of ``read_markdown``."""
    check_tags(text.count("<"))
    return read_html(_convert(normalize(text.strip(), MDX_NORMALIZERS)), is_clean=True)


def _convert(text: str) -> str:
    if "\t" in text and _MISREAD_TAB.search(text):
        text = _strip_tabs(text)
    html = markdown_to_html(text)
    if ("`" in html or "&lt;" in html) and any(has_code(unescape(match[3])) for match in _MATH.finditer(html)):
        text = _escape_dollars(text)
        html = markdown_to_html(text)
    if "**" in html and (strong := normalize(text, STRONG_NORMALIZERS)) != text:
        html = markdown_to_html(strong)
    # Links whose targets are in another file. CommonMark leaves them as they are written.
    return _UNRESOLVED.sub(lambda match: match[1] or match[0], html) if "][" in html else html


def _escape_dollars(text: str) -> str:
    """Escape the dollars that belong to no formula. Two of them around the start of code would be one: ``$5 和 `a$b```."""
    text, codes = protect(text)
    text = _DOLLAR.sub(lambda match: match[1] or r"\$", text)
    # The text in an element such as ``kbd`` is Markdown, too.
    codes = [replace(code, text=code.text.replace("$", "&#36;")) if code.text[:1] == "<" else code for code in codes]
    return restore(text, codes)


def _strip_tabs(text: str) -> str:
    """Remove the tabs that pyromark does not accept: after fences, and in delimiter rows and at line ends of tables."""
    lines = []
    fence = ""
    for line in text.split("\n"):
        stripped = line.rstrip(" \t")
        if fence:
            body = stripped.lstrip(" \t>")
            if body.startswith(fence) and not body.strip(fence[0]):
                line, fence = stripped, ""
        elif opening := _FENCE.match(line):
            fence = opening[1]
        elif "|" in line and line[0] != "\t":
            line = stripped if stripped.strip("|:- \t") else stripped.replace("\t", " ")
        lines.append(line)
    return "\n".join(lines)


def markdown_to_html(text: str) -> str:
    """Convert CommonMark with tables, strikethrough, footnotes, definitions and TeX between dollars; raw HTML passes through."""
    options = _OPTIONS | pyromark.Options.ENABLE_DEFINITION_LIST if "\n: " in text else _OPTIONS
    html = pyromark.html(text, options=options)
    return _MATH.sub(_restore_dollars, html) if '<span class="math ' in html else html


def _restore_dollars(match: re.Match[str]) -> str:
    dollars = "$$" if match[2] else "$"
    return f"{match[1]}{dollars}{match[3]}{dollars}</span>"


def _is_one_div(text: str) -> bool:
    """Return whether a body is a single HTML div, as in feeds. Markdown would end the HTML at the first blank line."""
    if not text.startswith("<div") or not text.endswith("</div>") or not _OPEN_DIV.match(text):
        return False
    depth = 0
    for match in _DIV.finditer(text):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end() >= len(text) - 1
    return False


READER = Reader(suffixes=(".md", ".markdown", ".mdown", ".mkd"), read=read_markdown)
MDX_READER = Reader(suffixes=(".mdx",), read=read_mdx)
QUARTO_READER = Reader(suffixes=(".qmd", ".rmd"), read=read_quarto)
READERS = (READER, MDX_READER, QUARTO_READER)
