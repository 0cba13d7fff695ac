"""Read reStructuredText with docutils, without access to files or the network.

The fields at the top (Pelican) and the comments of Nikola are metadata. Directives and roles that docutils does not know, such as
those of Sphinx, are replaced by their text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from searchlib.sources.front_matter.yaml_loader import PlainScalar
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import read_html
from searchlib.sources.readers.plain import read_plain

_MAX_LENGTH = 1 << 20
_MAX_LINE_LENGTH = 1 << 16
_MAX_MARKUP = 500
_MARKUP = re.compile("[`*|_]+")
_UNKNOWN = "unknown"
_DIRECTIVE = re.compile(
    r"^([ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?)([A-Za-z][\w.:+-]*?)(?=[ \t]?::(?:\s|$))", re.MULTILINE
)
_ROLE = re.compile(r":([A-Za-z][\w.:+-]*):(?=`[^`\s])")
_NIKOLA = re.compile(r"\.\.[ \t]+(\w+):[ \t]*(.*)(?:\n|\Z)")
_EXPLICIT_TITLE = re.compile(r"(.+?)\s*<[^<>]*>$", re.DOTALL)
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": True,
    "report_level": 5,
    "halt_level": 5,
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
    metadata, text = _split_comments(text.lstrip("\n"))
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


def _split_comments(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata in the comments at the top, ``.. title: x``, and the text below them."""
    metadata: dict[str, Any] = {}
    position = 0
    while match := _NIKOLA.match(text, position):
        metadata[match[1]] = PlainScalar(match[2].strip())
        position = match.end()
    return metadata, text[position:]


def _convert(text: str) -> tuple[str, dict[str, Any]]:
    """Return the HTML of the text and the fields at its top."""
    import docutils.core  # imported here: it takes 80 ms, and few builds need it
    import docutils.nodes

    core: Any = docutils.core
    nodes: Any = docutils.nodes

    _register_unknown()
    text = _DIRECTIVE.sub(lambda match: match[1] + (match[2] if _is_directive(match[2]) else _UNKNOWN), text)
    text = _ROLE.sub(lambda match: f":{match[1] if _is_role(match[1]) else _UNKNOWN}:", text)
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
    html: str = core.publish_from_doctree(document, writer="html5", settings_overrides=_SETTINGS)
    return html, fields


@lru_cache(maxsize=1)
def _register_unknown() -> None:
    """Register a directive and a role that handle all unknown ones."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles

    class Unknown(Directive):
        """Outputs its Chinese arguments and captions as a paragraph, then its content."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = _AnyOption(directives.unchanged)

        def run(self) -> list[nodes.Node]:
            container = nodes.container()
            for text in (*self.arguments, self.options.get("caption", "")):
                if any(character > "\u2e7f" for character in text):
                    container += nodes.paragraph(text, text)
            if not self.options.keys() & {"maxdepth", "glob", "hidden", "members"}:
                self.state.nested_parse(self.content, self.content_offset, container)
            return [container]

    def unknown_role(
        name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = None
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        text = text.replace("\x00", "")
        explicit = _EXPLICIT_TITLE.match(text)
        title = explicit[1] if explicit else text.lstrip("!")
        if title.startswith("~"):
            title = title.rpartition(".")[2].lstrip("~")
        return [nodes.inline(rawtext, title)], []

    directives.register_directive(_UNKNOWN, Unknown)
    roles.register_canonical_role(_UNKNOWN, cast(Any, unknown_role))


class _AnyOption(dict[str, Callable[[str], str]]):
    """An option specification that allows every option."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        super().__init__()
        self._convert = convert

    def __getitem__(self, name: str) -> Callable[[str], str]:
        return self._convert

    def __bool__(self) -> bool:
        return True


@lru_cache(maxsize=1024)
def _is_directive(name: str) -> bool:
    from docutils.parsers.rst import directives, languages

    english: Any = languages.get_language("en")
    return directives.directive(name, english, _scratch_document())[0] is not None


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
