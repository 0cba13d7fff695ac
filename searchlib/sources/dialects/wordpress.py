"""Normalize the shortcodes of WordPress, and those that themes of Typecho have adopted: ``[caption …]…[/caption]``."""

from __future__ import annotations

import re
from bisect import bisect

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.text import replace_spans

_LOCKED = "hide|login|reply|secret|vip|private|protected|password|members?(?:_?only)?|loggedin|paid"
_EMBEDS = frozenset(
    "gallery video audio playlist embed album photos cplayer music bilibili vplayer dplayer Meting Music".split()
)
"""Shortcodes that have no end mark."""
_ENCLOSING = (
    "caption|wp_caption|button|scode|collapse|tabs|tab|font|color|tip|note|success|info|warning|danger|error|timeline|row|column|columns"
    "|accordion|toggle|spoiler"
)
_OPEN = "|".join((_ENCLOSING, *sorted(_EMBEDS)))
_ATTRIBUTES = r"""(?:[ \t]+[A-Za-z_-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s\]"'=]+))"""
_SHORTCODE = lazy_pattern(
    rf"\[(?:(?P<name>{_OPEN})(?P<attributes>(?>{_ATTRIBUTES}*))[ \t]*/?|/(?P<end>{_OPEN}))\](?![(\[:])"
)
_LOCKED_MARK = lazy_pattern(rf"\[(/)?({_LOCKED})(?:[ \t=][^\[\]\n]{{0,200}})?\](?(1)|(?![(:]))", re.IGNORECASE)
_MAX_MARGIN = 40
_TITLE = lazy_pattern(r"""[ \t](?:title|caption|label)=(?:"([^"\n]*)"|'([^'\n]*)')""")


def remove_wordpress(text: str) -> str:
    """Remove shortcodes, and what they show only to readers who have replied or logged in; keep other content and titles."""
    # Marks that a sentence only mentions are text.
    text = replace_spans(text, ((start, end, "") for start, end in _locked_spans(text)))
    ends = {match["end"] for match in _SHORTCODE.finditer(text) if match["end"]}

    def replace(match: re.Match[str]) -> str:
        is_embed = match["attributes"] and match["name"] in _EMBEDS
        if match["name"] and not is_embed and match["name"] not in ends:
            return match[0]  # [note] alone is text
        title = _TITLE.search(match["attributes"] or "")
        return f"{title[1] or title[2] or ''}\n\n" if title is not None else ""

    return _SHORTCODE.sub(replace, text)


def _locked_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each pair of marks, in order.

    A pair counts only if one of its marks stands at an edge of its line, or if both are in the same line and all marks of that
    line are paired.
    """
    pairs: list[tuple[re.Match[str], re.Match[str]]] = []
    unpaired: list[re.Match[str]] = []
    opened: dict[str, list[re.Match[str]]] = {}
    for mark in _LOCKED_MARK.finditer(text):
        waiting = opened.setdefault(mark[2].lower(), [])
        if not mark[1]:
            waiting.append(mark)
        elif waiting:
            pairs.append((waiting.pop(), mark))
        else:
            unpaired.append(mark)
    for waiting in opened.values():
        unpaired += waiting
    breaks = [match.start() for match in re.finditer("\n", text)]
    mentioned = {bisect(breaks, mark.start()) for mark in unpaired}
    return sorted(
        (start.start(), end.end())
        for start, end in pairs
        if _is_at_edge(start)
        or _is_at_edge(end)
        or (bisect(breaks, start.start()) == (line := bisect(breaks, end.start())) and line not in mentioned)
    )


def _is_at_edge(mark: re.Match[str]) -> bool:
    """Return whether a mark begins or ends its line, or the content of a tag or a quotation of Markdown."""
    text = mark.string
    before = text[max(0, mark.start() - _MAX_MARGIN) : mark.start()].rstrip(" \t\u3000")
    after = text[mark.end() : mark.end() + _MAX_MARGIN].lstrip(" \t\u3000")
    return not before or before[-1] in "\n>" or not after or after[0] in "\n<"
