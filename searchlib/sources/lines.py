"""Clean and join the lines that a block of text was written in."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LINE_END = re.compile("[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

# Scripts written without spaces: Han and its punctuation, kana, full-width forms.
_UNSPACED = "[\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
_SOFT_BREAK = re.compile(rf"(?<={_UNSPACED})[^\S\n]*\n\s*(?={_UNSPACED})")


def clean(text: str) -> str:
    """The text with ``\\n`` as its only line end and ``\\t`` as its only other control character."""
    if _LINE_END.search(text):
        text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("", text) if _CONTROLS.search(text) else text


def join(text: str) -> str:
    """One line out of a block: white space collapsed, a line break between two Han characters dropped."""
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    return " ".join(text.split())
