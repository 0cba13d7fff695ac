"""Normalize the shortcodes of Hugo.

Shortcodes are removed, and the text between a start and an end is kept. Arguments are kept as in ``liquid``.
"""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, has_cjk, is_address, join_texts, parse_arguments
from searchlib.sources.dialects.lines import replace_tags

_SHORTCODE = lazy_pattern(r"\{\{(?P<delimiter>[<%])(?P<source>(?>(?:[^>%{]|[>%](?!\}\})|\{(?!\{))*))[>%]\}\}")
_COLUMN = lazy_pattern(r"^[ \t]*<--->[ \t]*$", re.MULTILINE)
_NAME = lazy_pattern(r"\s*(/?)\s*([\w./-]*)")
_ADDRESS_SHORTCODES = frozenset(("ref", "relref", "postref", "param", "include", "readfile", "img", "youtube"))
_INLINE_SHORTCODES = frozenset(("sub", "sup", "mark", "u", "kbd", "ins", "del"))
"""Shortcodes that show any argument."""

# Shortcodes that show their title even if it has no Chinese character.
_TITLED_SHORTCODES = frozenset("admonition alert card collapse details expand hint notice spoiler tab toggle".split())


def remove_shortcodes(text: str) -> str:
    """Remove shortcodes; keep the text that they show. A shortcode in ``/* */`` is text."""
    text = replace_tags(_SHORTCODE, _shortcode_text, text)
    return _COLUMN.sub("", text) if "<--->" in text else text


def _shortcode_text(match: re.Match[str], *, is_target: bool) -> str:
    source = match["source"].strip()
    if source.startswith("/*") and source.endswith("*/"):
        opening, closing = ("{{&lt;", "&gt;}}") if match["delimiter"] == "<" else ("{{%", "%}}")
        return f"{opening} {source[2:-2].strip()} {closing}"
    head = _NAME.match(source)
    if head is None or head[1]:
        return ""
    name = head[2].rpartition("/")[2].lower()
    arguments = parse_arguments(source[head.end() :].rstrip("/"))
    if is_target:
        return next((each.value for each in arguments), "")
    if name in _ADDRESS_SHORTCODES:
        return join_texts(captions(arguments))
    if name == "ruby" and len(positional := [each.value for each in arguments if not each.name]) == 2:
        return f"<ruby>{positional[0]}<rt>{positional[1]}</rt></ruby>"
    if name in _INLINE_SHORTCODES:
        return join_texts(each.value for each in arguments)
    texts = [
        each.value
        for each in arguments
        if not each.name
        and not is_address(each.value)
        and (has_cjk(each.value) or (each.is_quoted and name in _TITLED_SHORTCODES))
    ]
    title = join_texts(dict.fromkeys((*texts, *captions(arguments))))
    is_before_text = match.string[match.end() : match.end() + 1] not in "\n"
    return f"{title}\n\n" if title and is_before_text and name in _TITLED_SHORTCODES else title
