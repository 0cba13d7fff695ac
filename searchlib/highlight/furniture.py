"""Remove the lines of a text that say nothing about its content: repeated titles, and lines about the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.highlight.searchable_text import SearchableText, searchable_lines

_EDGE = 1_000
"""The number of characters at each end of a text that are searched. The middle of a text is content."""

_MIN_REPEATED_LETTERS = 8
"""The least number of letters in a title that is removed from the beginning of a longer line."""

_MIN_PART_LETTERS = 6
"""The least number of letters in a line that is removed because it is a part of the title."""

_MAX_REST = 20
"""Maximum length of the rest of a sentence that is removed together with the title before it."""

_URL = r"(?:https?://|www\.)\S+"
_LABEL = (
    r"(?:[^\W_]{0,6}(?:原文|链接|地址|网址|译者|译文|翻译|校对|作者|来源|出处|责编|编辑|转载|时间|日期|标题|題|出自)[^\W_]{0,4}"
    r"|(?:original|source|author|translat\w+|proofread\w*|posted|published|link|url|via|title)(?: \w+){0,2})"
)
_ABOUT_SOURCE = lazy_pattern(
    rf"[\s>*•\-–—（(【\[]*(?:{_LABEL}\s*[：:][^。！？!?；;]{{0,120}}|(?:{_URL}\s*)+)[）)】\]]?\s*", re.IGNORECASE
)
_NO_LETTERS = lazy_pattern(r"(?:[^\w\n]|_)+")
_LETTER = lazy_pattern(r"[^\W_]")
_TWO_LETTERS = lazy_pattern(r"[\W_]*([^\W_])[\W_]*([^\W_])")
_AFTER_TITLE = lazy_pattern(r"[\s。！？!?；;，,、：:.）)】”’」』》|_\-–—]*")
_SENTENCE_ENDS = lazy_pattern(r"[。！？!?；;：:]|\.\s")


def without_title(text: str, title: str) -> str:
    """Return the lines of a text without the title where a line repeats it, in whole or at its beginning."""
    return without_titles([text], [title])[0]


def without_titles(texts: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Return ``without_title`` of each text with its title, in less time than one by one."""
    edges = [*map(_Edges, texts)]
    possible = [
        line
        for each, title, letters in zip(edges, titles, _letters_of(titles), strict=True)
        if letters
        for lines in each.lines
        for line in _possible_titles(lines, title, letters)
    ]
    # All texts are folded in one call, in a fraction of the time.
    text = SearchableText("\n".join([line.beginning for line in possible]))
    start = folded_start = 0
    for line, folded in zip(possible, text.text.split("\n"), strict=False):
        # Few lines begin with two adjacent letters of the title.
        if not (two := _TWO_LETTERS.match(folded)) or "".join(two.groups()) in line.title:
            letters = _letters(folded)
            if line.is_title(letters):
                line.lines[line.number] = None
            elif end := line.end_of_title(folded, letters):
                line.remove_title(text.original(folded_start, folded_start + end)[1] - start)
        start += len(line.beginning) + 1
        folded_start += len(folded) + 1
    return [each.text() for each in edges]


def without_source(text: str) -> str:
    """Return the lines of a text that are not about its source, such as its original address or its translator."""
    edges = _Edges(text)
    for lines in edges.lines:
        lines[:] = [line for line in lines if not line or not _ABOUT_SOURCE.fullmatch(line)]
    return edges.text()


_Lines = list[str | None]
"""The lines of a text, which can be replaced; None is a removed line."""


class _Edges:
    """The lines near both ends of a text; none if its middle is a single line."""

    def __init__(self, text: str) -> None:
        self.lines: Sequence[_Lines] = ()
        self._middle = text
        if len(text) <= 2 * _EDGE:
            self.lines = [[*text.split("\n")]]
            return
        first, last = text.find("\n", _EDGE), text.rfind("\n", 0, len(text) - _EDGE)
        if 0 <= first < last:
            self.lines = [[*text[:first].split("\n")], [*text[last + 1 :].split("\n")]]
            self._middle = text[first : last + 1]

    def text(self) -> str:
        """Return the text with the lines as they are now."""
        if not self.lines:
            return self._middle
        return self._middle.join(["\n".join([line for line in lines if line is not None]) for lines in self.lines])


class _PossibleTitle(NamedTuple):
    """A line that may begin with the title, whose letters are ``title``; only its ``beginning`` can repeat the title."""

    lines: _Lines
    number: int
    line: str
    beginning: str
    title: str

    def is_title(self, letters: str) -> bool:
        """Return whether the line, whose beginning has these letters, is the title or a part of it."""
        is_part = len(letters) >= _MIN_PART_LETTERS and letters in self.title
        return self.beginning == self.line and (is_part or letters == self.title)

    def end_of_title(self, folded: str, letters: str) -> int:
        """Return the end of the title in the folded beginning, which has these letters; 0 if there is no title.

        A title that is repeated at once, as in "标题！标题！", ends where the last one does.
        """
        length = len(self.title)
        if length < _MIN_REPEATED_LETTERS or not letters.startswith(self.title):
            return 0
        repeats = 1
        while letters.startswith(self.title, repeats * length):
            repeats += 1
        return next(islice(_LETTER.finditer(folded), repeats * length - 1, None)).end()

    def remove_title(self, end: int) -> None:
        """Remove the title, which ends at ``end`` of the line, and the line if nothing else is left."""
        line = self.line
        rest_start = _AFTER_TITLE.match(line, end).end()  # type: ignore[union-attr]  # matches the empty string
        if rest_start == end and (sentence_end := _SENTENCE_ENDS.search(line, end, end + _MAX_REST)):
            # The title ends inside a sentence whose rest says little.
            rest_start = sentence_end.end()
        self.lines[self.number] = line[rest_start:] or None


def _possible_titles(lines: _Lines, title: str, letters: str) -> Iterator[_PossibleTitle]:
    """Yield the lines that begin with a letter of the title. Other lines are excluded without folding them."""
    end = 2 * len(letters) + _MAX_REST
    in_any_form = {*letters, *title}
    # A long line can only repeat the whole title.
    could_be_first = {letters[0], *in_any_form.difference(letters)} if len(letters) >= _MIN_REPEATED_LETTERS else set()
    for number, line in enumerate(lines):
        possible = in_any_form if line and len(line) <= end else could_be_first
        if line and possible and (first := _LETTER.search(line)) and first[0] in possible:
            yield _PossibleTitle(lines, number, line, line[:end], letters)


def _letters_of(titles: Sequence[str]) -> list[str]:
    # Line breaks are no letters and stay.
    folded = searchable_lines([title.replace("\n", " ") for title in titles])
    return _letters(folded.text).split("\n") if titles else []


def _letters(folded: str) -> str:
    """Return the letters of a folded text, and its line breaks."""
    return _NO_LETTERS.sub("", folded)
