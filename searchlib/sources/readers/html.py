"""Read HTML into blocks of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import check_tags
from searchlib.sources.readers.base import Content
from searchlib.sources.readers.nodes import text_of
from searchlib.sources.text import clean, join_lines, replace_spans

_DROPPED_ELEMENTS = ["script", "style", "svg", "button", "form", "nav", "noscript", "template", "iframe"]
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PREFORMATTED = frozenset(("pre", "listing", "xmp", "plaintext"))
_CELLS = frozenset(("td", "th"))
_BLOCKS = (
    frozenset(("address", "article", "aside", "blockquote", "body", "center", "details", "dialog", "dir", "div", "dl"))
    | frozenset(("dd", "dt", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "legend", "li"))
    | frozenset(("main", "menu", "ol", "optgroup", "option", "p", "search", "section", "summary", "ul"))
    | frozenset(("caption", "col", "colgroup", "table", "tbody", "tfoot", "thead", "tr"))
    | frozenset(("callout", "column", "grid", "lark-td", "lark-tr", "quote-container"))  # of Feishu
    | _HEADINGS
    | _PREFORMATTED
    | _CELLS
)


def _tags(*names: str) -> frozenset[str]:
    """Return the names of the start and end tags of elements, in the form of the groups of _MARKUP."""
    return frozenset(names) | frozenset(f"/{name}" for name in names)


_BLOCK_TAGS = _tags(*_BLOCKS)
_BREAK_TAGS = _tags("br")
_IMAGE_TAGS = _tags("img")
_RUBY_TAGS = _tags("rt", "rp", "rtc")

# Matches HTML as lexbor serializes it: every attribute value is quoted, and only the text of xmp and plaintext contains `<`.
_TAG_NAME = r"/?[a-zA-Z][^\s/>]*+"
_ATTRIBUTES = r'(?>(?: =?[^\s/>=]*+(?>(?:="[^"]*+")?))*)'
_MARKUP = lazy_pattern(f"<({_TAG_NAME})({_ATTRIBUTES})>", re.ASCII)
_COMMENT_OR_TAG = lazy_pattern(f"<!--.*?-->|(<{_TAG_NAME}{_ATTRIBUTES}>)", re.ASCII | re.DOTALL)
_FILE_NAME = lazy_pattern(r"\.(?:png|jpe?g|gif|webp|svg|bmp)$", re.IGNORECASE)
# Without the size that follows it in Obsidian, ``图|300x200``, and in MWeb, ``图-w300``.
_ALT = lazy_pattern(r' alt="([^"]*?)(?:\|\d+(?:x\d+)?|-w\d{2,4})?"')
_BADGE = lazy_pattern(
    r" src=\"(?:https?://(?:img\.shields\.io|badge\.fury\.io|badgen\.net|codecov\.io|(?:api\.)?travis-ci\.)"
    r"|[^\"]*/badges?(?:/(?![^\"]*\.(?:png|jpe?g|gif|webp)\")|\.svg))"
)
_MAX_NAME_LENGTH = 200
# File names that programs give to images: dates, hashes and UUIDs, and placeholders that editors insert as descriptions.
_NO_DESCRIPTION = lazy_pattern(
    r"(?a:(?:(?:企业)?微信|QQ|屏幕)?(?:图片|截图)?[\w.@-]*\d{4}(?:[_-]?\d\d){2}[\w.@-]*)"
    r"|(?=[A-Za-z]*\d)[0-9A-Za-z]{20,}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[\w-]+"
    r"|(?i:images?|img|png|jpe?g|svg|gif|pic|picture|photo|alt|alt text|pasted image|screen ?shot(?: from)?"
    r"|图[片像]|圖[片像]|截[图屏圖]|插图|配图)"
    r"[\d: ._-]*(?:(?:at|[上下]午)[\d: ._-]+)?(?i:[ap]m)?|[!-/:-@ ]*[A-Za-z0-9]?[!-/:-@ ]*"
    r"|在这里插入图片描述|这里写图片描述|输入图片说明|输入图片描述|请输入图片描述|请输入图片名称|图片描述|插入图片描述|"
    r"在這裡插入圖片描述|圖片描述"
)
# A mark of a footnote, and a link from a footnote back to its mark.
_LOCAL_LINK = r'<a(?= )[^>]*? href="[^"]*#[^"]*"[^>]*>'
_NOTE_MARK = lazy_pattern(
    rf"<sup(?: [^>]*)?>\s*(?>(?:{_LOCAL_LINK}(?>(?:[^<]|<(?!/a>))*)</a>\s*)+)</sup>"
    r"|<sup(?: [^>]*)?>\s*\[[^<\]]{1,12}\]\s*</sup>"
    r'|<sup class="footnote-definition-label">[^<]*</sup>'
    rf"|{_LOCAL_LINK}\s*(?:<sup(?: [^>]*)?>[^<]*</sup>|[↩↑⤴^\ufe0e\ufe0f]{{1,3}})\s*</a>"
)
_BACK_SIGNS = ("↩", "↑", "⤴", ">^<")
# All other entities may encode characters that ``clean`` removes.
_OTHER_ENTITY = lazy_pattern("&(?!(?:lt|gt|amp|quot|nbsp);)")
# Before the heading that is the title, there may be links to other pages and languages, but no text.
_LEADING_TAGS = lazy_pattern(
    r"(?>(?:\s++|<a(?= )[^>]*+>[^<]*+</a>|<(?!h[1-6][ >])[^>]*+>|[|｜丨·•«»‹›←→/／、，,-]|&[lg]t;"
    r"|简体中文|繁體中文|中文|English)*)(?<!<li>)(?<!<li>\n)<h[1-6][ >]"
)
"""The tags, links and marks above a heading that is before all text. The heading of an item in a list is not one."""
_BREAK = "\x00"
_IMAGE = "\x01"
"""Stands before and after the description of an image."""
# Images on a line of their own end the sentence before them.
_LONE_IMAGES = lazy_pattern(r"(?:\n[ \t]*+|\A\s*+)((?>(?:\x01[^\x01]*+\x01[ \t]*+)+))(?=\n|\s*+\Z)")
_LONE_BREAK = lazy_pattern(r"(?<!\s)\s*\x00\s*")
# Several line breaks, or one before the indent of a paragraph.
_BREAKS = lazy_pattern(r"\x00(?:\s*\x00)+|\x00[ \t\n]*+(?=[\u3000\xa0\u2003]{2})|\n(?=\u3000{2})")

# These elements hide the text up to their end tag. A start tag without an end tag is treated as prose about HTML.
_HIDING_ELEMENTS = "|".join(
    (*_DROPPED_ELEMENTS, "title", "textarea", "xmp", "noembed", "noframes", "plaintext", "select", "object", "math")
)
# Most texts do not match, and then no element has to be closed or dropped, and there is no title.
_INITIALS = "".join({name[0] for name in _HIDING_ELEMENTS.split("|")})
_HIDING_OR_COMMENT = lazy_pattern(f"<(?=[!{_INITIALS}])(?:!--|{_HIDING_ELEMENTS})", re.ASCII | re.IGNORECASE)
_HIDING_START = lazy_pattern(rf"<(?:(!--)|({_HIDING_ELEMENTS})(?=[\s/>]))", re.ASCII | re.IGNORECASE)
_HIDING_END = lazy_pattern(rf"(--)>|</({_HIDING_ELEMENTS})(?=[\s/>])", re.ASCII | re.IGNORECASE)

_NESTING_TAG = lazy_pattern(r"""<(/?)([a-z][a-z0-9]*)\b(?>(?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.ASCII | re.IGNORECASE)
_NOSCRIPT = lazy_pattern(r"<(/?)noscript\b[^<>]*>", re.ASCII | re.IGNORECASE)
# Elements without an end tag, or that end where the next element of the same kind begins.
_NOT_NESTING = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
) | frozenset(("p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "rp", "rt"))
# Parsing takes quadratic time in the depth, and in the number of attributes of a tag. Real articles stay far below these bounds.
_MAX_HTML_DEPTH = 500
_MAX_ATTRIBUTES = 1_000
# A source below these sizes is within the bounds, and the search is skipped.
_LONG_TAG_LENGTH = 20_000
_LONG_TAG = lazy_pattern(rf"<[a-z][^<>]{{{_LONG_TAG_LENGTH},}}>", re.ASCII | re.IGNORECASE)
_MANY_TAGS = 2_000


def read_html(source: str, *, is_clean: bool = False, always_check: bool = False) -> Content:
    """Read HTML: a page or a part of one.

    ``is_clean`` is true if ``clean`` was applied to the source. Most steps are skipped for a source without comments and elements
    of _HIDING_ELEMENTS, because they would not change it. With ``always_check``, all steps run.

    Raises:
        OutOfBoundsError: the source has too many tags.
    """
    is_checked = always_check or _HIDING_OR_COMMENT.search(source) is not None
    source = limit_depth(_escape_unclosed(_remove_noscript(source)) if is_checked else source)
    tree = LexborHTMLParser(source)
    page_title = text_of(tree, "head title") if is_checked else ""
    is_clean = is_clean and not always_check and _OTHER_ENTITY.search(source) is None
    walk, html = _read_body(tree, _DROPPED_ELEMENTS if is_checked else [], is_clean=is_clean)
    if not walk.blocks and is_checked:
        # ASP.NET wraps whole pages in one form.
        dropped = [tag for tag in _DROPPED_ELEMENTS if tag != "form"]
        walk, html = _read_body(LexborHTMLParser(source), dropped, is_clean=is_clean)
    return Content(
        blocks=walk.blocks,
        headings=walk.headings,
        lead_heading=walk.lead_heading if _LEADING_TAGS.match(html) else "",
        lead_level=walk.lead_level,
        lead_has_siblings=walk.lead_has_siblings,
        main_heading=walk.lead_heading if walk.lead_level == 1 and not walk.lead_has_siblings else "",
        page_title=page_title,
        html=html,
    )


def _remove_noscript(source: str) -> str:
    """Remove ``noscript`` as a browser with scripts does: its content is text, and unclosed elements in it end with it."""

    def parts() -> Iterator[tuple[int, int, str]]:
        opening: re.Match[str] | None = None
        for tag in _NOSCRIPT.finditer(source):
            if not tag[1]:
                opening = opening or tag
            elif opening is not None:
                yield opening.start(), tag.end(), ""
                opening = None
        if opening is not None:  # one that is not closed hides nothing
            yield *opening.span(), ""

    return replace_spans(source, parts())


def _read_body(tree: LexborHTMLParser, dropped: list[str], *, is_clean: bool) -> tuple[_BlockWalk, str]:
    """Return the blocks of the body and its HTML, without the dropped elements, tracking pixels and comments."""
    body = tree.body
    if body is None:
        return _BlockWalk([]), ""
    if dropped:
        tree.strip_tags(dropped)
    html = body.inner_html or ""
    if ' width="' in html and ' height="' in html:
        _drop_trackers(tree)
        html = body.inner_html or ""
    if 'class="gutter"' in html:
        # Hexo puts the line numbers of code in a table cell.
        for node in tree.css("td.gutter"):
            node.decompose()
        html = body.inner_html or ""
    if "<!--" in html:
        html = "".join(filter(None, _COMMENT_OR_TAG.split(html)))
    html = (html if is_clean else clean(html)).strip()
    text = html
    if "<sup" in html or ('href="#' in html and any(sign in html for sign in _BACK_SIGNS)):
        text = _NOTE_MARK.sub("", text)
    return _walk_tags(text), html


def _drop_trackers(tree: LexborHTMLParser) -> None:
    """Remove the images that are at most one pixel wide and high."""
    for image in tree.css("img"):
        sizes = (image.attributes.get(side) or "" for side in ("width", "height"))
        if all(size.strip().removesuffix("px") in ("0", "1") for size in sizes):
            image.decompose()


def _walk_tags(html: str) -> _BlockWalk:
    """Visit the tags of serialized HTML in order, without recursion and without an object for each node."""
    pieces = iter(_MARKUP.split(html))
    walk = _BlockWalk([next(pieces)])
    inline = walk.inline
    for name, attributes, text in zip(pieces, pieces, pieces, strict=True):
        if name in _BLOCK_TAGS:
            if inline:
                walk.end_block()
            if (act := _TAG_ACTIONS.get(name)) is not None:
                act(walk)
        elif name in _BREAK_TAGS:
            inline.append("\n" if walk.preformatted else _BREAK)
        elif name in _RUBY_TAGS:
            walk.end_reading() if name[0] == "/" else walk.begin_reading()
        elif name in _IMAGE_TAGS:
            alt = _ALT.search(attributes)
            words = "" if not alt or not alt[1] else f" {alt[1]} " if _is_description(alt[1], attributes) else " "
            inline.append(f"{_IMAGE}{words}{_IMAGE}")
        if text and (inline or walk.preformatted or not text.isspace()):
            inline.append(text)
    walk.end_block()
    return walk


def _is_description(alt: str, attributes: str) -> bool:
    """Return whether the alternative text of an image is a description, not that of a badge, a file name or a placeholder."""
    if _BADGE.search(attributes):
        return False
    is_placeholder = len(alt) <= _MAX_NAME_LENGTH and _NO_DESCRIPTION.fullmatch(alt.strip())
    return not (is_placeholder or _FILE_NAME.search(alt))


@dataclass(slots=True)
class _BlockWalk:
    """The state of ``_walk_tags``: the blocks so far, and the open elements."""

    inline: list[str]  # the pieces of the open block
    blocks: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    lead_heading: str = ""
    lead_level: int = 1
    lead_has_siblings: bool = False
    heading_start: int = -1
    preformatted: int = 0  # number of open elements that keep white space
    # For each open row: the index of its first block, that of its cell's first block, and 1 if a cell has many blocks.
    rows: list[list[int]] = field(default_factory=list)
    reading_start: int = -1  # the index in ``inline`` of the open reading
    readings: list[str] = field(default_factory=list)  # of the open block

    def begin_reading(self) -> None:
        self.end_reading()
        self.reading_start = len(self.inline)

    def end_reading(self) -> None:
        """Move the reading out of the block. The brackets around it, for browsers without ruby, are removed."""
        if self.reading_start >= 0:
            self.readings.append("".join(self.inline[self.reading_start :]))
            del self.inline[self.reading_start :]
            self.reading_start = -1

    def end_block(self) -> None:
        if self.reading_start >= 0:
            self.end_reading()
        text = "".join(self.inline)
        self.inline.clear()
        if "&" in text:
            text = unescape(text)
        if _IMAGE in text:
            if not self.preformatted:
                text = _LONE_IMAGES.sub(rf"{_BREAK}{_BREAK}\1{_BREAK}{_BREAK}", text)
            text = text.replace(_IMAGE, "")
        if self.preformatted:
            self.blocks.extend([block for line in text.split("\n") if (block := line.rstrip())])
        elif _BREAK in text or "\n\u3000\u3000" in text:
            parts = (_LONE_BREAK.sub(" ", part) if _BREAK in part else part for part in _BREAKS.split(text))
            self.blocks.extend([block for part in parts if (block := join_lines(part))])
        elif block := join_lines(text):
            self.blocks.append(block)
        if self.readings and self.heading_start < 0:
            self._add_readings()

    def _add_readings(self) -> None:
        """Add the readings of a block as a block of their own."""
        readings = [each.strip(" ()（）【】[]《》") for each in self.readings]
        self.readings.clear()
        if block := join_lines(unescape(" ".join(filter(None, readings)))):
            self.blocks.append(block)

    def open_heading(self) -> None:
        self.heading_start = len(self.blocks)

    def close_heading(self, level: int) -> None:
        if self.heading_start >= 0:
            blocks = self.blocks[self.heading_start :]
            if self.lead_heading:
                self.lead_has_siblings = self.lead_has_siblings or (level <= self.lead_level and bool(blocks))
            else:
                self.lead_heading, self.lead_level = " ".join(blocks), level
            self.headings.extend(blocks)
            self.heading_start = -1
            if self.readings:
                self._add_readings()

    def open_preformatted(self) -> None:
        self.preformatted += 1

    def close_preformatted(self) -> None:
        self.preformatted = max(0, self.preformatted - 1)

    def open_cell(self) -> None:
        if self.rows:
            self.rows[-1][1] = len(self.blocks)

    def close_cell(self) -> None:
        if self.rows and len(self.blocks) - self.rows[-1][1] > 1:
            self.rows[-1][2] = 1

    def open_row(self) -> None:
        self.rows.append([len(self.blocks), len(self.blocks), 0])

    def close_row(self) -> None:
        if not self.rows:
            return
        start, _, has_long_cell = self.rows.pop()
        if not has_long_cell and len(self.blocks) - start > 1:
            self.blocks[start:] = [" | ".join(self.blocks[start:])]


_TAG_ACTIONS = (
    dict.fromkeys(_HEADINGS, _BlockWalk.open_heading)
    | {f"/{name}": partial(_BlockWalk.close_heading, level=int(name[1])) for name in _HEADINGS}
    | dict.fromkeys(_PREFORMATTED, _BlockWalk.open_preformatted)
    | {f"/{name}": _BlockWalk.close_preformatted for name in _PREFORMATTED}
    | dict.fromkeys(_CELLS, _BlockWalk.open_cell)
    | {f"/{name}": _BlockWalk.close_cell for name in _CELLS}
    | {"tr": _BlockWalk.open_row, "/tr": _BlockWalk.close_row}
)
"""The effect of a tag, besides ending a block."""


def _escape_unclosed(source: str) -> str:
    """Escape the ``<`` of unclosed elements and comments, which would hide the rest of the page."""
    ends = {(match[1] or match[2]).lower(): match.start() for match in _HIDING_END.finditer(source)}

    def escape(match: re.Match[str]) -> str:
        name = "--" if match[1] else match[2].lower()
        return match[0] if ends.get(name, -1) >= match.start() else f"&lt;{match[0][1:]}"

    return _HIDING_START.sub(escape, source)


def limit_depth(source: str) -> str:
    """Remove tags that are nested deeper than _MAX_HTML_DEPTH, and those with more than _MAX_ATTRIBUTES.

    Raises:
        OutOfBoundsError: there are too many tags.
    """
    tags = source.count("<")
    check_tags(tags)
    if len(source) > _LONG_TAG_LENGTH:
        source = _LONG_TAG.sub(lambda match: match[0] if len(match[0].split()) < _MAX_ATTRIBUTES else " ", source)
    if tags < _MANY_TAGS:
        return source
    depth = 0

    def limit(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _NOT_NESTING:
            return match[0]
        if match[1]:
            depth = max(0, depth - 1)
            return match[0] if depth < _MAX_HTML_DEPTH else "\n"
        depth += 1
        return match[0] if depth <= _MAX_HTML_DEPTH else "\n"

    return _NESTING_TAG.sub(limit, source)
