"""Normalize containers: the title and the content become separate blocks.

These are the containers of VuePress, Docusaurus, Quarto and Microsoft Docs, ``::: tip 标题``, and of Python-Markdown,
``!!! note "标题"``, ``=== "标签"`` and ``/// note | 标题``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, join_texts, parse_arguments
from searchlib.sources.dialects.lines import ITEM_MARKER, Indents, indent_of

_ITEM = lazy_pattern(rf"[ \t]*{ITEM_MARKER}[ \t]+(?=(?:!!!|\?\?\?\+?|:{{3,}})[ \t]*[A-Za-z])")
_CONTAINER_LINE = lazy_pattern(r"([ \t>]*)(?::{3,}|/{3,}(?=[ \t]*(?:[a-z][\w-]*(?:[ \t]*\|.*)?)?$))")
_ADMONITION = lazy_pattern(
    r"""(?:(?:!!!|\?\?\?\+?)(?P<space>[ \t]*)([A-Za-z][A-Za-z-]*(?:[ \t]+[\w-]+)*)(?:[ \t]+"(.*)")?"""
    r"""|(?:===[!+]?|\?\?\?\+?)[ \t]+"(.*)")[ \t]*$"""
)
_DOCS_DIRECTIVE_NAMES = r"(?:image|icon|row|column|zone|moniker|code|video|no-loc)(?:-end)?"
_DOCS_DIRECTIVE = lazy_pattern(rf"(?<!:):::[ \t]*{_DOCS_DIRECTIVE_NAMES}\b((?>(?:[^:\n]|:(?!::))*)):::(?!:)")
_DOCS_BLOCK = lazy_pattern(r"[ \t]*:::(?:row|column)(?:-end)?:::[ \t]*$")
_CONTAINER_END = lazy_pattern(r"end|\S*-end\b")
_CONTAINER_KIND = lazy_pattern(r"[.#]?[A-Za-z][\w-]*")
_TAB_LINE = lazy_pattern(r"([ \t>]*)@tab(?::active)?(?:[ \t]+(.*?))?(?:#[\w-]+)?[ \t]*$")
_CONTAINER_ID = lazy_pattern(r"#[\w-]+")
_BRACKETED_TITLE = lazy_pattern(r"\[([^\]\n]*)\]")
_BRACES = lazy_pattern(r"\{([^{}\n]*)\}")
_HAS_ATTRIBUTES = lazy_pattern(r"[\w-]+[ \t]*=")
_CONTENT_INDENT = 4


def open_containers(text: str) -> str:
    """Replace the lines around containers by their titles, and remove the indent of their content."""
    return "\n".join(_Converter(text.split("\n")).convert())


class _Converter:
    """Converts the lines of a text."""

    def __init__(self, source: list[str]) -> None:
        self._source = source
        self._indents = Indents()
        self._marker = ""
        """The marker of an item that begins with a container. It moves to the first line of the text in it."""

    def convert(self) -> Iterator[str]:
        """Yield the converted lines."""
        for number, line in enumerate(self._source, 1):
            if "\t" in line:
                line = _expand_indent(line)
            if ":::" in line and not _DOCS_BLOCK.match(line):
                line = _DOCS_DIRECTIVE.sub(_directive_text, line)
            if not line or line.isspace():
                yield line
                continue
            following = self._source[number : number + 2]
            indent = indent_of(line)
            item = _ITEM.match(line) if line[indent] in ":-*+0123456789" else None
            if item is not None and _is_indented(following):
                self._marker = item[0]
                indent = len(item[0])
                line = " " * indent + line[indent:]
            lines = self._convert_line(line, indent, following)
            yield from self._with_marker(lines) if self._marker else lines

    def _convert_line(self, line: str, indent: int, following: list[str]) -> list[str]:
        self._indents.begin_line(indent)
        content = self._indents.strip(line, indent)
        if (container := _CONTAINER_LINE.match(line)) is not None:
            quote = container[1] if ">" in container[1] else ""
            source = line[container.end() :].strip(" \t:/")
            if not source or _CONTAINER_END.match(source):
                self._indents.close()
                return [quote]
            self._indents.open(indent)
            return _title_lines(quote or content[: indent_of(content)], _container_title(source))
        if (
            line[indent] in "!?="
            and (admonition := _ADMONITION.match(line, indent)) is not None
            and (admonition["space"] != "" or _is_indented(following))
        ):
            self._indents.open(indent, indent + _CONTENT_INDENT)
            title = admonition[3] or admonition[4] or _title_without_quotes(admonition[2] or "")
            return _title_lines(content[: indent_of(content)], title)
        if line[indent] == "@" and (tab := _TAB_LINE.match(content)) is not None:
            return _title_lines(tab[1], tab[2] or "")
        return [content]

    def _with_marker(self, lines: list[str]) -> list[str]:
        """Return the lines without blank ones at the top, and with the marker in the first line."""
        lines = [*dropwhile(lambda line: not line.strip(), lines)]
        if lines:
            if lines[0].startswith(" " * len(self._marker)):
                lines[0] = self._marker + lines[0][len(self._marker) :]
            self._marker = ""
        return lines


def _expand_indent(line: str) -> str:
    """Return a line with spaces in place of the tabs in its indent."""
    content = line.lstrip(" \t")
    return line[: len(line) - len(content)].expandtabs(_CONTENT_INDENT) + content


def _is_indented(lines: list[str]) -> bool:
    """Return whether the first line that is not blank has an indent."""
    return next((line[0] in " \t" for line in lines if line.strip()), False)


def _title_without_quotes(words: str) -> str:
    """Return the Chinese words after the type of an admonition, ``note 标题``. English words are classes."""
    return " ".join(word for word in words.split() if not word.isascii())


def _title_lines(prefix: str, title: str) -> list[str]:
    """Return the title as a paragraph."""
    blank = prefix.rstrip()
    return [blank, prefix + title, blank] if title else [blank]


def _container_title(source: str) -> str:
    """Return the title in ``tip 标题``, ``tip[标题]``, ``tip{title="标题"}`` or ``{.tip title="标题"}``."""
    head = _CONTAINER_KIND.match(source)
    rest = source[head.end() :] if head else source
    if (name := _CONTAINER_ID.match(rest)) is not None:
        rest = rest[name.end() :]
    if (label := _BRACKETED_TITLE.match(rest)) is not None:
        return label[1].strip()
    braces = join_texts(captions(each for found in _BRACES.findall(rest) for each in parse_arguments(found)))
    rest = _BRACES.sub("", rest)
    if _HAS_ATTRIBUTES.search(rest):
        return join_texts((braces, *captions(parse_arguments(rest))))
    return join_texts((rest.lstrip(" \t|"), braces))


def _directive_text(match: re.Match[str]) -> str:
    text = join_texts(captions(parse_arguments(match[1])))
    return f" {text} " if text else ""
