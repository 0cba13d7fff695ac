"""Clean text, and join the lines of a block."""

from __future__ import annotations

import re

_LINE_END = re.compile("[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

# Characters without a width: soft hyphen, zero-width space, marks of direction, word joiner, variation selectors.
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0d\ufeff\U000e0100-\U000e01ef]"
    # Joiners and the selectors of emoji have a meaning beside emoji and in other scripts.
    "|(?<=[0-9A-Za-z\xc0-\u024f\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff])[\u200c\u200d\ufe0e\ufe0f]+"
)

_PRINTABLE_INVISIBLE = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_ASCII_CONTROLS = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
# Each pattern begins with a literal: re finds it without trying the rest at every byte.
_C1_CONTROL = re.compile(b"\xc2[\x80-\x9f\xad]")
_SEPARATOR = re.compile(b"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])")
_SELECTOR = re.compile(b"\xef(?:\xb8[\x80-\x8f]|\xbb\xbf)|\xf3\xa0[\x84-\x87]|\xcd\x8f|\xd8\x9c|\xe1\xa0\x8e")
_SURROGATE = re.compile(b"\xed[\xa0-\xbf]")

# Scripts that are written without spaces: Han and its punctuation, kana, full-width forms.
_UNSPACED = "[\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
_SOFT_BREAK = re.compile(rf"(?<={_UNSPACED})[^\S\n]*\n\s*(?={_UNSPACED})")


def clean(text: str) -> str:
    """Return the text with ``\\n`` as its only line end and without control characters other than ``\\n`` and ``\\t``.

    Invisible characters, which split words, are removed too.
    """
    if text.isprintable() and not _PRINTABLE_INVISIBLE.search(text):
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if is_clean(text.encode("utf-8", "surrogatepass")):
        return text
    return _INVISIBLE.sub("", _CONTROLS.sub("", _LINE_END.sub("\n", text)))


def is_clean(data: bytes) -> bool:
    """Return whether ``clean`` leaves the text, given in UTF-8, as it is. Five times as fast as a search in the text."""
    return (
        len(data.translate(None, _ASCII_CONTROLS)) == len(data)
        and not _C1_CONTROL.search(data)
        and not _SEPARATOR.search(data)
        and not _SURROGATE.search(data)
        and not _SELECTOR.search(data)
    )


def join_lines(text: str) -> str:
    """Return a block as one line: white space is collapsed, a line break between two Han characters is removed."""
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    return " ".join(text.split())
