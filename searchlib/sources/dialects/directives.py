"""Open the directives of MyST and Sphinx in Markdown: fences such as ```` ```{note} 标题 ````, whose content is Markdown.

Directives for code become fences without their options. Those that a program replaces, such as ``toctree``, are removed. A fence
``mdx-code-block`` of Docusaurus contains components, and ``ad-note`` of a plugin of Obsidian is a callout. Other fences stay as
they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import is_address
from searchlib.sources.dialects.lines import LIST_MARKER
from searchlib.sources.dialects.tables import markdown_table

_OPENING = lazy_pattern(
    r"([ \t]*)(`{3,}|~{3,}|:{3,})[ \t]*(?:\{([A-Za-z][\w:.+-]*)\}|(toc|eval_rst|ad-[a-z-]+)(?=[ \t]*$))[ \t]*(.*)$"
)
_OTHER_FENCE = lazy_pattern(rf"[ \t]*(?:{LIST_MARKER}[ \t]+)?(`{{3,}}(?=[^`]*$)|~{{3,}})")
_MDX_BLOCK = lazy_pattern(r"[ \t]*(`{3,})mdx-code-block[ \t]*$")
_CLOSING = lazy_pattern(r"[ \t]*(`{3,}|~{3,}|:{3,})[ \t]*$")
_DIRECTIVE_OPTION = lazy_pattern(r"[ \t]*:([a-zA-Z][\w-]*):(?:[ \t]+(.*))?$")
_YAML_RULE = lazy_pattern(r"[ \t]*-{3,}[ \t]*$")
_YAML_OPTION = lazy_pattern(r"[ \t]*([a-zA-Z][\w-]*):(?:[ \t]+(.*))?$")
_ADMONITION = "ad-"
"""The start of the names of the fences of the Admonition plugin of Obsidian. A title and other options may follow."""

_ADMONITION_OPTION = lazy_pattern(r"[ \t]*(title|collapse|icon|color|metadata):[ \t]*(.*)$")

_PART_END = lazy_pattern(r"[ \t]*(?:\^{3,}|\+{3,}|(-{3,}))[ \t]*$")
"""The end of the head or of the body of a card, or with dashes that of a panel."""

_RST_MARK = lazy_pattern(r"[ \t]*\.\.[ \t]+[\w:.+-]+::[ \t]*")
_RST_LIST = lazy_pattern(r"\.\.[ \t]+(?:toctree|auto\w+|contents|index|include)::")

_TITLED = frozenset(
    (
        "admonition note tip warning caution danger error hint important attention seealso todo versionadded versionchanged "
        "deprecated tab-set tabs tab-item tab tabbed dropdown card card-carousel grid grid-item grid-item-card margin sidebar "
        "topic epigraph pull-quote highlights container div panels toggle aside compound only glossary table "
        "prf proof theorem lemma definition corollary proposition axiom remark example exercise solution"
    ).split()
)
"""Directives whose argument is a title."""

_UNTITLED = frozenset("container div grid card-carousel only compound panels tab-set tabs glossary".split())
"""Those of them whose argument is a class, a number of columns or a condition."""

_FIGURES = frozenset(("figure", "image"))
"""Directives whose argument is an address."""

_TABLES = frozenset(("csv-table", "list-table"))
CODES = frozenset(
    "code code-block sourcecode code-cell parsed-literal doctest testcode testoutput prompt ipython jupyter-execute literalinclude "
    "mermaid graphviz digraph uml plantuml ditaa blockdiag seqdiag actdiag nwdiag".split()
)
"""Directives of Sphinx and its extensions with code, or the source of a diagram."""

_REMOVED_DIRECTIVES = frozenset(
    (
        "toctree toc contents tableofcontents index bibliography include glue raw meta highlight module currentmodule "
        "automodule autoclass autofunction autosummary autoapi video"
    ).split()
)
_KNOWN_NAMES = _TITLED | _FIGURES | _TABLES | CODES | _REMOVED_DIRECTIVES | {"math", "eval-rst"}
_SHOWN_OPTIONS = ("caption", "alt")
_MAX_NESTING = 50
_MARKS = ("```{", "``` {", "~~~{", ":::{", "::: {", "```toc", "```eval_rst", "```ad-", "```mdx-code-block")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directive:
    """The top of a directive. ``argument`` is the text behind its name."""

    indent: str
    mark: str
    name: str
    argument: str
    options: dict[str, str]


def open_directives(text: str) -> str:
    """Return the text with directives as Markdown."""
    if not any(mark in text for mark in _MARKS):
        return text
    return "\n".join(_Converter(text.split("\n")).convert())


class _Converter:
    """Converts the lines of a text."""

    def __init__(self, source: list[str]) -> None:
        self._source = source
        self._at = 0
        self._opened: list[tuple[str, str]] = []
        """The marks and names of open directives whose content is Markdown, from the outermost to the innermost."""

    def convert(self) -> Iterator[str]:
        """Yield the converted lines."""
        while self._at < len(self._source):
            line = self._source[self._at]
            self._at += 1
            if (closing := _CLOSING.match(line)) is not None and self._close(closing[1]):
                yield ""
            elif (
                self._opened
                and (part := _PART_END.match(line)) is not None
                and (not part[1] or self._opened[-1][1] == "panels")
            ):
                _, self._at = _read_options(self._source, self._at)
                yield ""
            elif (directive := self._read_top(line)) is not None:
                yield from self._convert_directive(directive)
            elif (block := _MDX_BLOCK.match(line)) is not None:
                yield from ("", *self._read_content(block[1])[0], "")
            elif (fence := _OTHER_FENCE.match(line)) is not None:
                content, end = self._read_content(fence[1])
                yield from (line, *content, *end)
            else:
                yield line

    def _read_top(self, line: str) -> _Directive | None:
        """Return the directive that begins in a line, and move past its options."""
        opening = _OPENING.match(line)
        following = self._source[self._at] if self._at < len(self._source) else ""
        if opening is not None and opening[4] is not None and opening[4].startswith(_ADMONITION):
            options, self._at = _read_lines(_ADMONITION_OPTION, self._source, self._at)
            title = options.get("title", "")
            return _Directive(indent=opening[1], mark=opening[2], name="admonition", argument=title, options={})
        if opening is None or not (name := _name(opening[3] or opening[4], following)):
            return None
        options, self._at = _read_options(self._source, self._at)
        return _Directive(indent=opening[1], mark=opening[2], name=name, argument=opening[5].strip(), options=options)

    def _convert_directive(self, directive: _Directive) -> Iterator[str]:
        indent, name = directive.indent, directive.name
        if name in _TABLES:
            content, _ = self._read_content(directive.mark)
            rows = _csv_rows(directive.options, content) if name == "csv-table" else _list_rows(content)
            yield from ("", f"{indent}{directive.argument}", *markdown_table(rows, indent))
        elif name == "eval-rst":
            content, _ = self._read_content(directive.mark)
            yield from ("", *_rst_texts(content, indent), "")
        elif name in _REMOVED_DIRECTIVES:
            self._read_content(directive.mark)
        elif name == "glossary":
            content, _ = self._read_content(directive.mark)
            yield from ("", *_definitions(content, indent), "")
        elif name == "math" or name in CODES:
            yield from self._convert_code(directive)
        else:
            is_shown = name not in _FIGURES | _UNTITLED and not is_address(directive.argument)
            texts = (directive.argument if is_shown else "", *map(directive.options.get, _SHOWN_OPTIONS))
            yield from ("", *_paragraphs(texts, indent))
            if len(self._opened) < _MAX_NESTING:
                self._opened.append((directive.mark, name))

    def _convert_code(self, directive: _Directive) -> Iterator[str]:
        """Yield the caption, and the content as a fence or a formula."""
        if directive.name == "math":
            marker, language = "$$", ""
        else:
            marker = "```" if directive.mark[0] == ":" else directive.mark
            # Quarto has options in its diagrams.
            language = "{mermaid}" if directive.name == "mermaid" else directive.argument
        yield from _paragraphs([directive.options.get("caption")], directive.indent)
        yield f"{directive.indent}{marker}{language}"
        content, end = self._read_content(directive.mark)
        yield from content
        if end:
            yield f"{directive.indent}{marker}"

    def _read_content(self, mark: str) -> tuple[list[str], list[str]]:
        """Return the lines up to the end of code, a table or the like, and the line that ends it, if there is one."""
        start = self._at
        while self._at < len(self._source):
            line = self._source[self._at]
            self._at += 1
            if (closing := _CLOSING.match(line)) is not None and closing[1].startswith(mark):
                if len(closing[1]) > len(mark):
                    self._close(closing[1])
                return self._source[start : self._at - 1], [line]
        return self._source[start:], []

    def _close(self, mark: str) -> bool:
        """Close the directive that a mark ends: the innermost one with the same mark, or the outermost one with a shorter one."""
        same = [number for number, (each, _) in enumerate(self._opened) if each == mark]
        ended = same[-1:] or [number for number, (each, _) in enumerate(self._opened) if mark.startswith(each)]
        if ended:
            del self._opened[ended[0] :]
        return bool(ended)


def _name(name: str, following: str) -> str:
    """Return the name of a directive without its kind (``theorem`` in ``prf:theorem``), or "" if this is no directive.

    A directive that this module does not know has an option on the following line.
    """
    name = name.lower().replace("_", "-")
    known = next((each for each in (name, name.partition(":")[0]) if each in _KNOWN_NAMES), "")
    return known or (name if _DIRECTIVE_OPTION.match(following) else "")


def _read_options(source: list[str], at: int) -> tuple[dict[str, str], int]:
    """Return the options at the top of a directive, ``:name: value`` or YAML between dashes, and the line below them."""
    is_yaml = at < len(source) and _YAML_RULE.match(source[at]) is not None
    start = at
    options, at = _read_lines(_YAML_OPTION if is_yaml else _DIRECTIVE_OPTION, source, at + is_yaml)
    if not is_yaml:
        return options, at
    return (options, at + 1) if at < len(source) and _YAML_RULE.match(source[at]) else ({}, start)


def _read_lines(pattern: re.Pattern[str], source: list[str], at: int) -> tuple[dict[str, str], int]:
    """Return the options in lines that match a pattern, and the line below them."""
    options: dict[str, str] = {}
    while at < len(source) and (option := pattern.match(source[at])) is not None:
        options[option[1].lower()] = (option[2] or "").strip().strip("\"'")
        at += 1
    return options, at


def _paragraphs(texts: Iterable[str | None], indent: str) -> list[str]:
    return [line for text in dict.fromkeys(texts) if text for line in ("", f"{indent}{text}", "")]


def _definitions(lines: list[str], indent: str) -> Iterator[str]:
    """Yield the terms and definitions in a glossary as paragraphs. Definitions are indented below their terms."""
    depth = 0
    for line in lines:
        content = line.lstrip(" \t")
        width = len(line) - len(content)
        if width > len(indent) or not content:
            depth = depth or width
            yield indent + line[min(width, depth) :]
        else:
            depth = 0
            yield from ("", indent + content, "")


def _csv_rows(options: dict[str, str], lines: list[str]) -> list[list[str]]:
    lines = [options.get("header", ""), *lines]
    try:
        rows = list(csv.reader(lines, skipinitialspace=True))
    except csv.Error:
        rows = [[line] for line in lines]
    return [row for row in rows if any(cell.strip() for cell in row)]


def _list_rows(lines: list[str]) -> list[list[str]]:
    """Return the rows of a list of lists, ``* - 甲``, with a line ``- 乙`` for each further cell."""
    rows: list[list[str]] = []
    for line in map(str.strip, lines):
        if line.startswith("* -"):
            rows.append([line[3:]])
        elif rows and (line.startswith("- ") or line == "-"):
            rows[-1].append(line[1:])
        elif rows and line:
            rows[-1][-1] += f"\n{line}"
    return rows


def _rst_texts(lines: list[str], indent: str) -> list[str]:
    """Return the lines of reStructuredText without the marks of directives, and without directives that list other pages."""
    texts: list[str] = []
    is_list = False
    for line in lines:
        is_list = _RST_LIST.match(line) is not None or (is_list and line[:1] in ("", " ", "\t"))
        if not is_list and not _DIRECTIVE_OPTION.match(line):
            texts.append(f"{indent}{_RST_MARK.sub('', line).strip()}")
    return texts
