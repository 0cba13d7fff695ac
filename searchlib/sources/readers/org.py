"""Read Org: keywords become metadata, and the body is converted to HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.code import Code, placeholder, restore
from searchlib.sources.dialects.hugo import remove_shortcodes
from searchlib.sources.front_matter.yaml_loader import PlainScalar
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html

_KEYWORD = lazy_pattern(r"[ \t]*#\+([\w-]+)(?:\[[^\]\n]*\])?:[ \t]*(.*)$")
_BEGIN = lazy_pattern(r"[ \t]*#\+begin_(\w+)(.*)$", re.IGNORECASE)
_HEADING = lazy_pattern(r"(\*+)[ \t]+(.*)$")
_STATES = "TODO|DONE|NEXT|WAITING|HOLD|CANCELLED|CANCELED|IN-PROGRESS|DOING"
_HEADING_STATE = lazy_pattern(rf"(?:(?:{_STATES})[ \t]+)?(?:\[#[A-Z0-9]\][ \t]*)?")
_HEADING_TAGS = lazy_pattern(r"(?<![ \t])[ \t]+:((?:[\w@#%]+:)+)[ \t]*$")
_DRAWER = lazy_pattern(r"[ \t]*:([\w-]+):[ \t]*$")
_FIXED_WIDTH = lazy_pattern(r"[ \t]*:(?:[ \t](.*))?$")
_PLANNING = lazy_pattern(r"[ \t]*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_ORG_ITEM = lazy_pattern(
    r"[ \t]*(?:[-+]|[ \t]\*|\d+[.)]|[A-Za-z][.)])(?:[ \t]+(?:\[@\d+\][ \t]*)?(?:\[[ xX-]\][ \t]+)?(.*))?$"
)
_RULE = lazy_pattern(r"[ \t]*-{5,}[ \t]*$")
_NOTE_LINE = lazy_pattern(r"\[fn:([\w-]+)\][ \t]*(.*)$")
_CODE_BLOCKS = frozenset(("src", "example"))
_NO_EXPORT, _ARCHIVED = "noexport", "ARCHIVE"
"""The tag of sections that are not exported, and that of sections of which only the heading is exported."""

_EXCLUDED_TAGS = lazy_pattern(r"^[ \t]*#\+EXCLUDE_TAGS:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_SINGLE_KEYWORDS = frozenset(("title", "subtitle", "author", "date", "email", "description", "keywords", "language"))
_SETTINGS = frozenset(
    (
        "options startup todo seq_todo property setupfile bind exclude_tags select_tags link tblfm tblname priorities constants "
        "bibliography print_bibliography cite_export macro columns archive results toc include name call plot label index"
    ).split()
)

_BRACKET_LINK = lazy_pattern(r"\[\[([^\[\]\n]+)\](?:\[((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\])?\]")
_ANGLE_LINK = lazy_pattern(r"<((?:https?|ftp|mailto):[^<>\s]+)>")
_FOOTNOTE = lazy_pattern(r"\[fn:([\w-]*)(?::((?:[^\[\]]|\[[^\[\]]*\])*))?\]")
_TARGET = lazy_pattern(r"(?<!<)<<([^<>\n]+)>>(?!>)|<<<([^<>\n]+)>>>")
_SNIPPET = lazy_pattern(r"@@[\w-]+:((?:[^@]|@(?!@))*)@@")
_MACRO = lazy_pattern(r"\{\{\{((?:[^{}]|\}(?!\}\}))*)\}\}\}")
_VERBATIM = lazy_pattern(r"(?<![A-Za-z0-9=~/])([=~])(?=\S)([^\n]{0,500}?\S)\1(?![A-Za-z0-9=~/])")
_EMPHASIS = lazy_pattern(r"(?<![A-Za-z0-9*/_+:])([*/_+])(?=[^\s*/_+])((?:(?!\1)[^\n])*[^\s*/_+])\1(?![A-Za-z0-9*/_+])")
_EMPHASIS_TAGS = {"*": "b", "/": "i", "_": "u", "+": "del"}
_SCRIPT = lazy_pattern(r"(?<=\S)([_^])\{([^{}\n]*)\}")
_COOKIE = lazy_pattern(r"(?:(?<![ \t])[ \t]+)?\[(?:\d+%|\d*/\d*|%)\](?=[ \t]|$)")
_INLINE_SOURCE = lazy_pattern(r"(?<![\w])src_[\w+-]+(?:\[[^\[\]\n]*\])?\{([^{}\n]*)\}")
_ORG_CITATION = lazy_pattern(
    r"[ \t]?(?:\[cite(?:/[\w/-]+)?:[^\[\]\n]*\]|(?<![A-Za-z0-9_])(?:cite[a-z]*|autocite|parencite):&?(?a:\w+(?:[&:,;-]+\w+)*))"
)
_IMAGE = lazy_pattern(r"\.(?:png|jpe?g|gif|svg|webp|bmp)$", re.IGNORECASE)
_MAX_TITLE_LEVEL = 6
_KEYWORDS_FIRST = lazy_pattern(r"(?:# -\*-[^\n]*\n)?#\+[A-Za-z_]+:")
_LINE_END = "¶\n"
_PAGE_MARK = lazy_pattern(r"<pb:[^<>\n]*>(?:¶\n)?")
"""The ends of lines and pages of the original in texts of the Kanseki Repository."""


def is_org(text: str) -> bool:
    """Return whether a plain text begins with keywords of Org."""
    return text.startswith("#") and _KEYWORDS_FIRST.match(text) is not None


def read_org(text: str) -> Content:
    """Read an Org file."""
    if _LINE_END in text:
        text = _PAGE_MARK.sub("", text).replace(f"{_LINE_END}\u3000", "\n\n\u3000").replace(_LINE_END, "\n")
    converter = _Converter()
    html = converter.convert(text)
    return replace(
        read_html(html, is_clean=True), page_title="", metadata=_metadata(converter.keywords, converter.excluded_tags)
    )


def _metadata(keywords: list[tuple[str, str]], excluded_tags: set[str]) -> dict[str, Any]:
    """Return the keywords as front matter. Tags of files and of ox-hugo are combined; tags with ``@`` become categories."""
    metadata: dict[str, Any] = {}
    tags: list[str] = []
    categories: list[str] = []
    for name, value in keywords:
        key = name.lower().replace("-", "_").removeprefix("hugo_")
        if key in ("filetags", "tags"):
            tags += value.replace(":", " ").split()
        elif key in ("categories", "category"):
            categories += value.replace(":", " ").split()
        elif key in _SETTINGS or key.startswith(("latex", "html_", "attr_", "export_", "reveal_", "header")):
            continue
        elif key in metadata and key in _SINGLE_KEYWORDS:
            metadata[key] = PlainScalar(f"{metadata[key]} {value}")
        elif value:
            metadata.setdefault(key, PlainScalar(value))
    if not excluded_tags.isdisjoint(tags):
        metadata["published"] = False
        tags = [tag for tag in tags if tag not in excluded_tags]
    categories += [tag[1:] for tag in tags if tag.startswith("@")]
    tags = [tag for tag in tags if not tag.startswith("@")]
    return metadata | ({"tags": tags} if tags else {}) | ({"categories": categories} if categories else {})


class _Converter:
    """Converts the lines of an Org file to HTML."""

    def __init__(self) -> None:
        self.keywords: list[tuple[str, str]] = []
        self._html: list[str] = []
        self._paragraph: list[str] = []
        self._notes: list[str] = []
        self.excluded_tags = {_NO_EXPORT}

    def convert(self, text: str) -> str:
        """Return the HTML of the text, with footnotes at the end."""
        lines = text.split("\n")
        ends = _block_ends(lines)
        if _EXCLUDED_TAGS.search(text):
            blocks = {number for start, end in ends.items() for number in range(start, end)}
            for number, line in enumerate(lines):
                if number not in blocks and (names := _EXCLUDED_TAGS.match(line)) is not None:
                    self.excluded_tags.update(names[1].replace(":", " ").split())
        at = 0
        hidden_level = 0
        while at < len(lines):
            line = lines[at]
            heading = _HEADING.match(line)
            if heading is not None:
                level = len(heading[1])
                if hidden_level and level > hidden_level:
                    at += 1
                    continue
                hidden_level = 0
                if self._heading(level, heading[2]):
                    hidden_level = level
                at += 1
            elif hidden_level:
                at += 1
            elif at in ends:
                self._block(lines, at, ends[at])
                at = ends[at] + 1
            else:
                self._line(line)
                at += 1
        self._end_paragraph()
        return "\n".join((*self._html, *(f"<p>{note}</p>" for note in self._notes)))

    def _heading(self, level: int, title: str) -> bool:
        """Add a heading. Return whether the section below it is not exported."""
        self._end_paragraph()
        found = _HEADING_TAGS.search(title)
        tags = () if found is None else found[1].split(":")
        if found is not None:
            title = title[: found.start()]
        state = _HEADING_STATE.match(title)
        title = _COOKIE.sub("", title[state.end() :] if state is not None else title)
        if title.startswith("COMMENT ") or not self.excluded_tags.isdisjoint(tags):
            return True
        level = min(level, _MAX_TITLE_LEVEL)
        self._add(f"<h{level}>{self._inline(title.strip())}</h{level}>")
        return _ARCHIVED in tags

    def _block(self, lines: list[str], start: int, end: int) -> None:
        """Add a block or a drawer."""
        begin = _BEGIN.match(lines[start])
        name = begin[1].lower() if begin is not None else ""
        content = lines[start + 1 : end]
        if begin is None or name == "comment":
            self._end_paragraph()
        elif name in _CODE_BLOCKS:
            code = "\n".join(
                line.removeprefix(",") if line.startswith((",*", ",#", ",,")) else line for line in content
            )
            self._add(f"<pre><code>{escape(code, quote=False)}</code></pre>")
        elif name == "export":
            is_html = begin[2].strip().lower().startswith("html")
            self._add("\n".join(content) if is_html else "")
        else:
            tag = "blockquote" if name == "quote" else "div"
            self._add(f"<{tag}>")
            for line in content:
                self._line(line)
                if name == "verse":
                    self._end_paragraph()
            self._add(f"</{tag}>")

    def _line(self, line: str) -> None:
        """Add one line outside of code. Shortcodes are those of Hugo, the target of ox-hugo."""
        if "{{<" in line or "{{%" in line:
            line = remove_shortcodes(line)
        stripped = line.strip()
        if not stripped:
            self._end_paragraph()
        elif (keyword := _KEYWORD.match(line)) is not None:
            self._end_paragraph()
            name = keyword[1].lower()
            if name in ("caption", "html"):
                self._add(keyword[2] if name == "html" else f"<p>{self._inline(keyword[2])}</p>")
            else:
                self.keywords.append((keyword[1], keyword[2].strip()))
        elif stripped.startswith(("# ", "#+")) or stripped == "#" or _PLANNING.match(line) or _RULE.match(line):
            self._end_paragraph()
        elif (fixed := _FIXED_WIDTH.match(line)) is not None:
            self._add(f"<pre>{escape(fixed[1] or '', quote=False)}</pre>")
        elif stripped.startswith("|"):
            self._end_paragraph()
            if not stripped.startswith("|-"):
                row = stripped[1:].removesuffix("|").split("|")
                cells = "".join(f"<td>{self._inline(cell.strip())}</td>" for cell in row)
                self._html.append(f"<table><tr>{cells}</tr></table>")
        elif (note := _NOTE_LINE.match(line)) is not None:
            self._end_paragraph()
            self._paragraph.append(note[2])
        elif (item := _ORG_ITEM.match(line)) is not None:
            self._end_paragraph()
            self._paragraph.append(_COOKIE.sub("", item[1] or "").replace(" :: ", "："))
        else:
            self._paragraph.append(stripped.removesuffix("\\\\"))

    def _add(self, html: str) -> None:
        """Add HTML below the paragraph, which it ends."""
        self._end_paragraph()
        self._html.append(html)

    def _end_paragraph(self) -> None:
        text = "\n".join(self._paragraph).strip()
        self._paragraph.clear()
        if text:
            self._html.append(f"<p>{self._inline(text)}</p>")

    def _inline(self, text: str) -> str:
        """Return the HTML of text with inline markup."""
        codes: list[Code] = []

        def protect(html: str) -> str:
            return placeholder(Code(html), codes)

        text = _SNIPPET.sub(lambda match: protect(match[1]), text)
        text = _BRACKET_LINK.sub(lambda match: protect(self._link(match[1], match[2])), text)
        if "src_" in text:
            text = _INLINE_SOURCE.sub(lambda match: protect(f"<code>{escape(match[1], quote=False)}</code>"), text)
        text = _VERBATIM.sub(lambda match: protect(f"<code>{escape(match[2], quote=False)}</code>"), text)
        text = _FOOTNOTE.sub(self._footnote, text)
        if "cite" in text:
            text = _ORG_CITATION.sub("", text)
        text = _MACRO.sub("", _TARGET.sub(lambda match: match[2] or "", text))
        text = _ANGLE_LINK.sub(r"\1", text)
        text = escape(text, quote=False)
        text = _EMPHASIS.sub(_emphasis, text)
        text = _SCRIPT.sub(
            lambda match: f"<sub>{match[2]}</sub>" if match[1] == "_" else f"<sup>{match[2]}</sup>", text
        )
        return restore(text, codes)

    def _link(self, target: str, description: str | None) -> str:
        address = target.removeprefix("file:")
        if description is None and _IMAGE.search(address):
            return f'<img src="{escape(address)}">'
        text = address.lstrip("*#") if description is None else description
        if description is not None and _IMAGE.search(description):
            return f'<img src="{escape(description.removeprefix("file:"))}">'
        return f'<a href="{escape(address)}">{escape(text, quote=False)}</a>'

    def _footnote(self, match: re.Match[str]) -> str:
        if match[2]:
            self._notes.append(escape(match[2].strip(), quote=False))
        return ""


def _emphasis(match: re.Match[str]) -> str:
    sign, text = match[1], match[2]
    if sign == "/" and "/" in text:
        return match[0]
    return f"<{_EMPHASIS_TAGS[sign]}>{text}</{_EMPHASIS_TAGS[sign]}>"


def _block_ends(lines: list[str]) -> dict[int, int]:
    """Return a mapping from the first line of each block and drawer to its last line. Nested blocks are not listed."""
    ends: dict[int, int] = {}
    closings: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        stripped = line.strip().lower()
        if stripped.startswith("#+end_") or stripped == ":end:":
            closings.setdefault(stripped, []).append(number)
    for numbers in closings.values():
        numbers.reverse()
    at = 0
    while at < len(lines):
        begin = _BEGIN.match(lines[at])
        name = f"#+end_{begin[1].lower()}" if begin is not None else ":end:" if _DRAWER.match(lines[at]) else ""
        numbers = closings.get(name, [])
        while numbers and numbers[-1] < at:
            numbers.pop()
        if name and numbers and not (name == ":end:" and lines[at].strip().lower() == ":end:"):
            ends[at] = numbers[-1]
            at = numbers[-1]
        at += 1
    return ends


READER = Reader(suffixes=(".org",), read=read_org, reads_keywords=True)
