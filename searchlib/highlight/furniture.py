"""Remove the lines of a text that say nothing about its content: repeated titles, and lines about the source."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from searchlib.highlight.searchable_text import SearchableText

_EDGE = 1_000
"""The number of characters at each end of a text that are searched. The middle of a text is content."""

_MIN_REPEATED_LETTERS = 8
"""The least number of letters in a title that is removed from the beginning of a longer line."""

_MIN_PART_LETTERS = 6
"""The least number of letters in a line that is removed because it is a part of the title."""

_MAX_REST = 20
"""The longest rest of a sentence that is removed with the title before it."""

_URL = r"(?:https?://|www\.)\S+"
_LABEL = (
    r"(?:[^\W_]{0,6}(?:原文|链接|地址|网址|译者|译文|翻译|校对|作者|来源|出处|责编|编辑|转载|时间|日期|标题|題|出自)[^\W_]{0,4}"
    r"|(?:original|source|author|translat\w+|proofread\w*|posted|published|link|url|via|title)(?: \w+){0,2})"
)
_ABOUT_SOURCE = re.compile(
    rf"[\s>*•\-–—（(【\[]*(?:{_LABEL}\s*[：:][^。！？!?；;]{{0,120}}|(?:{_URL}\s*)+)[）)】\]]?\s*", re.IGNORECASE
)
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W_]")
_AFTER_TITLE = re.compile(r"[\s。！？!?；;，,、：:.）)】”’」』》|_\-–—]*")
_SENTENCE_ENDS = re.compile(r"[。！？!?；;：:]|\.\s")


def without_title(text: str, title: str) -> str:
    """Return the lines of a text without the title where a line repeats it, in whole or at its beginning."""
    letters = _letters_of(title)
    return _filter_edges(text, lambda lines: _without_title_lines(lines, title, letters)) if letters else text


def without_source(text: str) -> str:
    """Return the lines of a text that are not about its source, such as its original address or its translator."""
    return _filter_edges(text, lambda lines: [line for line in lines if not _ABOUT_SOURCE.fullmatch(line)])


def _filter_edges(text: str, keep: Callable[[list[str]], list[str]]) -> str:
    """Replace the lines near both ends of a text by those that ``keep`` returns."""
    if len(text) <= 2 * _EDGE:
        return _filter_lines(text, keep)
    first, last = text.find("\n", _EDGE), text.rfind("\n", 0, len(text) - _EDGE)
    if not 0 <= first < last:
        return text
    return _filter_lines(text[:first], keep) + text[first : last + 1] + _filter_lines(text[last + 1 :], keep)


def _filter_lines(text: str, keep: Callable[[list[str]], list[str]]) -> str:
    lines = text.split("\n")
    kept = keep(lines)
    return text if kept == lines else "\n".join(kept)


def _without_title_lines(lines: list[str], title: str, letters: str) -> list[str]:
    """Return lines without the title, whose letters are ``letters``."""
    # Most lines begin with another letter, which takes no fold to see. The others are folded together.
    in_any_form = {*letters, *title}
    firsts = (_LETTER.search(line) for line in lines)
    possible = [number for number, first in enumerate(firsts) if first and first[0] in in_any_form]
    folded = SearchableText("\n".join([_beginning(lines[number], letters) for number in possible])).text.split("\n")
    kept: list[str | None] = [*lines]
    for number, beginning in zip(possible, folded, strict=False):
        repeated = _letters(beginning)
        is_part = len(repeated) >= min(_MIN_PART_LETTERS, len(letters)) and repeated in letters
        if is_part or repeated.startswith(letters):
            kept[number] = _without_title(lines[number], letters)
    return [line for line in kept if line is not None]


def _beginning(line: str, title: str) -> str:
    return line[: 2 * len(title) + _MAX_REST]


def _without_title(line: str, title: str) -> str | None:
    """Return a line without the title, whose letters are ``title``; None if nothing else is left."""
    beginning = _beginning(line, title)
    searchable = SearchableText(beginning)
    letters = _letters(searchable.text)
    if beginning == line and (letters == title or (len(letters) >= _MIN_PART_LETTERS and letters in title)):
        return None
    if len(title) < _MIN_REPEATED_LETTERS or not letters.startswith(title):
        return line
    last = list(islice(_LETTER.finditer(searchable.text), len(title)))[-1]
    end = searchable.original(last.start(), last.end())[1]
    rest_start = _AFTER_TITLE.match(line, end).end()  # type: ignore[union-attr]  # matches the empty string
    if rest_start == end and (sentence_end := _SENTENCE_ENDS.search(line, end, end + _MAX_REST)):
        # The title is cut in the middle of a sentence, whose rest says little.
        rest_start = sentence_end.end()
    return line[rest_start:] or None


@lru_cache(maxsize=256)
def _letters_of(title: str) -> str:
    return _letters(SearchableText(title).text)


def _letters(folded: str) -> str:
    return _NO_LETTERS.sub("", folded)
