"""Turn HTML into blocks of plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from searchlib.sources.lines import clean, join

_FURNITURE = ("script", "style", "svg", "button", "form", "nav", "noscript", "template", "iframe")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_CELLS = frozenset(("td", "th"))
_BLOCKS = (
    frozenset(("address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "dir", "div", "dl"))
    | frozenset(("dd", "dt", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "legend", "li"))
    | frozenset(("main", "menu", "ol", "optgroup", "option", "p", "search", "section", "summary", "ul"))
    | frozenset(("caption", "col", "colgroup", "table", "tbody", "tfoot", "thead", "tr"))
    | _HEADINGS
    | _PREFORMATTED
    | _CELLS
)

# As lexbor serialises: every value in quotes, and `<` nowhere in text but in xmp and plaintext.
_TAG_TEXT = r'</?[a-zA-Z][^\s/>]*(?: =?[^\s/>=]*(?:="[^"]*")?)*>'
_MARKUP = re.compile(f"({_TAG_TEXT})", re.ASCII)
_COMMENT = re.compile(f"<!--.*?-->|({_TAG_TEXT})", re.ASCII | re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)", re.ASCII)
_ALT = re.compile(r' alt="([^"]*)"')
_BREAK = "\x00"
_LONE_BREAK = re.compile(r"\s*\x00\s*")
_BREAKS = re.compile(r"\x00(?:\s*\x00)+")

# These swallow everything up to their end tag, so one without an end tag is prose about HTML.
_SWALLOWERS = (
    "script|style|svg|button|form|nav|noscript|template|iframe"
    "|title|textarea|xmp|noembed|noframes|plaintext|select|object|math"
)
_SWALLOWING = re.compile(rf"<(?:(!--)|({_SWALLOWERS})(?=[\s/>]))", re.ASCII | re.IGNORECASE)
_SWALLOWED = re.compile(rf"(--)>|</({_SWALLOWERS})(?=[\s/>])", re.ASCII | re.IGNORECASE)

_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)\b(?:[^<>"']|"[^"]*"|'[^']*')*+>""", re.ASCII | re.IGNORECASE)
_NOSCRIPT = re.compile(r"<(/?)noscript\b[^<>]*>", re.ASCII | re.IGNORECASE)
# Elements without an end tag, and those that the next of their kind ends: they do not nest by themselves.
_UNNESTED = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
) | frozenset(("p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "rp", "rt"))
# Parsing time grows with the square of the depth and of a tag's attributes: here are bounds no article comes near.
_MAX_DEPTH = 500
_MAX_ATTRIBUTES = 1_000
_LONG_TAG = re.compile(r"<[a-z][^<>]{20000,}>", re.ASCII | re.IGNORECASE)
_MANY_TAGS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """What an HTML text says: its blocks, one a line; its first heading; its title; and itself without furniture."""

    lines: list[str]
    heading: str
    title: str
    html: str


def read_html(source: str) -> HtmlText:
    """Read a whole page or a piece of one."""
    source = _bounded(_closed(_scripted(source)))
    tree = LexborHTMLParser(source)
    title = ""
    if tree.head is not None and "<title" in source.lower() and (node := tree.head.css_first("title")) is not None:
        title = join(clean(node.text()))
    lines, heading, html = _read(tree, _FURNITURE)
    if not lines and "<form" in source.lower():
        # ASP.NET wraps whole pages in one form.
        lines, heading, html = _read(LexborHTMLParser(source), tuple(tag for tag in _FURNITURE if tag != "form"))
    return HtmlText(lines=lines, heading=heading, title=title, html=html)


def _scripted(source: str) -> str:
    """The source as a browser with scripts reads it: what stands in noscript is no element, however it is broken."""
    if "<noscript" not in source.lower():
        return source
    kept: list[str] = []
    at = 0
    opened: int | None = None
    for tag in _NOSCRIPT.finditer(source):
        if tag[1] and opened is not None:
            at, opened = tag.end(), None
        elif not tag[1] and opened is None:
            kept.append(source[at : tag.start()])
            at = opened = tag.end()
    # What is never closed hides nothing.
    return "".join([*kept, source[at:]])


def _read(tree: LexborHTMLParser, furniture: tuple[str, ...]) -> tuple[list[str], str, str]:
    if tree.body is None:
        return [], "", ""
    tree.strip_tags(list(furniture))
    html = tree.body.inner_html or ""
    if "<img" in html and _drop_trackers(tree):
        html = tree.body.inner_html or ""
    if 'class="gutter"' in html:
        # Hexo numbers the lines of code in a table cell of its own.
        for node in tree.css("td.gutter"):
            node.decompose()
        html = tree.body.inner_html or ""
    if "<!--" in html:
        html = _COMMENT.sub(lambda match: match[1] or "", html)
    html = clean(html).strip()
    lines, heading = _lines(html)
    return lines, heading, html


def _drop_trackers(tree: LexborHTMLParser) -> bool:
    trackers = [image for image in tree.css("img") if _is_dot(image.attributes)]
    for image in trackers:
        image.decompose()
    return bool(trackers)


def _is_dot(attributes: Mapping[str, str | None]) -> bool:
    return all((attributes.get(side) or "").strip().removesuffix("px") in ("0", "1") for side in ("width", "height"))


def _lines(html: str) -> tuple[list[str], str]:
    """The blocks of serialised HTML, and the first heading among them.

    A walk over the tags as they stand in the text: no recursion, and no Python object for every node of the tree.
    """
    pieces = _MARKUP.split(html)
    lines: list[str] = []
    inline: list[str] = []
    heading = ""
    heading_start = -1
    preformatted = 0
    rows: list[list[int]] = []  # for each open row: its first line, the first line of its cell, whether a cell has many

    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            if piece:
                inline.append(piece)
            continue
        closing = piece[1] == "/"
        found = _NAME.match(piece)
        name = found[1] if found else ""
        if name == "br":
            inline.append("\n" if preformatted else _BREAK)
        elif name == "img":
            if (alt := _ALT.search(piece)) and alt[1]:
                inline.append(f" {alt[1]} ")
        elif name in _BLOCKS:
            if inline:
                _end_block(inline, lines, preformatted=bool(preformatted))
            if name in _PREFORMATTED:
                preformatted = max(0, preformatted + (-1 if closing else 1))
            elif name in _HEADINGS:
                if not closing:
                    heading_start = len(lines)
                elif not heading and heading_start >= 0:
                    heading = " ".join(lines[heading_start:])
            elif name in _CELLS:
                if rows and closing and len(lines) - rows[-1][1] > 1:
                    rows[-1][2] = 1
                elif rows and not closing:
                    rows[-1][1] = len(lines)
            elif name == "tr":
                if not closing:
                    rows.append([len(lines), len(lines), 0])
                elif rows:
                    start, _, many = rows.pop()
                    if not many and len(lines) - start > 1:
                        lines[start:] = [" | ".join(lines[start:])]
    if inline:
        _end_block(inline, lines, preformatted=bool(preformatted))
    return lines, heading


def _end_block(inline: list[str], lines: list[str], *, preformatted: bool) -> None:
    text = "".join(inline)
    inline.clear()
    if "&" in text:
        text = unescape(text)
    if preformatted:
        lines.extend(line.rstrip() for line in text.split("\n") if line and not line.isspace())
        return
    if _BREAK not in text:
        if line := join(text):
            lines.append(line)
        return
    lines.extend(line for block in _BREAKS.split(text) if (line := join(_LONE_BREAK.sub(" ", block))))


def _closed(source: str) -> str:
    """The source with `<` of an element that is never closed, and that would hide all that follows, as a character."""
    if not _SWALLOWING.search(source):
        return source
    ends = {(match[1] or match[2]).lower(): match.start() for match in _SWALLOWED.finditer(source)}

    def closed(match: re.Match[str]) -> str:
        name = "--" if match[1] else match[2].lower()
        return match[0] if ends.get(name, -1) >= match.start() else f"&lt;{match[0][1:]}"

    return _SWALLOWING.sub(closed, source)


def _bounded(source: str) -> str:
    """The source without the tags that are nested deeper than browsers go, and those with countless attributes."""
    source = _LONG_TAG.sub(lambda match: match[0] if len(match[0].split()) < _MAX_ATTRIBUTES else " ", source)
    if source.count("<") < _MANY_TAGS:
        return source
    depth = 0

    def bounded(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _UNNESTED:
            return match[0]
        if match[1]:
            depth = max(0, depth - 1)
            return match[0] if depth < _MAX_DEPTH else "\n"
        depth += 1
        return match[0] if depth <= _MAX_DEPTH else "\n"

    return _TAG.sub(bounded, source)
