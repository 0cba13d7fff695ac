"""Read pages of DokuWiki: plain text whose first line is a heading between equals signs, ``====== 标题 ======``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import groupby

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.code import Code, placeholder, restore
from searchlib.sources.dialects.inline import mark_pairs
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html
from searchlib.sources.text import replace_spans

_FIRST_LINE = lazy_pattern(r"\s*={5,6}[ \t]*[^=\s][^=\n]*={5,6}[ \t]*(?:\n|\Z)")
_VERBATIM = lazy_pattern(r"<(/?)(code|file|nowiki|html|php)\b[^<>\n]*>|%%", re.IGNORECASE)
_BLOCKS = frozenset(("code", "file"))
_MACRO = lazy_pattern(r"~~[A-Za-z]+(?::[^~\n]*)?~~")
_TAGS = lazy_pattern(r"\{\{tag>([^{}\n]*)\}\}")
_TAG = lazy_pattern(r'"([^"]+)"|(\S+)')
_MEDIA = lazy_pattern(r"\{\{[^{}\n|]*(?:\|([^{}\n]*))?\}\}")
_LINK = lazy_pattern(r"\[\[([^\[\]\n|]*)(?:\|([^\[\]\n]*))?\]\]")
_NOTE = lazy_pattern(r"\(\(((?:[^()]|\((?!\()[^()]*\)(?!\)))*)\)\)")
_HEADING_MARK = "=="
_MAX_MARKS = 6
_ITEM = lazy_pattern(r"(?: {2,}|\t+)[ \t]*[*-][ \t]*(.*)$")
_RULE = lazy_pattern(r"[ \t]*-{4,}[ \t]*$")
_WRAPPER = lazy_pattern(
    r"&lt;/?(?:wrap|note|box|block|color|column|columns|hidden|panel|fs|fc)\b(?:(?!&gt;)[^\n<]){0,200}&gt;",
    re.IGNORECASE,
)
_FORMAT = lazy_pattern(r"&lt;(/?(?:del|sub|sup))&gt;")
_PAIRS = (
    (lazy_pattern(r"\*\*(?=\S)((?:[^*\n]|\*(?!\*))+)\*\*"), "b"),
    (lazy_pattern(r"(?<!:)//(?=\S)((?:[^/\n]|/(?!/)|(?<=:)//)+?)(?<!:)//"), "i"),
    (lazy_pattern(r"__(?=\S)((?:[^_\n]|_(?!_))+)__"), "u"),
    (lazy_pattern(r"&#x27;&#x27;((?:[^&\n]|&(?!#x27;&#x27;))+)&#x27;&#x27;"), "code"),
)
_BREAK = lazy_pattern(r"\\\\(?:[ \t]+|$)", re.MULTILINE)
_CELL_END = lazy_pattern(r"[\^|]")
_ROW_END = lazy_pattern(r"(?<![ \t])[ \t]*[\^|][ \t]*$")


def is_page(text: str) -> bool:
    """Return whether a plain text is a page of DokuWiki."""
    return "=====" in text[:200] and _FIRST_LINE.match(text) is not None


def read_page(text: str) -> Content:
    """Read a page of DokuWiki."""
    tags = [quoted or word for values in _TAGS.findall(text) for quoted, word in _TAG.findall(values)]
    codes: list[Code] = []
    text = replace_spans(text, _verbatim_spans(text, codes))
    text = _MEDIA.sub(lambda media: media[1] or "", _MACRO.sub("", _TAGS.sub("", text)))
    html = restore("\n".join(_to_html(text.split("\n"))), codes)
    return replace(read_html(html, is_clean=True), metadata={"tags": tags} if tags else {})


def _verbatim_spans(text: str, codes: list[Code]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of code and of text without markup, with placeholders."""
    opening: re.Match[str] | None = None
    for mark in _VERBATIM.finditer(text):
        name = (mark[2] or mark[0]).lower()
        if opening is None:
            opening = None if mark[1] else mark
        elif name == (opening[2] or opening[0]).lower() and (mark[1] or name == "%%"):
            content = escape(text[opening.end() : mark.start()].strip("\n"))
            if name in _BLOCKS:
                yield opening.start(), mark.end(), f"\n\n{placeholder(Code(f'<pre>{content}</pre>'), codes)}\n\n"
            else:
                yield opening.start(), mark.end(), placeholder(Code(content), codes)
            opening = None


def _to_html(lines: list[str]) -> Iterator[str]:
    """Yield the elements for lines: headings, lists, tables, quotes, indented code and paragraphs."""
    for kind, group in groupby(lines, _kind):
        content = list(group)
        notes: list[str] = []
        if kind == "heading":
            for line in map(str.strip, content):
                title = line.lstrip("=")
                level = 1 + _MAX_MARKS - min(_MAX_MARKS, len(line) - len(title))
                yield f"<h{level}>{_inline(title.rstrip('=').strip(), notes)}</h{level}>"
        elif kind == "item":
            items = (_inline(item[1], notes) for item in filter(None, map(_ITEM.match, content)))
            yield f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        elif kind == "row":
            # A line that does not end with a separator is a paragraph for DokuWiki, and a row for its writer.
            rows = (
                [cell.strip() for cell in _CELL_END.split(_ROW_END.sub("", _inline(line, notes)))[1:]]
                for line in content
            )
            yield f"<table>{''.join(f'<tr>{_cells(row)}</tr>' for row in rows)}</table>"
        elif kind == "quote":
            yield "".join(f"<blockquote>{_inline(line.lstrip('> '), notes)}</blockquote>" for line in content)
        elif kind == "code":
            yield f"<pre>{escape(chr(10).join(content))}</pre>"
        elif kind == "verbatim":
            yield from content
        elif kind == "text":
            yield f"<p>{_inline(chr(10).join(content), notes)}</p>"
        yield from (f"<p>{note}</p>" for note in notes)


def _cells(row: list[str]) -> str:
    return "".join(f"<td>{cell}</td>" for cell in row if cell != ":::")


def _kind(line: str) -> str:
    if not line.strip() or _RULE.match(line):
        return ""
    if _is_heading(line.strip()):
        return "heading"
    if _ITEM.match(line):
        return "item"
    if line[0] == "\0" and line[-1] == "\0":
        return "verbatim"
    if line[0] in "^|":
        return "row"
    if line[0] == ">":
        return "quote"
    return "code" if line.startswith(("  ", "\t")) else "text"


def _is_heading(line: str) -> bool:
    return line.startswith(_HEADING_MARK) and line.endswith(_HEADING_MARK) and line.strip("=") != ""


def _inline(text: str, notes: list[str]) -> str:
    """Return a text as HTML. Its footnotes are added to ``notes``."""
    text = _LINK.sub(lambda link: (link[2] or _name_of_target(link[1])).strip(), escape(text))
    text = _WRAPPER.sub(" ", _BREAK.sub("<br>", text))
    text = mark_pairs(text, _PAIRS)
    text = _FORMAT.sub(r"<\1>", text)

    def note(match: re.Match[str]) -> str:
        notes.append(match[1])
        return ""

    return _NOTE.sub(note, text)


def _name_of_target(target: str) -> str:
    """Return what DokuWiki shows of a link without a text: an address, or the name of a page without its namespaces."""
    target = target.strip()
    return target if "//" in target or "@" in target else target.rstrip(":").rpartition(":")[2].rpartition("&gt;")[2]


READER = Reader(suffixes=(), read=read_page)
