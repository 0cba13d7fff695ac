"""Read tiddlers, the notes of TiddlyWiki, by converting their wikitext to HTML.

Macros, widgets and transclusions are removed: their results depend on the other tiddlers and on the state of the wiki.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.bounds import check_tags
from searchlib.sources.dialects.code import Code, placeholder, restore
from searchlib.sources.dialects.inline import mark_pairs
from searchlib.sources.front_matter.tiddlywiki import HTML, MARKDOWN, PLAIN, split_tiddler, type_of_tiddler
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html
from searchlib.sources.readers.markdown import read_markdown
from searchlib.sources.readers.plain import read_plain
from searchlib.sources.text import HTML_COMMENT

_DEFINITION = lazy_pattern(
    r"\s*\\(?:define|procedure|function|widget)[ \t]+[^\s(]+[ \t]*(?:\([^()\n]*\))?[ \t]*\n"
    r"(?>(?:(?![ \t]*\\end\b)[^\n]*\n)*)[ \t]*\\end\b[^\n]*(?:\n|\Z)"
)
_PRAGMA = lazy_pattern(
    r"\s*\\(?:define|procedure|function|widget|rules|import|whitespace|parameters|parsermode)\b[^\n]*(?:\n|\Z)"
)
"""A line at the top of a tiddler that defines a macro or sets how the text is parsed. ``_DEFINITION`` has several lines."""

_CODE = lazy_pattern(
    r"^```[^\n`]*\n(?P<fence>(?>(?:(?!```)[^\n]*\n)*))```[ \t]*$"
    r"|^\$\$\$[^\n]*\n(?P<typed>(?>(?:(?!\$\$\$)[^\n]*\n)*))\$\$\$[ \t]*$"
    r"|``(?P<double>(?>(?:[^`\n]|`(?!`))+))``|`(?P<span>[^`\n]+)`"
    rf"|{HTML_COMMENT.pattern}",
    re.MULTILINE,
)
_QUOTES = '"""'
_TEXT = r'"""(?>(?:[^"]|"(?!""))*)"""'
_MACRO = rf"<<(?![<\s])(?>(?:{_TEXT}|[^<>\n]|\n(?!\n)|<(?!<)|>(?!>))*)>>"
_MACRO_CALL = lazy_pattern(_MACRO)
_TEXT_ARGUMENT = lazy_pattern(_TEXT)
"""A text in an argument of a macro, such as ``<<alert warning \"\"\"文\"\"\">>``. The macro shows it."""

_FILTERED_OR_TRANSCLUDED = r"\{\{\{(?>(?:[^{}]|\{(?!\{)|\}(?!\}\}))*)\}\}\}|\{\{(?>[^{}\n]*)\}\}"
_TRANSCLUSION = lazy_pattern(_FILTERED_OR_TRANSCLUDED)
_VALUE = rf"{_TEXT}|\"[^\"]*\"|'[^']*'|{_MACRO}|{_FILTERED_OR_TRANSCLUDED}|[^\s<>\"'/]+"
_TAG = lazy_pattern(rf"(?<!<)<(/?)(\$?[A-Za-z][\w.$:-]*)((?>(?:\s+[^\s<>=\"'/]+(?:\s*=\s*(?:{_VALUE}))?)*))\s*/?>")
_IMAGE = lazy_pattern(r"\[img(?:[ \t][^\[\]\n]*)?\[(?:([^\[\]\n|]*)\|)?([^\[\]\n]*)\]\]")
_LINK = lazy_pattern(r"\[(?:ext)?\[([^\[\]\n|]+)(?:\|[^\[\]\n]*)?\]\]")
_STYLE = lazy_pattern(r"@@(?:\.[\w.-]+(?=[ \t\n]|$)|(?:[\w-]+:[^;\n@]*;)+)?")
_NO_LINK = lazy_pattern(r"(?<![\w~])~(?=[A-Z]+[a-z]+[A-Z])")
_AMPERSAND = lazy_pattern(r"&(?!#?\w{1,30};)")
_PAIRS = (
    (lazy_pattern(r"''((?:[^'\n]|'(?!'))+)''"), "b"),
    (lazy_pattern(r"(?<!:)//((?:[^/\n]|/(?!/)|(?<=:)//)+?)(?<!:)//"), "i"),
    (lazy_pattern(r"__((?:[^_\n]|_(?!_))+)__"), "u"),
    (lazy_pattern(r"~~((?:[^~\n]|~(?!~))+)~~"), "del"),
    (lazy_pattern(r"\^\^((?:[^^\n]|\^(?!\^))+)\^\^"), "sup"),
    (lazy_pattern(r",,((?:[^,\n]|,(?!,))+),,"), "sub"),
)
_HEADING = lazy_pattern(r"[ \t]*(!{1,6})(?:\.[\w-]+[ \t])*[ \t]*(.*)")
_ITEM = lazy_pattern(r"[*#;:>]+(?:\.[\w-]+[ \t])*[ \t]*(.*)")
_ROW = lazy_pattern(r"\|(.*)\|([hfck]?)[ \t]*")
_MERGED_CELLS = frozenset("<>~")
_RULE = lazy_pattern(r"[ \t]*-{3,}[ \t]*")
_QUOTE_MARK = lazy_pattern(r"<<<+(?:[ \t]*\.[\w.-]+)?[ \t]*(.*)")
_HARD_BREAKS = lazy_pattern(r'"""((?:[^"]|"(?!""))*)"""')


