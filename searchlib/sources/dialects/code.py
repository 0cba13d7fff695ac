"""Protect code and formulas in Markdown from the normalizers.

``protect`` replaces them by placeholders that no normalizer changes, and ``restore`` puts them back. Fences, spans, indented code,
``<pre>``, formulas, comments and the content of ``{% raw %}`` and of ``v-pre`` in Vue come back as they are. The code tags of
Liquid and Hugo come back as fences, so that their content is code and not Markdown, and the roles of MyST as what they show.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.fences import shown_fence
from searchlib.sources.dialects.lines import ITEM_MARKER, LIST_MARKER, line_prefix
from searchlib.sources.dialects.roles import read_role
from searchlib.sources.text import replace_spans

_CODE_TAGS = "highlight|codeblock|code|mermaid|math|katex|echarts|plantuml"
# Every alternative begins with a literal: re then skips all other characters quickly.
_CODE_START = lazy_pattern(
    r"`(?P<span>[^`\n]++)`(?!`)"
    r"|`++"
    r"|~{3,}"
    r"|\\(?:begin\{(?P<environment>[a-zA-Z]+\*?)\}|.)"
    rf"|\{{%-?\s*(?P<liquid>raw|{_CODE_TAGS})\b(?P<arguments>(?>(?:[^%\n]|%(?!\}}))*))%\}}"
    rf"|\{{\{{[<%]\s*(?P<hugo>{_CODE_TAGS})\b(?>(?:[^>%\n]|[>%](?!\}}\}}))*)[>%]\}}\}}"
    r"|<(?:(?P<html>(?i:pre|script|style|textarea|code|kbd|samp))\b[^<>\n]*>|(?P<comment>!--(?!\s*(?:end)?tab\b))"
    r"|(?P<verbatim>a|article|b|div|em|h[1-6]|i|li|p|section|span|strong|t[dh])(?=[^<>\n]{0,200}\sv-pre\b)[^<>\n]*>)"
    r"|\$\$?"
    r"|\n[ \t]*(?P<container>:{3,9})[ \t]*v-pre[ \t]*(?=\n)"
    r"|\n(?=[ \t]*\n(?: {4}|\t)[ \t]*\S)",
)
_TICKS = lazy_pattern("`+")
_QUOTED_BLANK_LINE = lazy_pattern(r"\n[ \t>]*\n")
_FENCE_PREFIX = lazy_pattern(rf"[ \t>]*(?:{ITEM_MARKER}[ \t]+)*")
_MAX_FENCE_LENGTH = 64
_UNQUOTED_LINE = lazy_pattern(r"^(?![ \t]*>)", re.MULTILINE)
_LIST_ITEM = lazy_pattern(rf"[ \t]*{ITEM_MARKER}[ \t]+")
_TAB_WIDTH = 4
_MAX_INDENT = 40
# After these lines, indented lines belong to a list item or a container, and are not code.
_INDENTING_LINE = lazy_pattern(rf"{LIST_MARKER}$|!!!|\?\?\?|===|:::|\[\^|[ \t]*\{{[%{{]|</?[A-Z]")
_MAX_LOOKBACK = 2_000
_ELEMENT = lazy_pattern(r"[ \t]+</?[a-z]")
_TABLE_START, _TABLE_END = "\n<table", "</table"
_MAX_TABLE = 20_000
"""The number of characters that are searched for the start of the table around an element."""

_CODE_ELEMENT = lazy_pattern(r"<(?:code|kbd|pre|samp)\b", re.IGNORECASE)
_FORMULA_END = lazy_pattern(r"[^\n$]++(?<=\S)\$")
# A table of contents that a program wrote into the text, between two comments.
_CONTENTS = lazy_pattern(
    r"<!--\s*(START doctoc|toc|TOC|MarkdownTOC|vim-markdown-toc)\b(?![-/])[^<>\n]*-->[ \t]*(?:\n|\Z)"
)
_CONTENTS_ENDS = {
    name: lazy_pattern(rf"[ \t]*<!--\s*(?:{end})\b[^<>\n]*-->")
    for name, end in {
        "START doctoc": "END doctoc",
        "toc": "tocstop|toc stop|/toc",
        "TOC": "/TOC",
        "MarkdownTOC": "/MarkdownTOC",
        "vim-markdown-toc": "vim-markdown-toc",
    }.items()
}
_CONTENTS_LINE = lazy_pattern(
    rf"[ \t]*(?:{LIST_MARKER}[ \t]+\[[^\n]*\]\([^()\n]*\)[ \t]*$"
    r"|(?:#{1,6}[ \t]|\*\*)[ \t]*(?:Table of Contents|Contents|目录|目錄)(?![^\n]*<!--)"
    r"|<!--\s*DON'T EDIT[^<>\n]*-->[ \t]*$"
    r"|$)",
    re.IGNORECASE | re.MULTILINE,
)
"""A line of a table of contents: a link in a list, the heading, the note of doctoc, or a blank line."""
# Python-Markdown does not show the language of indented code.
_LANGUAGE_LINE = lazy_pattern(r"\A[ \t]*:::+[A-Za-z][\w+-]*[ \t]*\n")
_RAW_TAG = lazy_pattern(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_TAG_OPTION = lazy_pattern(r"[\w-]+:\S*|https?://\S*")
_PLACEHOLDER = lazy_pattern("\x00([0-9]+)\x00")
_LEADING_LINES = lazy_pattern(r"(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Code:
    """A protected piece of text. ``prefix`` is the indent or quote marker that its lines begin with."""

    text: str
    prefix: str = ""


def has_code(formula: str) -> bool:
    """Return whether code begins in what is between two dollars, which is then no formula.

    GitLab writes backticks inside of the dollars, TeX two of them as a quotation mark.
    """
    is_quoted = len(formula) > 1 and formula[0] == formula[-1] == "`"
    inner = formula[1:-1] if is_quoted else formula
    return "`" in inner.replace("``", "") or _CODE_ELEMENT.search(formula) is not None


def protect(text: str, *, has_indented_code: bool = True) -> tuple[str, list[Code]]:
    """Return the text with placeholders for all code, and the code.

    Without ``has_indented_code``, indented lines are text, as in MDX.
    """
    scan = _Scan(text, has_indented_code=has_indented_code)
    codes: list[Code] = []

    def placeholders() -> Iterator[tuple[int, int, str]]:
        position = 0
        while (match := _CODE_START.search(text, position)) is not None:
            position = match.end()
            if (found := scan.code_at(match)) is not None:
                start, position, code = found
                yield start, position, placeholder(code, codes)

    return replace_spans(text, placeholders()), codes


def placeholder(code: Code, codes: list[Code]) -> str:
    """Return a placeholder for code, which is added to ``codes``."""
    codes.append(code)
    return f"\x00{len(codes) - 1}\x00"


def restore(text: str, codes: list[Code]) -> str:
    """Put the code back. If the indent of its first line has changed, change the indent of the other lines too."""

    def code(match: re.Match[str]) -> str:
        each = codes[int(match[1])]
        if each.prefix and "\n" in each.text:
            before = line_prefix(text, match.start())
            if before is not None and before != each.prefix and not before.strip(" \t>"):
                return each.text.replace(f"\n{each.prefix}", f"\n{before}")
        return each.text

    return _PLACEHOLDER.sub(code, text) if codes else text


def without_fences(text: str) -> str:
    """Return the text without its fences, or the unchanged text unless all fences are simple and start a line.

    This is much faster than ``protect``. For most texts it suffices to see that no normalizer is needed.
    """
    parts = text.split("```")
    if len(parts) == 1 or len(parts) % 2 == 0 or "~~~" in text:
        return text
    if not all(part.endswith("\n") for part in parts[:-1] if part is not parts[0] or part):
        return text
    # A part that begins with a backtick belongs to a longer fence.
    return text if any(part.startswith("`") for part in parts) else "\n".join(parts[::2])


class _Scan:
    """Finds code from left to right. It remembers missing end tags, so that each is searched only once."""

    def __init__(self, text: str, *, has_indented_code: bool) -> None:
        self.text = text
        self._has_indented_code = has_indented_code
        self._missing: set[str] = set()
        self._tick_runs: dict[int, list[int]] | None = None

    def code_at(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        """Return the start, end and replacement text of the code that begins at a match, or None if no code begins there."""
        start, end = match.span()
        first = match[0][0]
        if match["span"]:
            role = read_role(self.text, start, match["span"]) if start and self.text[start - 1] in "}:" else None
            start, text = role or (start, match[0])
            return start, end, Code(text)
        if first in "`~":
            return self._fence(match) or self._span(match)
        if match["container"]:
            return self._container(match)
        if first == "\n":
            return self._indented(end) if self._has_indented_code else None
        if first == "$":
            return self._formula(match)
        if match["verbatim"]:
            return self._whole(start, self._find(rf"</{match['verbatim']}\s*>", end))
        if match["html"] or match["comment"]:
            if match["comment"] and (contents_end := self._contents_end(start)) is not None:
                return start, contents_end, Code("")
            closing = rf"(?i:</{match['html']}\s*>)" if match["html"] else "-->"
            return self._whole(start, self._find(closing, end))
        if match["environment"]:
            return self._whole(start, self._find(re.escape(rf"\end{{{match['environment']}}}"), end))
        if match["liquid"] or match["hugo"]:
            return self._tag(match)
        return None

    def _whole(self, start: int, closing: re.Match[str] | None) -> tuple[int, int, Code] | None:
        return None if closing is None else (start, closing.end(), Code(self.text[start : closing.end()]))

    def _container(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        start, end = match.span()
        closing = self._find(rf"\n[ \t]*{match['container']}[ \t]*(?=\n|\Z)", end)
        return None if closing is None else (start, closing.end(), Code(f"\n{self.text[end : closing.start()]}\n"))

    def _contents_end(self, start: int) -> int | None:
        """Return the end of the table of contents that begins at a comment, or None if none begins there."""
        opening = _CONTENTS.match(self.text, start)
        if opening is None:
            return None
        position = opening.end()
        while position < len(self.text):
            if (end := _CONTENTS_ENDS[opening[1]].match(self.text, position)) is not None:
                return end.end()
            if _CONTENTS_LINE.match(self.text, position) is None:
                return None
            position = self._line_end(position) + 1
        return None

    def _fence(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        start, end = match.span()
        length = end - start
        if length < 3 or (prefix := line_prefix(self.text, start)) is None or not _FENCE_PREFIX.fullmatch(prefix):
            return None
        line_end = self._line_end(end)
        if match[0][0] == "`" and "`" in self.text[end:line_end]:
            return None
        stop = len(self.text)
        if ">" in prefix and (unquoted := _UNQUOTED_LINE.search(self.text, line_end + 1)) is not None:
            stop = unquoted.start()
        marker = re.escape(match[0][0])
        # A comment of Excalidraw for Obsidian contains a fence and ends after it.
        closing = rf"(?m:^[ \t>]*{marker}{{{min(length, _MAX_FENCE_LENGTH)},}}[ \t]*(?=(?:%%)?[ \t]*$))"
        if stop < len(self.text):
            closed = lazy_pattern(closing).search(self.text, line_end, stop)
        elif (closed := self._find(closing, line_end)) is None:
            stop = self._item_end(prefix, start, line_end)
        code_end = stop if closed is None else closed.end()
        indent = prefix if not prefix.strip(" \t>") else ""
        return start, code_end, Code(shown_fence(self.text[start:code_end], indent), indent)

    def _item_end(self, prefix: str, fence: int, position: int) -> int:
        """Return where the list item with a fence ends: before the first line at or after a position that is indented less."""
        if not (indent := self._item_indent(prefix, fence)):
            return len(self.text)
        outside = lazy_pattern(rf"^(?! {{{indent}}}|[ ]*\t|[ \t]*$)", re.MULTILINE).search(self.text, position + 1)
        return len(self.text) if outside is None else outside.start()

    def _item_indent(self, prefix: str, fence: int) -> int:
        """Return the indent of the list item with a fence behind a prefix, or 0 if there is none."""
        indent = len(prefix.expandtabs(_TAB_WIDTH))
        if prefix.strip():
            return indent
        before = fence - len(prefix)
        for line in reversed(self.text[max(0, before - _MAX_LOOKBACK) : before].split("\n")):
            content = line.lstrip(" \t")
            if (item := _LIST_ITEM.match(line)) is not None and len(item[0].expandtabs(_TAB_WIDTH)) <= indent:
                return len(item[0].expandtabs(_TAB_WIDTH))
            if content:
                indent = min(indent, len(line[: len(line) - len(content)].expandtabs(_TAB_WIDTH)))
            if not indent:
                break
        return 0

    def _span(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        start, end = match.span()
        if match[0][0] == "~" or (closing := self._next_ticks(end - start, end)) is None:
            return None
        if _QUOTED_BLANK_LINE.search(self.text, end, closing):
            return None
        stop = closing + end - start
        return start, stop, Code(self.text[start:stop])

    def _indented(self, blank_line: int) -> tuple[int, int, Code] | None:
        start = self._line_end(blank_line) + 1
        if _ELEMENT.match(self.text, start) and self._is_in_table(start):
            return None
        lines = self.text[max(0, start - _MAX_LOOKBACK) : start].split("\n")
        indent = 4
        for line in reversed(lines[1:] if start > _MAX_LOOKBACK else lines):
            if (item := _LIST_ITEM.match(line)) is not None:
                if _INDENTING_LINE.match(line, item.end()):
                    return None
                indent = len(item[0].expandtabs(_TAB_WIDTH)) + 4
                break
            if _INDENTING_LINE.match(line.lstrip(" \t")):
                return None
            if line and line[0] not in " \t":
                break
        else:
            if start > _MAX_LOOKBACK:
                return None
        space = rf"(?: {{{indent}}}|\t{{{-(-indent // _TAB_WIDTH)}}})"
        code = lazy_pattern(rf"(?:{space}[^\n]*(?:\n|\Z)|(?:[ \t]*\n)+(?={space}))+").match(self.text, start)
        if code is None or indent > _MAX_INDENT:
            return None
        return start, code.end(), Code(_LANGUAGE_LINE.sub("", code[0]))

    def _is_in_table(self, position: int) -> bool:
        """Return whether an HTML table is open, which began at the start of a line."""
        first = max(0, position - _MAX_TABLE)
        start = self.text.rfind(_TABLE_START, first, position)
        if start < 0 and first == 0 and self.text.startswith(_TABLE_START[1:]):
            start = 0
        return start >= 0 and self.text.find(_TABLE_END, start, position) < 0

    def _formula(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        start, end = match.span()
        if match[0] == "$":
            closing = None if self.text[end : end + 1].isspace() else _FORMULA_END.match(self.text, end)
            if closing is not None and has_code(closing[0][:-1]):
                return None
        else:
            closing = self._find(r"\$\$", end)
            if closing is not None and _QUOTED_BLANK_LINE.search(self.text, end, closing.start()):
                return None
        return self._whole(start, closing)

    def _tag(self, match: re.Match[str]) -> tuple[int, int, Code] | None:
        start, end = match.span()
        name = match["liquid"] or match["hugo"]
        opening, closing_name = (r"\{%-?\s*", f"end{name}") if match["liquid"] else (r"\{\{[<%]\s*/\s*", name)
        closing = self._find(rf"{opening}{closing_name}\s*(?:-?%\}}|[>%]\}}\}})", end)
        if closing is None:
            return None
        content = self.text[end : closing.start()]
        if name == "raw":
            return start, closing.end(), Code(content)
        if name == "code" and match["liquid"] and content.lstrip().startswith("```"):
            return None  # GitBook writes a title around a fence
        title = match["arguments"].strip(" -") if name in ("codeblock", "code") and match["liquid"] else ""
        prefix = line_prefix(self.text, start)
        if prefix is None or prefix.strip(" \t>"):
            prefix = None
        is_inline = "\n" not in content and (prefix is None or self.text[closing.end() : closing.end() + 1] not in "\n")
        content = _RAW_TAG.sub("", content)
        longest = max((len(run) for run in _TICKS.findall(content)), default=0)
        if is_inline:
            ticks = "`" * (longest + 1)
            return start, closing.end(), Code(f"{ticks} {content.strip()} {ticks}")
        return start, closing.end(), Code(_as_fence(content, title, "" if prefix is None else prefix, longest))

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end

    def _find(self, pattern: str, start: int) -> re.Match[str] | None:
        if pattern in self._missing:
            return None
        match = lazy_pattern(pattern).search(self.text, start)
        if match is None:
            self._missing.add(pattern)
        return match

    def _next_ticks(self, length: int, start: int) -> int | None:
        """Return the start of the next run of exactly that many backticks."""
        if self._tick_runs is None:
            runs: dict[int, list[int]] = defaultdict(list)
            for run in _TICKS.finditer(self.text):
                runs[len(run[0])].append(run.start())
            self._tick_runs = runs
        positions = self._tick_runs.get(length, [])
        index = bisect_right(positions, start - 1)
        return positions[index] if index < len(positions) else None


def _as_fence(content: str, title: str, prefix: str, longest_ticks: int) -> str:
    """Return the code's title, followed by the content of the code tag as a fence. Each line begins with ``prefix``."""
    title = " ".join(word for word in title.split() if not _TAG_OPTION.fullmatch(word))
    blank = _LEADING_LINES.match(content)
    lines = content[blank.end() if blank else 0 :].rstrip().split("\n")
    lines = [line.removeprefix(prefix) for line in lines]
    marker = "`" * max(3, longest_ticks + 1)
    block = [title, ""] if title else []
    return f"\n{prefix}".join(["", *block, marker, *lines, marker, ""])
