"""Read reStructuredText with docutils, without access to files or the network.

The fields at the top (Pelican) and the comments of Nikola are metadata. Directives and roles that docutils does not know, such as
those of Sphinx, become their text.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.directives import CODES
from searchlib.sources.dialects.pandoc import grid_rows
from searchlib.sources.dialects.roles import REFERENCES, role_title
from searchlib.sources.front_matter.nikola import split_comments
from searchlib.sources.front_matter.yaml_loader import PlainScalar
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html
from searchlib.sources.readers.plain import read_plain

_MAX_LENGTH = 1 << 20
_MAX_LINE_LENGTH = 1 << 16
_MAX_MARKUP = 500
_MARKUP = lazy_pattern("[`*|_]+")
_DIRECTIVE_NAME = lazy_pattern(
    r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w.:+-]*?)(?=[ \t]?::(?:\s|$))", re.MULTILINE
)
_ROLE_NAME = lazy_pattern(r":([A-Za-z][\w.:+-]*):(?=`[^`\s])")
# Directives of Sphinx and its extensions whose argument is shown, in any language: descriptions of objects, and tabs.
_OBJECT_DIRECTIVES = frozenset(
    "function method classmethod staticmethod class attribute property data exception decorator macro type struct enum enumerator "
    "member var concept option envvar confval describe object".split()
)
_SHOWN_ARGUMENTS = frozenset("tab tab-item dropdown card grid-item-card".split())
_LIST_DIRECTIVES = frozenset(("toctree", "index", "automodule", "autoclass", "autosummary"))
_INVALID = object()
"""The value of an option that docutils cannot read."""
_REGISTRIES = threading.RLock()
"""Held while names are in the registries of docutils, which all threads share."""
_MALFORMED_TABLE = "Malformed table"
_COLUMN_GAP = lazy_pattern(r"\s{2,}|\t")
_UNRESOLVED = lazy_pattern(r"\A`([^`<>]+?)(?:\s*<[^`<>]*>)?`__?\Z")
_TABLE_RULE = lazy_pattern("[=\\- ]*")
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": True,
    "report_level": 3,
    "halt_level": 5,
    "warning_stream": False,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "_disable_config": True,
    "smart_quotes": False,
    "line_length_limit": _MAX_LINE_LENGTH,
}


def read_rst(text: str) -> Content:
    """Read reStructuredText. A text that is too large or too deeply nested for docutils is read as plain text."""
    metadata, text = split_comments(text.lstrip("\n"))
    if _is_hostile(text):
        return read_plain(text)
    try:
        html, fields = _convert(text)
    except (RecursionError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # These are defects of docutils on unusual texts: it reports severe problems of the text in the document.
        return read_plain(text)
    return replace(read_html(html, is_clean=True), page_title="", metadata=metadata | fields)


def _is_hostile(text: str) -> bool:
    """Return whether docutils would take too long: it takes quadratic time in the markup of a paragraph."""
    if len(text) > _MAX_LENGTH or any(len(line) > _MAX_LINE_LENGTH for line in text.split("\n")):
        return True
    return any(len(_MARKUP.findall(paragraph)) > _MAX_MARKUP for paragraph in text.split("\n\n"))


def _convert(text: str) -> tuple[str, dict[str, Any]]:
    """Return the HTML of the text and the fields at its top."""
    import docutils.core  # imported here: it takes 80 ms, and few builds need it
    import docutils.nodes

    core: Any = docutils.core
    nodes: Any = docutils.nodes

    with _unknown_names(text):
        document = core.publish_doctree(text, settings_overrides=_SETTINGS)
    fields: dict[str, Any] = {}
    for docinfo in list(document.findall(nodes.docinfo)):
        for field in docinfo.children:
            name = field.children[0].astext() if isinstance(field, nodes.field) else field.tagname
            value = (
                ", ".join(each.astext() for each in field.children)
                if name == "authors"
                else field.children[-1].astext()
            )
            fields[name] = PlainScalar(" ".join(value.split()))
        docinfo.parent.remove(docinfo)
    for admonition in list(document.findall(nodes.Admonition)):
        if not isinstance(admonition, nodes.admonition):
            # Dropped: docutils adds the kind in English.
            admonition.replace_self(nodes.container("", *admonition.children))
    for reference in list(document.findall(nodes.footnote_reference)):
        reference.parent.remove(reference)
    for footnote in list(document.findall(nodes.footnote)):
        if footnote and isinstance(footnote[0], nodes.label):
            footnote.pop(0)
    for message in list(document.findall(nodes.system_message)):
        source = next(iter(message.findall(nodes.literal_block)), None)
        rows = []
        if source is not None and _MALFORMED_TABLE in message.astext():
            rows = _table_rows(source.astext().split("\n"))
        message.parent.replace(message, [nodes.paragraph(row, row) for row in rows])
    # A target that is not found may be in another file, such as an included one.
    for problematic in list(document.findall(nodes.problematic)):
        problematic.parent.replace(problematic, nodes.Text(_UNRESOLVED.sub(r"\1", problematic.astext())))
    document.transform_messages.clear()
    html: str = core.publish_from_doctree(document, writer="html5", settings_overrides=_SETTINGS)
    return html, fields


def _table_rows(lines: list[str]) -> list[str]:
    """Return the rows of a table that docutils refuses, because its columns do not fit the width of Chinese characters."""
    if lines[0].lstrip().startswith("+"):
        rows = grid_rows(lines)
    else:
        rows = [_COLUMN_GAP.split(line.strip()) for line in lines if not _TABLE_RULE.fullmatch(line)]
    return [" | ".join(filter(None, cells)) for cells in rows if any(cells)]


@contextmanager
def _unknown_names(text: str) -> Iterator[None]:
    """Register the names of directives and roles in a text that docutils does not know, until the block ends."""
    from docutils.parsers.rst import directives, roles

    with _REGISTRIES:
        found = {name.lower(): _known_directive(name.lower()) for name in _DIRECTIVE_NAME.findall(text)}
        # A directive without options reads them from its content, like ``role``.
        found = {name: known for name, known in found.items() if known is None or known.option_spec}
        unknown_roles = {name.lower() for name in _ROLE_NAME.findall(text) if not _is_role(name)}
        try:
            for name, known in found.items():
                directives.register_directive(name, _unknown_directive() if known is None else _tolerant(known))
            for name in unknown_roles:
                roles.register_local_role(name, cast(Any, _unknown_role))
            yield
        finally:
            for name, known in found.items():
                cast(Any, directives)._directives.pop(name, None)
                if known is not None:
                    directives.register_directive(name, known)
            for name in unknown_roles:
                cast(Any, roles)._roles.pop(name, None)


@lru_cache(maxsize=1)
def _unknown_directive() -> Any:
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives

    class Unknown(Directive):
        """Outputs its argument, if it is Chinese or that of an object, and its caption as paragraphs, then its content."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = _AnyOption(directives.unchanged)

        def run(self) -> list[nodes.Node]:
            container = nodes.container()
            name = self.name.rpartition(":")[2].lower()
            for text in (*self.arguments, self.options.get("caption", "")):
                if name in _OBJECT_DIRECTIVES:
                    container += nodes.paragraph(text, text)  # a signature, in which ``*args`` is no emphasis
                elif name in _SHOWN_ARGUMENTS or (name != "index" and any(character > "\u2e7f" for character in text)):
                    inline, _ = self.state.inline_text(text, self.lineno)
                    container += nodes.paragraph(text, "", *inline)
            if name in CODES:
                code = "\n".join(self.content)
                container += nodes.literal_block(code, code)
            elif name not in _LIST_DIRECTIVES:
                self.state.nested_parse(self.content, self.content_offset, container)
            return [container]

    return Unknown


