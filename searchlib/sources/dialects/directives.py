"""Open the directives of MyST and Sphinx in Markdown: fences such as ```` ```{note} 标题 ````, whose content is Markdown.

Directives for code become fences without their options. Those that a program replaces, such as ``toctree``, are removed. Other
fences stay as they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import is_address

_OPENING = lazy_pattern(
    r"([ \t]*)(`{3,}|~{3,}|:{3,})[ \t]*(?:\{([A-Za-z][\w:.+-]*)\}|(toc|eval_rst)(?=[ \t]*$))[ \t]*(.*)$"
)
_FENCE = lazy_pattern(r"[ \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
_CLOSING = lazy_pattern(r"[ \t]*(`{3,}|~{3,}|:{3,})[ \t]*$")
_OPTION = lazy_pattern(r"[ \t]*:([a-zA-Z][\w-]*):(?:[ \t]+(.*))?$")
_YAML_RULE = lazy_pattern(r"[ \t]*-{3,}[ \t]*$")
_YAML_OPTION = lazy_pattern(r"[ \t]*([a-zA-Z][\w-]*):(?:[ \t]+(.*))?$")
_RST_MARK = lazy_pattern(r"[ \t]*\.\.[ \t]+[\w:.+-]+::[ \t]*")
_RST_LIST = lazy_pattern(r"\.\.[ \t]+(?:toctree|auto\w+|contents|index|include)::")

_TEXTS = frozenset(
    (
        "admonition note tip warning caution danger error hint important attention seealso todo versionadded versionchanged "
        "deprecated tab-set tabs tab-item tab tabbed dropdown card card-carousel grid grid-item grid-item-card margin sidebar "
        "topic epigraph pull-quote highlights container div panels toggle aside compound only glossary table "
        "prf proof theorem lemma definition corollary proposition axiom remark example exercise solution"
    ).split()
)
"""Directives whose argument is a title."""

_FIGURES = frozenset(("figure", "image"))
"""Directives whose argument is an address."""

_TABLES = frozenset(("csv-table", "list-table"))
_CODES = frozenset(
    "code code-block sourcecode code-cell parsed-literal doctest prompt mermaid graphviz uml literalinclude".split()
)
_REMOVED = frozenset(
    (
        "toctree toc contents tableofcontents index bibliography include glue raw meta highlight module currentmodule "
        "automodule autoclass autofunction autosummary autoapi video"
    ).split()
)
_NAMES = _TEXTS | _FIGURES | _TABLES | _CODES | _REMOVED | {"math", "eval-rst"}
_SHOWN_OPTIONS = ("caption", "alt")
_KEPT = "kept"
_MAX_NESTING = 50
_MARKS = ("```{", "``` {", "~~~{", ":::{", "::: {", "```toc", "```eval_rst")


@dataclass(slots=True)
class _Fence:
    """An open fence. ``closing`` replaces the line that ends it, unless it is _KEPT. With None, the content is removed, too."""

    mark: str
    closing: str | None

    def ends_at(self, line: str) -> bool:
        closing = _CLOSING.match(line)
        return closing is not None and closing[1].startswith(self.mark)


def open_directives(text: str) -> str:
    """Return the text with directives as Markdown."""
    if not any(mark in text for mark in _MARKS):
        return text
    source = text.split("\n")
    lines: list[str] = []
    opened: list[str] = []  # the marks of open directives with text, from the outermost to the innermost
    opaque: _Fence | None = None  # code, or a removed directive
    at = 0
    while at < len(source):
        line = source[at]
        at += 1
        if opaque is not None:
            if not opaque.ends_at(line):
                if opaque.closing is not None:
                    lines.append(line)
                continue
            if opaque.closing is not None:
                lines.append(line if opaque.closing is _KEPT else opaque.closing)
            if len(mark := line.strip()) > len(opaque.mark):
                _close(opened, mark)
            opaque = None
        elif (closing := _CLOSING.match(line)) is not None and _close(opened, closing[1]):
            lines.append("")
        elif (opening := _OPENING.match(line)) is not None and (
            name := _name(opening[3] or opening[4], source[at] if at < len(source) else "")
        ):
            indent, mark, argument = opening[1], opening[2], opening[5].strip()
            options, at = _read_options(source, at)
            if name in _TABLES or name == "eval-rst":
                fence = _Fence(mark, None)
                end = next((number for number in range(at, len(source)) if fence.ends_at(source[number])), len(source))
                content, at = source[at:end], end + 1
                if name == "eval-rst":
                    lines += ["", *_rst_texts(content, indent), ""]
                else:
                    rows = _csv_rows(options, content) if name == "csv-table" else _list_rows(content)
                    lines += ["", f"{indent}{argument}", "", *_table(rows, indent), ""]
            elif name in _REMOVED:
                opaque = _Fence(mark, None)
            elif name == "math" or name in _CODES:
                marker = "$$" if name == "math" else "```" if mark[0] == ":" else mark
                language = {"math": "", "mermaid": "{mermaid}"}.get(
                    name, argument
                )  # Quarto has options in its diagrams
                lines += _paragraphs([options.get("caption", "")], indent)
                lines.append(f"{indent}{marker}{language}")
                opaque = _Fence(mark, f"{indent}{marker}")
            else:
                is_shown = name not in _FIGURES and not is_address(argument)
                shown = [argument if is_shown else "", *(options.get(key, "") for key in _SHOWN_OPTIONS)]
                lines += ["", *_paragraphs(shown, indent)]
                if len(opened) < _MAX_NESTING:
                    opened.append(mark)
        else:
            if (plain := _FENCE.match(line)) is not None:
                opaque = _Fence(plain[1], _KEPT)
            lines.append(line)
    return "\n".join(lines)


def _name(name: str, following: str) -> str:
    """Return the name of a directive without its kind (``theorem`` in ``prf:theorem``), or "" if this is no directive.

    A directive that this module does not know has an option on the following line.
    """
    name = name.lower().replace("_", "-")
    known = next((each for each in (name, name.partition(":")[0]) if each in _NAMES), "")
    return known or (name if _OPTION.match(following) else "")


def _close(opened: list[str], mark: str) -> bool:
    """Close the directive that a mark ends: the innermost one with the same mark, or the outermost one with a shorter one."""
    same = [number for number, each in enumerate(opened) if each == mark]
    ended = same[-1:] or [number for number, each in enumerate(opened) if mark.startswith(each)]
    if ended:
        del opened[ended[0] :]
    return bool(ended)


def _read_options(source: list[str], at: int) -> tuple[dict[str, str], int]:
    """Return the options at the top of a directive, ``:name: value`` or YAML between dashes, and the line below them."""
    options: dict[str, str] = {}
    is_yaml = at < len(source) and _YAML_RULE.match(source[at]) is not None
    pattern, start, at = _YAML_OPTION if is_yaml else _OPTION, at, at + is_yaml
    while at < len(source) and (option := pattern.match(source[at])) is not None:
        options[option[1].lower()] = (option[2] or "").strip().strip("\"'")
        at += 1
    if not is_yaml:
        return options, at
    return (options, at + 1) if at < len(source) and _YAML_RULE.match(source[at]) else ({}, start)


def _paragraphs(texts: Iterable[str], indent: str) -> list[str]:
    return [line for text in dict.fromkeys(texts) if text for line in ("", f"{indent}{text}", "")]


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
            rows[-1][-1] += f" {line}"
    return rows


def _table(rows: list[list[str]], indent: str) -> list[str]:
    width = max(map(len, rows), default=0)
    cells = [
        [" ".join(cell.replace("|", r"\|").split()) for cell in [*row, *[""] * (width - len(row))]] for row in rows
    ]
    cells[1:1] = [["---"] * width] if cells else []
    return [f"{indent}| {' | '.join(row)} |" for row in cells]


def _rst_texts(lines: list[str], indent: str) -> list[str]:
    """Return the lines of reStructuredText without the marks of directives, and without directives that list other pages."""
    texts: list[str] = []
    is_list = False
    for line in lines:
        is_list = _RST_LIST.match(line) is not None or (is_list and line[:1] in ("", " ", "\t"))
        if not is_list and not _OPTION.match(line):
            texts.append(f"{indent}{_RST_MARK.sub('', line).strip()}")
    return texts
