"""Turn HTML into blocks of plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from searchlib.sources.lines import clean, join

_FURNITURE = ["script", "style", "svg", "button", "form", "nav", "noscript", "template", "iframe"]
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


def _tags(*names: str) -> frozenset[str]:
    """The start and end tags of elements, as _MARKUP names them."""
    return frozenset(names) | frozenset(f"/{name}" for name in names)


_BLOCK_TAGS = _tags(*_BLOCKS)
_BREAK_TAGS = _tags("br")
_IMAGE_TAGS = _tags("img")

# As lexbor serialises: every value in quotes, and `<` nowhere in text but in xmp and plaintext.
_TAG_NAME = r"/?[a-zA-Z][^\s/>]*+"
_ATTRIBUTES = r'(?: =?[^\s/>=]*+(?:="[^"]*+")?+)*+'
_MARKUP = re.compile(f"<({_TAG_NAME})({_ATTRIBUTES})>", re.ASCII)
_COMMENT = re.compile(f"<!--.*?-->|(<{_TAG_NAME}{_ATTRIBUTES}>)", re.ASCII | re.DOTALL)
_ALT = re.compile(r' alt="([^"]*)"')
_BREAK = "\x00"
_LONE_BREAK = re.compile(r"\s*\x00\s*")
_BREAKS = re.compile(r"\x00(?:\s*\x00)+")

# These swallow everything up to their end tag, so one without an end tag is prose about HTML.
_SWALLOWERS = "|".join(
    (*_FURNITURE, "title", "textarea", "xmp", "noembed", "noframes", "plaintext", "select", "object", "math")
)
# A text in which nothing is found has no element to close, to drop or to read the title from: most have none.
_INITIALS = "".join({name[0] for name in _SWALLOWERS.split("|")})
_RISKY = re.compile(f"<(?=[!{_INITIALS}])(?:!--|{_SWALLOWERS})", re.ASCII | re.IGNORECASE)
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
_LONG = 20_000
_LONG_TAG = re.compile(rf"<[a-z][^<>]{{{_LONG},}}>", re.ASCII | re.IGNORECASE)
_MANY_TAGS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """What an HTML text says: its blocks, one a line; its first heading; its title; and itself without furniture.

    ``headings`` are the lines that are headings.
    """

    lines: list[str]
    heading: str
    headings: list[str]
    title: str
    html: str


def read_html(source: str) -> HtmlText:
    """Read a whole page or a piece of one."""
    risky = _RISKY.search(source) is not None
    source = _bounded(_closed(_scripted(source)) if risky else source)
    tree = LexborHTMLParser(source)
    title = _title(tree) if risky else ""
    blocks, html = _read(tree, _FURNITURE if risky else [])
    if not blocks.lines and risky:
        # ASP.NET wraps whole pages in one form.
        blocks, html = _read(LexborHTMLParser(source), [tag for tag in _FURNITURE if tag != "form"])
    return HtmlText(lines=blocks.lines, heading=blocks.heading, headings=blocks.headings, title=title, html=html)


def _scripted(source: str) -> str:
    """The source as a browser with scripts reads it: what stands in noscript is no element, however it is broken."""
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


def _title(tree: LexborHTMLParser) -> str:
    node = None if tree.head is None else tree.head.css_first("title")
    return "" if node is None else join(clean(node.text()))


def _read(tree: LexborHTMLParser, furniture: list[str]) -> tuple[_Blocks, str]:
    body = tree.body
    if body is None:
        return _Blocks(""), ""
    if furniture:
        tree.strip_tags(furniture)
    html = body.inner_html or ""
    if ' width="' in html and ' height="' in html and _drop_trackers(tree):
        html = body.inner_html or ""
    if 'class="gutter"' in html:
        # Hexo numbers the lines of code in a table cell of its own.
        for node in tree.css("td.gutter"):
            node.decompose()
        html = body.inner_html or ""
    if "<!--" in html:
        html = "".join(filter(None, _COMMENT.split(html)))
    html = clean(html).strip()
    return _blocks(html), html


def _drop_trackers(tree: LexborHTMLParser) -> bool:
    trackers = [image for image in tree.css("img") if _is_dot(image.attributes)]
    for image in trackers:
        image.decompose()
    return bool(trackers)


def _is_dot(attributes: Mapping[str, str | None]) -> bool:
    return all((attributes.get(side) or "").strip().removesuffix("px") in ("0", "1") for side in ("width", "height"))


def _blocks(html: str) -> _Blocks:
    """The blocks of serialised HTML.

    A walk over the tags as they stand in the text: no recursion, and no Python object for every node of the tree.
    """
    pieces = iter(_MARKUP.split(html))
    blocks = _Blocks(next(pieces))
    inline = blocks.inline
    for name, attributes, text in zip(pieces, pieces, pieces, strict=True):
        if name in _BLOCK_TAGS:
            if inline:
                blocks.end_block()
            if name in _MARKS:
                _MARKS[name](blocks)
        elif name in _BREAK_TAGS:
            inline.append("\n" if blocks.preformatted else _BREAK)
        elif name in _IMAGE_TAGS and (alt := _ALT.search(attributes)) and alt[1]:
            inline.append(f" {alt[1]} ")
        if text and (inline or blocks.preformatted or not text.isspace()):
            inline.append(text)
    blocks.end_block()
    return blocks


class _Blocks:
    """The blocks that a walk over the tags has met so far."""

    __slots__ = ("heading", "heading_start", "headings", "inline", "lines", "preformatted", "rows")

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        self.heading = ""
        self.headings: list[str] = []
        self.heading_start = -1
        self.inline = [text]  # what the open block holds
        self.preformatted = 0  # how many open elements keep white space
        self.rows: list[list[int]] = []  # for each open row: its first line, that of its cell, whether a cell has many

    def end_block(self) -> None:
        text = "".join(self.inline)
        self.inline.clear()
        if "&" in text:
            text = unescape(text)
        if self.preformatted:
            self.lines.extend([kept for line in text.split("\n") if (kept := line.rstrip())])
        elif _BREAK in text:
            blocks = (_LONE_BREAK.sub(" ", block) for block in _BREAKS.split(text))
            self.lines.extend([line for block in blocks if (line := join(block))])
        elif line := join(text):
            self.lines.append(line)

    def open_heading(self) -> None:
        self.heading_start = len(self.lines)

    def close_heading(self) -> None:
        if self.heading_start >= 0:
            lines = self.lines[self.heading_start :]
            self.heading = self.heading or " ".join(lines)
            self.headings.extend(lines)
            self.heading_start = -1

    def open_preformatted(self) -> None:
        self.preformatted += 1

    def close_preformatted(self) -> None:
        self.preformatted = max(0, self.preformatted - 1)

    def open_cell(self) -> None:
        if self.rows:
            self.rows[-1][1] = len(self.lines)

    def close_cell(self) -> None:
        if self.rows and len(self.lines) - self.rows[-1][1] > 1:
            self.rows[-1][2] = 1

    def open_row(self) -> None:
        self.rows.append([len(self.lines), len(self.lines), 0])

    def close_row(self) -> None:
        if not self.rows:
            return
        start, _, many = self.rows.pop()
        if not many and len(self.lines) - start > 1:
            self.lines[start:] = [" | ".join(self.lines[start:])]


_MARKS = (
    dict.fromkeys(_HEADINGS, _Blocks.open_heading)
    | {f"/{name}": _Blocks.close_heading for name in _HEADINGS}
    | dict.fromkeys(_PREFORMATTED, _Blocks.open_preformatted)
    | {f"/{name}": _Blocks.close_preformatted for name in _PREFORMATTED}
    | dict.fromkeys(_CELLS, _Blocks.open_cell)
    | {f"/{name}": _Blocks.close_cell for name in _CELLS}
    | {"tr": _Blocks.open_row, "/tr": _Blocks.close_row}
)
"""The tags that say more than that a block ends, and what they do."""


def _closed(source: str) -> str:
    """The source with `<` of an element that is never closed, and that would hide all that follows, as a character."""
    ends = {(match[1] or match[2]).lower(): match.start() for match in _SWALLOWED.finditer(source)}

    def closed(match: re.Match[str]) -> str:
        name = "--" if match[1] else match[2].lower()
        return match[0] if ends.get(name, -1) >= match.start() else f"&lt;{match[0][1:]}"

    return _SWALLOWING.sub(closed, source)


def _bounded(source: str) -> str:
    """The source without the tags that are nested deeper than browsers go, and those with countless attributes."""
    if len(source) > _LONG:
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