def _unknown_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = None
) -> tuple[list[Any], list[Any]]:
    from docutils import nodes

    is_reference = name.rpartition(":")[2].lower() in REFERENCES
    title = role_title(text.replace("\x00", ""), is_reference=is_reference)
    return [nodes.inline(rawtext, title)], []


class _AnyOption(dict[str, Callable[[str], Any]]):
    """An option specification that allows every option, and any value of the options that docutils knows."""

    def __init__(self, convert: Callable[[str], str], known: Mapping[str, Callable[[str], Any]] | None = None) -> None:
        super().__init__({name: _lenient(option) for name, option in (known or {}).items()})
        self._convert = convert

    def __missing__(self, name: str) -> Callable[[str], Any]:
        return self._convert

    def __bool__(self) -> bool:
        return True


def _lenient(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    def converted(value: str) -> Any:
        try:
            return convert(value)
        except (ValueError, TypeError):
            return _INVALID

    return converted


@lru_cache(maxsize=1024)
def _known_directive(name: str) -> Any:
    """Return the directive of docutils with this name, or None."""
    from docutils.parsers.rst import directives, languages

    english: Any = languages.get_language("en")
    return directives.directive(name, english, _scratch_document())[0]


@lru_cache(maxsize=1024)
def _tolerant(known: Any) -> Any:
    """Return a directive of docutils that accepts the options of Sphinx. Its content would be lost for an unknown one."""
    from docutils import nodes
    from docutils.parsers.rst import directives

    def run(self: Any) -> list[nodes.Node]:
        self.options = {name: value for name, value in self.options.items() if value is not _INVALID}
        self.options.pop("number-lines", None)
        caption = self.options.pop("caption", "") if "caption" not in (known.option_spec or {}) else ""
        content: list[nodes.Node] = known.run(self)
        return [nodes.paragraph(caption, caption), *content] if caption else content

    option_spec = _AnyOption(directives.unchanged, known.option_spec)
    return type(known.__name__, (known,), {"option_spec": option_spec, "run": run})


@lru_cache(maxsize=1024)
def _is_role(name: str) -> bool:
    from docutils.parsers.rst import languages, roles

    english: Any = languages.get_language("en")
    return roles.role(name, english, 0, _scratch_document().reporter)[0] is not None


def _scratch_document() -> Any:
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.utils import new_document

    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5
    return new_document("", settings)


READER = Reader(suffixes=(".rst",), read=read_rst)