def read_wikitext(text: str) -> Content:
    """Read wikitext.

    Raises:
        OutOfBoundsError: there are too many tags.
    """
    check_tags(text.count("<"))
    codes: list[Code] = []
    text = _CODE.sub(lambda code: _protect(code, codes), _without_pragmas(text))
    text = _TAG.sub(lambda tag: placeholder(Code(_html_tag(tag)), codes), text)
    text = _MACRO_CALL.sub(_texts_of_macro, text)
    text = _TRANSCLUSION.sub("", _MACRO_CALL.sub("", text))
    html = restore("\n".join(_to_html(text.split("\n"))), codes)
    return read_html(html, is_clean=True)


def _without_pragmas(text: str) -> str:
    """Return a text without the definitions and rules at its top. A definition without an end takes one line."""
    position, last_end = 0, text.rfind("\\end")
    while True:
        pragma = _DEFINITION.match(text, position) if position < last_end else None
        pragma = pragma or _PRAGMA.match(text, position)
        if pragma is None:
            return text[position:]
        position = pragma.end()


def _protect(code: re.Match[str], codes: list[Code]) -> str:
    """Return a placeholder for code, and nothing for a comment."""
    if (block := code["fence"] or code["typed"]) is not None:
        return f"\n\n{placeholder(Code(f'<pre>{escape(block.strip(chr(10)))}</pre>'), codes)}\n\n"
    if span := code["double"] or code["span"]:
        return placeholder(Code(f"<code>{escape(span)}</code>"), codes)
    return ""


def _texts_of_macro(call: re.Match[str]) -> str:
    """Return the texts in the arguments of a macro as paragraphs, or ""."""
    texts = _TEXT_ARGUMENT.findall(call[0]) if _QUOTES in call[0] else ()
    return "".join(f"\n\n{text.strip(_QUOTES)}\n\n" for text in texts)


def _html_tag(tag: re.Match[str]) -> str:
    """Return an HTML tag without its attributes, and a space in place of a widget, such as ``<$list filter="…">``."""
    return " " if "$" in tag[2] else f"<{tag[1]}{tag[2].lower()}>"


def _to_html(lines: list[str]) -> Iterator[str]:
    """Yield the elements for lines: headings, list items, tables, sources of quotes and paragraphs."""
    for kind, group in groupby(lines, _kind):
        content = list(group)
        if kind == "heading":
            for heading in filter(None, map(_HEADING.fullmatch, content)):
                level = len(heading[1])
                yield f"<h{level}>{_inline(heading[2])}</h{level}>"
        elif kind == "item":
            items = (_inline(item[1]) for item in filter(None, map(_ITEM.fullmatch, content)))
            yield f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        elif kind == "row":
            rows = (_cells(row[1]) for row in filter(None, map(_ROW.fullmatch, content)) if row[2] != "k")
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        elif kind == "quote":
            marks = filter(None, map(_QUOTE_MARK.fullmatch, content))
            yield "".join(f"<p>{_inline(mark[1])}</p>" for mark in marks)
        elif kind == "text":
            yield f"<p>{_inline(chr(10).join(content))}</p>"


def _kind(line: str) -> str:
    if not line.strip() or _RULE.fullmatch(line):
        return ""
    if _HEADING.fullmatch(line):
        return "heading"
    if _ITEM.fullmatch(line):
        return "item"
    if _ROW.fullmatch(line):
        return "row"
    return "quote" if line.startswith("<<<") else "text"


def _cells(row: str) -> str:
    cells = (cell.strip() for cell in _inline(row).split("|"))
    return "".join(f"<td>{cell.lstrip('!').strip()}</td>" for cell in cells if cell not in _MERGED_CELLS)


def _inline(text: str) -> str:
    """Return a text without block markup as HTML."""
    text = _AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    text = _IMAGE.sub(lambda image: f'<img alt="{_quoted(image[1] or "")}" src="{_quoted(image[2])}">', text)
    text = _LINK.sub(r"\1", text)
    text = mark_pairs(text, _PAIRS)
    text = _HARD_BREAKS.sub(lambda lines: lines[1].strip().replace("\n", "<br>"), text)
    return _NO_LINK.sub("", _STYLE.sub("", text))


def _quoted(value: str) -> str:
    return value.strip().replace('"', "&quot;")


READER = Reader(suffixes=(".tid",), read=read_wikitext, split=split_tiddler)

_READ_OTHERS: dict[str, Callable[[str], Content]] = {
    **dict.fromkeys(MARKDOWN, read_markdown),
    HTML: read_html,
    PLAIN: read_plain,
}
_OTHER_MARKUP = {kind: Reader(suffixes=(), read=read, split=split_tiddler) for kind, read in _READ_OTHERS.items()}


def find_markup(text: str) -> Reader | None:
    """Return the reader of a tiddler whose text is not wikitext but Markdown, HTML or plain text, or None."""
    return _OTHER_MARKUP.get(type_of_tiddler(text))
