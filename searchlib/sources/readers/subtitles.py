"""Read subtitles: the text of the cues, without their numbers and times."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.text import join_lines

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMES = lazy_pattern(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*\n?", re.MULTILINE)
_NUMBER_OF_NEXT = lazy_pattern(r"(?:^|\n)\d+\s*\Z")
_MARKUP = lazy_pattern(r"</?[A-Za-z][^<>\n]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^{}\n]{0,200}\}")


def read_subtitles(text: str) -> Content:
    """Read the cues of a file of SubRip or WebVTT, each as a block. A cue that repeats the one before is left out."""
    blocks: list[str] = []
    parts = _TIMES.split(text)[1:]
    for position, part in enumerate(parts, 1):
        cue, blank_line, _ = part.partition("\n\n")
        if not blank_line and position < len(parts):
            cue = _NUMBER_OF_NEXT.sub("", cue)
        block = join_lines(_MARKUP.sub("", cue))
        if block and (not blocks or block != blocks[-1]):
            blocks.append(block)
    return Content(blocks=blocks)


READER = Reader(suffixes=(".srt", ".vtt"), read=read_subtitles)
