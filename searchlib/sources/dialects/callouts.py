"""Normalize the callouts of GitHub, Obsidian and Microsoft Docs, ``> [!NOTE] 标题``.

The title and the content become separate blocks. Inclusions of other files are removed.
"""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.lines import BLOCK_PREFIX, LIST_MARKER

_DOCS_INCLUSION = lazy_pattern(
    r"\\?\[!([A-Za-z][\w-]*)[ \t]*\[[^\[\]\n]*\\?\][ \t]*(?:\([^()\n]*\)(?:[ \t]*\\?\])?|[ \t]*\\?\])"
)
_CALLOUT = lazy_pattern(
    rf"^({BLOCK_PREFIX})\\?\[!([^\s\[\]|\\][^\[\]|\n\\]*)(?:\|[^\]\n]*)?\\?\][+-]?[ \t]*(.*)$",
    re.MULTILINE,
)
_KIND = lazy_pattern(r"[A-Za-z][\w-]*")
_NAMED = lazy_pattern(r"([A-Za-z][\w-]*)[ \t]+(.*)")
_BOLD_LABEL = lazy_pattern(r"^([ \t]*>[ \t]*)(\*\*(?:Note|Tip|Important|Warning|Caution)\*\*)[ \t]*$", re.MULTILINE)
_DOCS_MARK = lazy_pattern(r"\\?\[!([A-Za-z][\w-]*)[ \t]+([^\[\]\n]*)\\?\]")
_NO_TEXT = lazy_pattern(r"[\w-]+[ \t]*=|\w+:|[./~]")
_EMPTY_EMPHASIS = lazy_pattern(r"(\*\*|__|\*)\x01\1")  # an inclusion (replaced by \x01 before) in bold or italics
_MARKER = lazy_pattern(LIST_MARKER)
_DOCSIFY_TIP = lazy_pattern(r"^(?:[!?]>[ \t]+|[!?]>(?=[\u3400-\u9fff]))", re.MULTILINE)


def open_callouts(text: str) -> str:
    """Remove the markers of callouts, and inclusions."""
    if "[!" in text:
        text = _EMPTY_EMPHASIS.sub("", _DOCS_INCLUSION.sub("\x01", text)).replace("\x01", "")
        text = _CALLOUT.sub(_callout_text, text)
        text = _DOCS_MARK.sub(lambda match: "" if _NO_TEXT.match(match[2]) else match[2], text)
    if "> **" in text:
        text = _BOLD_LABEL.sub(r"\1\2\n\1", text)
    return _DOCSIFY_TIP.sub("", text)


def _callout_text(match: re.Match[str]) -> str:
    quote, title = match[1], match[3].rstrip()
    if not _KIND.fullmatch(match[2]):
        # Obsidian shows a kind that it does not know, such as 定理, as the title.
        if ">" not in quote or ((name := _NAMED.match(match[2])) and (name[1].isupper() or _NO_TEXT.match(name[2]))):
            return match[0]
        title = title or match[2].strip()
    if not title:
        return quote.rstrip()
    blank = _MARKER.sub(lambda marker: " " * len(marker[0]), quote).rstrip()
    return f"{quote}{title}\n{blank}"
