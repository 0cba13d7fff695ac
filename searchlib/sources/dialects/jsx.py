"""Normalize MDX and the components of Vue: modules, comments and tags with attributes in braces.

The children of components are kept, as are attributes that a page shows, such as the label of a tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import Argument, captions, join_texts
from searchlib.sources.dialects.lines import LIST_MARKER, Indents, indent_of, line_prefix
from searchlib.sources.text import replace_spans

_IMPORT = lazy_pattern(
    r"""^import\s(?:[\w*{][^'"\n;]*(?:\n[ \t]+[^'"\n;]*|\n\}[^'"\n;]*){0,50}?\sfrom\s+)?['"][^'"\n]+['"][ \t]*;?[ \t]*$""",
    re.MULTILINE,
)
_EXPORT = lazy_pattern(r"^export\s+(?:default|const|let|var|function|async|class|\{|\*)[^\n]*$", re.MULTILINE)
_BLANK_LINE = lazy_pattern(r"\n[ \t]*\n")
_JSX_COMMENT = lazy_pattern(r"\{[ \t\n]*/\*(?>(?:[^*{]|\*(?!/)|\{(?!/\*))*)\*/[ \t\n]*\}")
_TAG_START = lazy_pattern(r"<(/?)([A-Za-z][\w.:-]*|(?=>))")
_ATTRIBUTE = lazy_pattern(r"""\s*(?:([\w:@#.$-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(?=(\{))))?|(?=(\{)))""")
_TAG_END = lazy_pattern(r"\s*(/?)>")
_VUE_ATTRIBUTE = lazy_pattern(r"\s+[@#][a-zA-Z]")
_TEMPLATE = lazy_pattern(r"<(?:template\b(\s+(?:#|v-[a-z]))?[^<>]*|/template\s*)>")
"""A template. Vue shows those with a directive, such as the slot of a component; those of HTML are hidden."""

_MAX_TAG_CHARACTERS = 10_000
# Control characters mark the tags of components that begin a line. The text contains no others: ``clean`` removes them.
_OPENED, _CLOSED = "\x01", "\x02"
_COMPONENT_LINE = lazy_pattern(r"[ \t]*<[A-Z]")
_ELEMENTS = "center|details|div|p|section|summary"
_ELEMENT = lazy_pattern(rf"^<(/?)(?:{_ELEMENTS})\b[^<>\n]*>[ \t]*$", re.MULTILINE)
_ELEMENT_LINE = lazy_pattern(
    rf"^((?:[ \t]*{LIST_MARKER}[ \t]+)?)<({_ELEMENTS})\b[^<>\n]*>([^\n]*)</\2>[ \t]*$", re.MULTILINE
)
_EMPTY_ELEMENT = lazy_pattern(
    r"<(button|iframe|math|noscript|object|script|select|style|svg|template|textarea)\b([^<>]*)/>"
)
_ELEMENT_END = lazy_pattern(r"^</[a-z][a-z0-9]*>[ \t]*\n(?=[^\s<])", re.MULTILINE)
_BRACE = lazy_pattern(r"[{}]")
_STRING_CHILD = lazy_pattern(r"""\{\s*(?:"([^"{}]*)"|'([^'{}]*)'|`([^`{}$]*)`|(\x00\d+\x00))\s*\}""")
"""A string or, in backticks, code that is protected."""

_STRING = lazy_pattern(r"""\{\s*(?:"([^"]*)"|'([^']*)'|`([^`$]*)`)\s*\}""")


def remove_modules(text: str) -> str:
    """Remove ``import`` and ``export`` statements. A statement over several lines ends at a blank line."""
    if "import" in text:
        text = _IMPORT.sub("", text)
    return replace_spans(text, _exports(text))


def _exports(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of ``export`` statements, to be removed."""
    position = 0
    while (start := _EXPORT.search(text, position)) is not None:
        position = start.end()
        if sum(map(start[0].count, "{([")) > sum(map(start[0].count, "})]")):
            end = _BLANK_LINE.search(text, position)
            position = len(text) if end is None else end.start()
        yield start.start(), position, ""


def remove_jsx_comments(text: str) -> str:
    """Remove ``{/* */}``."""
    return _JSX_COMMENT.sub("", text)


def remove_components(text: str) -> str:
    """Remove the tags of components, and the attributes in braces, ``@events`` and ``#slots`` of other tags."""
    text = _open_templates(text) if "<template" in text else text
    closings = _closing_braces(text) if "={" in text or "{..." in text else {}
    text = replace_spans(text, _replaced_tags(text, closings))
    return _remove_indents(text) if _OPENED in text or _CLOSED in text else text


def _replaced_tags(text: str, closings: dict[int, int]) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of tags that change, with the texts that replace them."""
    position = 0
    for match in _TAG_START.finditer(text):
        if match.start() >= position and (tag := _parse_tag(text, match, closings)) is not None:
            position, new = tag
            yield match.start(), position, new


def _open_templates(text: str) -> str:
    """Write the templates of Vue that the page shows as components, and leave those of HTML."""
    opened: list[bool] = []

    def open_template(match: re.Match[str]) -> str:
        if match[0].startswith("</"):
            return "</Slot>" if opened and opened.pop() else match[0]
        is_shown, is_empty = match[1] is not None, match[0].endswith("/>")
        if not is_empty:
            opened.append(is_shown)
        return match[0] if not is_shown else "<Slot/>" if is_empty else "<Slot>"

    return _TEMPLATE.sub(open_template, text)


def open_elements(text: str) -> str:
    """Remove the tags of HTML elements that begin and end a line. Between them, MDX reads Markdown, and CommonMark does not."""
    text = _ELEMENT_LINE.sub(lambda match: (match[1] or "\n") + match[3] + "\n", text)
    return _remove_indents(_ELEMENT.sub(lambda match: _CLOSED if match[1] else _OPENED, text))


def close_elements(text: str) -> str:
    """Write end tags for elements that end in ``/>``, and a blank line after an end tag before text.

    HTML ignores the slash. Directly below an end tag, MDX reads Markdown, and CommonMark reads HTML up to the next blank line.
    """
    return _ELEMENT_END.sub(r"\g<0>\n", _EMPTY_ELEMENT.sub(r"<\1\2></\1>", text))


def remove_expressions(text: str) -> str:
    """Remove the expressions of MDX, ``{props.name}``; a string in braces is text."""
    text = _STRING_CHILD.sub(lambda match: match[1] or match[2] or match[3] or match[4] or "", text)
    return replace_spans(
        text,
        (
            (start, end + 1, "")
            for start, end in sorted(_closing_braces(text).items())
            if end - start <= _MAX_TAG_CHARACTERS
            and text[start - 1 : start] != "\\"
            and not _BLANK_LINE.search(text, start, end)
        ),
    )


def _closing_braces(text: str) -> dict[int, int]:
    """Return a mapping from the position of each opening brace to that of its closing brace."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif opened:
            closings[opened.pop()] = match.start()
    return closings


def _parse_tag(text: str, match: re.Match[str], closings: dict[int, int]) -> tuple[int, str] | None:
    """Return the end of a tag and its replacement text, or None if there is no tag, or one of HTML that stays as it is."""
    closing, name = match[1], match[2]
    position, limit = match.end(), match.end() + _MAX_TAG_CHARACTERS
    is_component = not name or name[0].isupper()
    is_dialect = False
    arguments: list[Argument] = []
    html = [f"<{closing}{name}"]
    while (attribute := _ATTRIBUTE.match(text, position, limit)) is not None:
        brace = attribute[4] or attribute[5]
        end = attribute.end()
        if brace:
            if (closed := closings.get(end)) is None or closed > limit:
                return None
            is_dialect = True
            value = text[end : closed + 1]
            string = _STRING.fullmatch(value)
            if attribute[1] and string is not None:
                arguments.append(Argument(attribute[1], string[1] or string[2] or string[3] or "", True))
                html.append(f' {attribute[1]}="{arguments[-1].value}"' if '"' not in arguments[-1].value else "")
            end = closed + 1
        elif attribute[1] and _VUE_ATTRIBUTE.match(attribute[0]):
            is_dialect = True
        elif attribute[1]:
            quoted = attribute[2] if attribute[2] is not None else attribute[3]
            arguments.append(Argument(attribute[1], quoted or "", True))
            html.append(text[position:end])
        position = end
    end_match = _TAG_END.match(text, position)
    if end_match is None:
        return None
    if not is_component:
        return (end_match.end(), "".join((*html, end_match[1], ">"))) if is_dialect else None
    place = match.start(), end_match.end()
    return place[1], _component_text(text, place, arguments, is_closing=bool(closing), is_empty=bool(end_match[1]))


def _component_text(
    text: str, place: tuple[int, int], arguments: list[Argument], *, is_closing: bool, is_empty: bool
) -> str:
    """Return the text that replaces the tag of a component: its captions, as a block if the tag begins a line."""
    start, end = place
    texts = captions(arguments, only_titles=not is_empty)
    if is_empty:
        texts += [each.value for each in arguments if each.name == "text"]
    caption = join_texts(dict.fromkeys(texts))
    indent = line_prefix(text, start)
    if indent is None or indent.strip():
        if is_empty:
            return caption
        if is_closing and text[end : end + 1] == "\n" and _COMPONENT_LINE.match(indent or ""):
            return "\n"
        return f"\n\n{caption}\n\n" if caption else ""
    if is_empty:
        # A component in a line of its own is a block.
        is_block = caption and text[end : end + 1] in ("", "\n") and (start > len(indent) or end < len(text))
        return f"\n{indent}{caption}\n" if is_block else caption
    marker = _CLOSED if is_closing else _OPENED
    return f"\n{indent}{caption}\n\n{indent}{marker}\n{indent}" if caption else f"{marker}\n{indent}"


def _remove_indents(text: str) -> str:
    """Remove the markers of components at the start of lines, and the indent of their children."""
    lines: list[str] = []
    indents = Indents()
    for line in text.split("\n"):
        indent = indent_of(line)
        if indent == len(line):
            lines.append("")
        elif line[indent] == _OPENED:
            indents.open(indent)
            lines.append("")
        elif line[indent] == _CLOSED:
            indents.close()
            lines.append("")
        else:
            lines.append(indents.strip(line, indent))
    return "\n".join(lines)
