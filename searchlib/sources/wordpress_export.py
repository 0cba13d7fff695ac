"""Turn the text of a post in an export of WordPress into the HTML that WordPress shows.

Line breaks are those of the author, and shortcodes in brackets stand for parts that plugins render.
"""

from __future__ import annotations

import re
from html import escape

from searchlib.common.lazy_pattern import lazy_pattern

# Neither reaches over another start, so that the search stays linear where ends are missing.
_CODE_SHORTCODE = lazy_pattern(
    r"\[(code|sourcecode|cc|crayon)(?:\s[^\[\]\n]{0,200})?\]((?:(?!\[(?:code|sourcecode|cc|crayon)\b).)*?)\[/\1\]",
    re.DOTALL,
)
_VERBATIM = lazy_pattern(
    r"(<(pre|script|style|textarea)\b(?:(?!<(?:pre|script|style|textarea)\b).)*?</\2>)", re.DOTALL | re.IGNORECASE
)
_CLOSING = lazy_pattern(r"\[/([A-Za-z][\w-]{0,40})\]")
_SHORTCODE = lazy_pattern(r"\[/?(?P<name>[A-Za-z][\w-]{0,40})(?P<values>(?:\s[^\[\]\n]{0,500})?)/?\]")
_VALUE = lazy_pattern(r"\s[\w-]+=[\"'“”″&]")
_BLOCK_EDITOR = "<!-- wp:"
"""The comments of the block editor: its line breaks are those of HTML."""


def shown_html(text: str) -> str:
    """Return the HTML of a post."""
    if "[" in text:
        text = _without_shortcodes(_CODE_SHORTCODE.sub(_pre, text))
    if _BLOCK_EDITOR in text or "\n" not in text:
        return text
    # The pattern has two groups: parts 0, 3, 6 … are between the verbatim ones, parts 1, 4, 7 … are these.
    parts = _VERBATIM.split(text)
    return "".join(part.replace("\n", "<br>\n") if at % 3 == 0 else part for at, part in enumerate(parts) if at % 3 < 2)


def _pre(code: re.Match[str]) -> str:
    text = code[2].strip("\n")
    return f"<pre>{text if '&lt;' in text or '&gt;' in text else escape(text, quote=False)}</pre>"


def _without_shortcodes(text: str) -> str:
    """Return the text without shortcodes. Other texts in brackets have neither an end nor values."""
    paired = {*_CLOSING.findall(text)}

    def replaced(match: re.Match[str]) -> str:
        return "" if match["name"] in paired or _VALUE.match(match["values"]) else match[0]

    return _SHORTCODE.sub(replaced, text)
