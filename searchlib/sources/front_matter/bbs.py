"""Read the headers of posts on bulletin boards: ``发信人: 甲, 信区: 茶`` of 水木社区, ``作者: 甲 看板: 茶`` of PTT."""

from __future__ import annotations

from searchlib.common.lazy_pattern import lazy_pattern

_COLON = "[ \t]*[:：]?[ \t]+|[:：]"
_HEADERS = lazy_pattern(
    rf"\s*(?:发信人|發信人|寄件人|作者)(?:{_COLON})(?P<author>[^\s,，()（]+)(?=[\s,，()（])[^\n]*?"
    rf"(?:信区|信區|看板|站内|站內)(?:{_COLON})(?P<board>\S+)(?=\s)[^\n]*\n"
    rf"[ \t]*(?:标[ \t]*题|標[ \t]*題)(?:{_COLON})(?P<title>[^\n]*)\n"
    rf"[ \t]*(?:(?:发信站|發信站)[^\n(（]*[(（](?P<sent>[^()（）\n]+)[^\n]*|(?:时间|時間)(?:{_COLON})(?P<written>[^\n]*))(?:\n|\Z)"
)

_MAX_LENGTH = 1_000
"""Maximum number of characters of the headers."""


def split_bbs(text: str) -> tuple[dict[str, str], str] | None:
    """Return the values of the headers at the top of a post, and the text below them. Return None for other texts."""
    match = _HEADERS.match(text, 0, _MAX_LENGTH)
    if match is None:
        return None
    values = {
        "title": match["title"].strip(),
        "author": match["author"],
        "categories": match["board"],
        "date": (match["sent"] or match["written"] or "").strip(),
    }
    return {key: value for key, value in values.items() if value}, text[match.end() :]
