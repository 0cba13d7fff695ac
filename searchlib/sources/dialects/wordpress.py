"""Normalize the shortcodes of WordPress, and those that themes of Typecho have adopted: ``[caption …]…[/caption]``."""

from __future__ import annotations

import re

_LOCKED = "hide|login|reply|secret|vip"
_OPEN = (
    "caption|gallery|video|audio|playlist|embed|wp_caption|button|scode|collapse|tabs|tab|album|photos|font|color|tip|note|success|info"
    "|warning|danger|error|timeline|row|column|columns|accordion|toggle|spoiler|cplayer|music|bilibili|vplayer|dplayer|Meting|Music"
)
_ATTRIBUTES = r"""(?:[ \t]+[A-Za-z_-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s\]"'=]+))"""
_SHORTCODE = re.compile(
    rf"\[(?:(?P<name>{_OPEN})(?P<attributes>(?>{_ATTRIBUTES}*))[ \t]*/?|/(?P<end>{_OPEN}))\](?![(\[:])"
)
_LOCKED_START = re.compile(rf"\[({_LOCKED})\](?![(\[:])")
_TITLE = re.compile(r"""[ \t](?:title|caption|label)=(?:"([^"\n]*)"|'([^'\n]*)')""")


def remove_wordpress(text: str) -> str:
    """Remove shortcodes, and what they show only to readers who have replied or logged in; keep other content and titles."""
    text = _remove_locked(text)
    ends = {match["end"] for match in _SHORTCODE.finditer(text) if match["end"]}

    def replace(match: re.Match[str]) -> str:
        if match["name"] and not match["attributes"] and match["name"] not in ends:
            return match[0]  # [note] alone is text
        title = _TITLE.search(match["attributes"] or "")
        return f"{title[1] or title[2] or ''}\n\n" if title is not None else ""

    return _SHORTCODE.sub(replace, text)


def _remove_locked(text: str) -> str:
    pieces: list[str] = []
    position = 0
    while (start := _LOCKED_START.search(text, position)) is not None:
        end = text.find(f"[/{start[1]}]", start.end())
        pieces.append(text[position : start.start() if end >= 0 else start.end()])
        position = start.end() if end < 0 else end + len(start[1]) + 3
    return "".join([*pieces, text[position:]])
