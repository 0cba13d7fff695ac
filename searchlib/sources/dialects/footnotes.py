"""Normalize footnotes that CommonMark lacks: inline notes ``^[note]``, and marks whose note is missing."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern

_INLINE_NOTE = lazy_pattern(r"\^\[((?>(?:[^\[\]\n]|\[[^\[\]\n]*\](?:\([^()\n]*\))?)+))\](?!\()")
_LABELLED_NOTE = lazy_pattern(r"(?<=[^\s>])\[\^\w{1,12}:[ \t]*([^\[\]\n]+)\]")
_MARK = lazy_pattern(r"\[\^([^\]\s^]+)\](?!:)")
_NOTE = lazy_pattern(r"^[ \t>]*\[\^([^\]\s^]+)\]:", re.MULTILINE)
_NOTE_NUMBER = lazy_pattern(r"(?:\D{0,6}\d+|\*+)")


def move_notes(text: str) -> str:
    """Move inline notes to the end of the text, and remove marks whose note is missing."""
    notes: list[str] = []
    if "^[" in text:
        text = _INLINE_NOTE.sub(lambda match: notes.append(match[1]) or "", text)  # type: ignore[func-returns-value]
    if "[^" in text:
        text = _LABELLED_NOTE.sub(lambda match: notes.append(match[1]) or "", text)  # type: ignore[func-returns-value]
        defined = set(_NOTE.findall(text))
        text = _MARK.sub(
            lambda match: match[0] if match[1] in defined or not _NOTE_NUMBER.fullmatch(match[1]) else "", text
        )
    return "\n\n".join([text.rstrip("\n"), *notes]) if notes else text
