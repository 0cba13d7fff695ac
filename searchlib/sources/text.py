"""Clean text, and join the lines of a block."""

from __future__ import annotations

import re
from collections.abc import Iterable

from searchlib.common.lazy_pattern import lazy_pattern

HAN = lazy_pattern("[\u3400-\u9fff\U00020000-\U0003ffff]")
"""A Han character."""

HTML_COMMENT = lazy_pattern(r"<!--(?>(?:[^<-]|-(?!->)|<(?!!--))*)-->")
"""A comment of HTML without the beginning of another one, so that a search takes linear time."""

_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"

# Characters without a width: soft hyphen, zero-width space, marks of direction, word joiner, variation selectors.
_INVISIBLE = "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0d\ufeff\U000e0100-\U000e01ef"
_REMOVED_CHARACTERS = lazy_pattern(f"[{_CONTROLS}{_INVISIBLE}]+")
# Joiners and variation selectors have a meaning next to emoji, and in other scripts than Han and Latin.
_JOINER_CHARACTERS = "\u200c\u200d\ufe0e\ufe0f"
_JOINERS = lazy_pattern(f"[{_JOINER_CHARACTERS}]+")
_JOINED = lazy_pattern("[0-9A-Za-z\xc0-\u024f\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

_UNCLEAN = lazy_pattern(f"[{_LINE_ENDS}{_CONTROLS}{_INVISIBLE}{_JOINER_CHARACTERS}]")
"""Any of the characters above. Most texts contain none of them."""

# Scripts that are written without spaces: Han and its punctuation, kana, full-width forms.
_UNSPACED = "[\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
_SOFT_BREAK = lazy_pattern(rf"(?<={_UNSPACED})[^\S\n]*\n\s*(?={_UNSPACED})")


def clean(text: str) -> str:
    """Return the text with ``\\n`` as its only line end and without control characters other than ``\\n`` and ``\\t``.

    Invisible characters, which split words, are removed too.
    """
    if not _UNCLEAN.search(text):
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if not _UNCLEAN.search(text):
            return text
    for line_end in _LINE_ENDS:
        text = text.replace(line_end, "\n")
    text = _REMOVED_CHARACTERS.sub("", text)
    return _JOINERS.sub(_joiners_beside, text)


def replace_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with other texts in place of spans, each given by its start and end, from left to right.

    A span that begins inside of the one before it is left out.
    """
    pieces: list[str] = []
    position = 0
    for start, end, new in spans:
        if start >= position:
            pieces += (text[position:start], new)
            position = end
    return "".join((*pieces, text[position:])) if pieces else text


def _joiners_beside(match: re.Match[str]) -> str:
    return "" if _JOINED.match(match.string[match.start() - 1 : match.start()]) else match[0]


def join_lines(text: str) -> str:
    """Return a block as one line: white space is collapsed, a line break between two Han characters is removed."""
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    return " ".join(text.split())
