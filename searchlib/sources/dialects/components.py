"""Normalize components in the syntax of Nuxt (MDC) and remark: ``::card{title="标题"}``, ``:badge[新]{type="info"}``."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, has_cjk, join_texts, parse_arguments

_BLOCK_LINE = lazy_pattern(
    r"^([ \t]*)::(?!:)(?:(?P<name>[a-z][\w-]*)(?:\[(?P<label>[^\]\n]*)\])?(?:\{(?P<attributes>[^{}\n]*)\})?)?[ \t]*$"
    r"|^[ \t]*\#[a-z][\w-]*[ \t]*$",
    re.MULTILINE,
)
"""The start or the end of a block, or the name of a part of it, ``#footer``."""

_BLOCK_START = lazy_pattern(r"^[ \t]*::[a-z][\w-]*(?:[\[{][^\n]*)?[ \t]*$", re.MULTILINE)
_PROPERTIES = lazy_pattern(
    r"^([ \t]*:{2,}[ \t]*[a-z](?>[^\n]*))\n[ \t]*---[ \t]*\n(?>(?:[ \t]*[\w-]+:(?:[ \t][^\n]*)?\n)*)[ \t]*---[ \t]*$",
    re.MULTILINE,
)
_INLINE = lazy_pattern(
    r"(?<![A-Za-z0-9_:\[]):[a-z][a-z0-9-]*(?:\[([^\[\]\n]*)\])?(\{(?:[.#:][\w-]|[\w:-]+=)[^{}\n]*\})?(?<=[\]}])(?![\[(])"
)
_LABELLED = frozenset("abbr badge button code icon kbd mark span sub sup tag tip tooltip".split())
"""Components whose label may be English. Other names in front of brackets may be those of variables: 下标:nums[left]."""


def open_components(text: str) -> str:
    """Replace components by their labels and titles; keep the content of blocks."""
    if "::" in text:
        text = _PROPERTIES.sub(r"\1", text)
        if _BLOCK_START.search(text):
            text = _BLOCK_LINE.sub(_line_text, text)
    return _INLINE.sub(_inline_text, text)


def _inline_text(match: re.Match[str]) -> str:
    label = match[1] or ""
    name = match[0][1:].partition("[")[0]
    return label if match[2] or has_cjk(label) or name in _LABELLED else match[0]


def _line_text(match: re.Match[str]) -> str:
    texts = (match["label"] or "", *captions(parse_arguments(match["attributes"] or "")))
    title = join_texts(dict.fromkeys(texts))
    return f"\n{match[1] or ''}{title}\n" if title else ""
