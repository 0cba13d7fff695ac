"""Normalize components in the syntax of Nuxt (MDC) and remark: ``::card{title="标题"}``, ``:badge[新]{type="info"}``."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, join_texts, parse_arguments

_LINE = lazy_pattern(
    r"^([ \t]*)::(?!:)(?:(?P<name>[a-z][\w-]*)(?:\[(?P<label>[^\]\n]*)\])?(?:\{(?P<attributes>[^{}\n]*)\})?)?[ \t]*$"
    r"|^[ \t]*\#[a-z][\w-]*[ \t]*$",
    re.MULTILINE,
)
"""The start or the end of a block, or the name of a part of it, ``#footer``."""

_START = lazy_pattern(r"^[ \t]*::[a-z][\w-]*(?:[\[{][^\n]*)?[ \t]*$", re.MULTILINE)
_PROPERTIES = lazy_pattern(
    r"^([ \t]*:{2,}[ \t]*[a-z](?>[^\n]*))\n[ \t]*---[ \t]*\n(?>(?:[ \t]*[\w-]+:(?:[ \t][^\n]*)?\n)*)[ \t]*---[ \t]*$",
    re.MULTILINE,
)
_INLINE = lazy_pattern(
    r"(?<![A-Za-z0-9_:\[]):[a-z][a-z0-9-]*(?:\[(?![\d\s]*\])([^\[\]\n]*)\](?:\{[^{}\n]*\})?|\{[^{}\n]*\})"
)


def open_components(text: str) -> str:
    """Replace components by their labels and titles; keep the content of blocks."""
    if "::" in text:
        text = _PROPERTIES.sub(r"\1", text)
        if _START.search(text):
            text = _LINE.sub(_line_text, text)
    return _INLINE.sub(lambda match: match[1] or "", text)


def _line_text(match: re.Match[str]) -> str:
    texts = (match["label"] or "", *captions(parse_arguments(match["attributes"] or "")))
    title = join_texts(dict.fromkeys(texts))
    return f"\n{match[1] or ''}{title}\n" if title else ""
