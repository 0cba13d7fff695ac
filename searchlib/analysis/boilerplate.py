"""Find lines that an archive repeats, such as copyright notices, and separate them from the content of articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import adler32, crc32

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import HAN
from searchlib.common.lazy_pattern import lazy_pattern

MIN_ARTICLES = 8
"""A line is boilerplate only if at least this number of sampled articles contain it."""

MIN_SHARE = 1 / 2000
"""A line is boilerplate only if at least this share of the sampled articles contain it."""

MIN_CHARACTERS = 8
"""The least number of letters and digits in a line of boilerplate. Headings and lines of code recur as well, but are shorter."""

MIN_HAN = 4
"""The least number of Han characters in a line of boilerplate."""

MIN_CONTENT = 20
"""The least number of letters and digits in the content of an article. If it has fewer, all its lines are content."""

_COULD_BE_BOILERPLATE = lazy_pattern(rf"(?=(?:\W*+\w){{{MIN_CHARACTERS}}})(?:[^{HAN}]*+[{HAN}]){{{MIN_HAN}}}")
_CREDITS = "作者|译者|譯者|编辑|編輯|责编|責編|责任编辑|責任編輯|校对|校對|翻译|翻譯|审校|審校|排版|撰文|撰稿"
_OTHER_CREDITS = "原文链接|原文連結|原文日期|原文地址|原文|定稿|终审|終審|选题|選題|来源|來源|出处|出處|日期|链接"
_BYLINE = lazy_pattern(
    rf"[\s>*•\-–—（(【\[]*(?:{_CREDITS})\s*(?:"
    r"[：:/／|｜丨][^。！？!?，,；;]{1,40}"
    # Several credits. No value contains a colon, so that there is one way to divide them.
    rf"|[：:][^。！？!?，,；;：:]{{1,40}}"
    rf"(?:[，,；;\s]\s*(?:{_CREDITS}|{_OTHER_CREDITS})(?:\s?[：:][^。！？!?，,；;：:]{{0,40}})?)+[；;\s]*)"
)
"""A line that names who wrote, translated or edited the article, and perhaps its source."""

_BYLINE_EDGE = 12
"""The number of lines at each end of a body that can be bylines."""

_TITLE_SUFFIX = lazy_pattern(r".*\S(?P<suffix>\s*[|｜]\s*[^|｜]+|\s+[-–—·•]+\s+\S.*?|——[^—]+|_[^_]+)")
"""A title with its last part, which may name the site."""

MIN_SUFFIX_SHARE = 0.02
"""The last part of a title is boilerplate only if at least this share of the sampled articles have it."""

_HAS_CONTENT = lazy_pattern(rf"(?:\W*+\w){{{MIN_CONTENT}}}")

_CHECKSUM_BITS = 32

Digests = NDArray[np.uint64]


class Boilerplate:
    """The boilerplate lines of an archive, stored as their ``line_digest``."""

    def __init__(self, digests: Iterable[int] = ()) -> None:
        self._digests = frozenset(digests)
        self._checksums = frozenset(digest >> _CHECKSUM_BITS for digest in self._digests)

    @property
    def digests(self) -> list[int]:
        """The digests, ascending."""
        return sorted(self._digests)

    def split(self, body: str) -> tuple[str, str]:
        """Return the lines of content and the lines of boilerplate of a body, bylines included."""
        content: list[str] = []
        repeated: list[str] = []
        lines = body.split("\n")
        for number, line in enumerate(lines):
            # No boilerplate is ASCII, as most lines of code are. One checksum excludes nearly all other lines.
            is_repeated = (
                not line.isascii()
                and len(line) >= MIN_CHARACTERS
                and crc32(data := _without_space(line)) in self._checksums
                and _digest(data) in self._digests
            )
            if not is_repeated and (number < _BYLINE_EDGE or number >= len(lines) - _BYLINE_EDGE):
                is_repeated = _BYLINE.fullmatch(line) is not None
            (repeated if is_repeated else content).append(line)
        text = "\n".join(content)
        if not repeated or not _HAS_CONTENT.match(text):
            return body, ""
        return text, "\n".join(repeated)

    def without_suffix(self, title: str) -> str:
        """Return a title without its last part if many titles of the archive have it, such as the name of the site."""
        suffix = _title_suffix(title) if self._digests else ""
        return title.removesuffix(suffix) if suffix and self._has(_suffix_key(suffix)) else title

    def contains(self, line: str) -> bool:
        """Return whether a line is boilerplate."""
        return bool(self._digests) and len(line) >= MIN_CHARACTERS and self._has(line)

    def _has(self, line: str) -> bool:
        data = _without_space(line)
        # One checksum excludes nearly all lines.
        return crc32(data) in self._checksums and _digest(data) in self._digests


NO_BOILERPLATE = Boilerplate()


@dataclass(frozen=True, slots=True)
class ArticleLines:
    """The sampled data of an article: the digests of its title and of its distinct lines, uint64[lines].

    ``could_be`` bool[lines] marks the lines with enough letters for boilerplate. ``suffix`` is the digest of the last part of
    the title, 0 if it has only one.
    """

    title: int
    suffix: int
    lines: Digests
    could_be: NDArray[np.bool_]

    @classmethod
    def of(cls, title: str, body: str, summary: Iterable[str] = ()) -> ArticleLines:
        """Return the lines of an article, those of its ``summary`` included."""
        lines = {
            # Most lines of code are ASCII, and many lines are short, which takes a fraction of the time to see.
            _digest(data): not line.isascii()
            and len(line) >= MIN_CHARACTERS
            and _COULD_BE_BOILERPLATE.match(line) is not None
            for line in (*body.split("\n"), *summary)
            if (data := _without_space(line))
        }
        suffix = _title_suffix(title)
        return cls(
            line_digest(title),
            title_suffix_digest(suffix) if suffix else 0,
            np.array([*lines], np.uint64),
            np.array([*lines.values()], bool),
        )


def _title_suffix(title: str) -> str:
    """Return the last part of a title with the separator before it, or an empty text."""
    match = _TITLE_SUFFIX.fullmatch(title)
    return match["suffix"] if match else ""


def _suffix_key(suffix: str) -> str:
    """Return the text whose digest represents a title suffix among the digests of lines."""
    return f"\0{suffix}"


def title_suffix_digest(suffix: str) -> int:
    """Return the digest of the last part of titles, with its separator. It is not that of a line with the same text."""
    return line_digest(_suffix_key(suffix))


def line_digest(line: str) -> int:
    """Return a 64-bit digest of a line without its white space. It consists of checksums, which are fast to compute."""
    return _digest(_without_space(line))


def _without_space(line: str) -> bytes:
    return "".join(line.split()).encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> int:
    return crc32(data) << _CHECKSUM_BITS | adler32(data)


def find_boilerplate(articles: Sequence[ArticleLines]) -> Digests:
    """Return the digests of boilerplate, ascending: lines that recur in otherwise different articles, and suffixes of titles.

    Copies of one article repeat all of its lines. Therefore articles with the same title, or with the same lines apart from
    recurring ones, count once.
    """
    min_articles = max(MIN_ARTICLES, len(articles) * MIN_SHARE)
    owners = np.repeat(np.arange(len(articles)), [len(each.lines) for each in articles])
    lines = np.concatenate([np.empty(0, np.uint64), *[each.lines for each in articles]])
    could_be = np.concatenate([np.empty(0, bool), *[each.could_be for each in articles]])
    distinct, numbers, counts = np.unique(lines, return_inverse=True, return_counts=True)
    recurs = could_be & (counts[numbers] >= min_articles)
    # The greatest digest of the lines that do not recur identifies the article.
    own = np.zeros(len(articles), np.uint64)
    np.maximum.at(own, owners[~recurs], lines[~recurs])
    titles = np.array([each.title for each in articles], np.uint64)
    numbers, owners = numbers[recurs], owners[recurs]
    differing = [_count_partners(numbers, partner[owners], len(distinct)) for partner in (own, titles)]
    repeated = distinct[np.minimum(*differing) >= min_articles]
    return np.union1d(repeated, _repeated_suffixes(articles))


def _repeated_suffixes(articles: Sequence[ArticleLines]) -> Digests:
    titles_of: dict[int, set[int]] = {}
    for each in articles:
        if each.suffix:
            titles_of.setdefault(each.suffix, set()).add(each.title)
    min_titles = max(MIN_ARTICLES, len(articles) * MIN_SUFFIX_SHARE)
    return np.array([suffix for suffix, titles in titles_of.items() if len(titles) >= min_titles], np.uint64)


def _count_partners(numbers: NDArray[np.int64], partners: Digests, size: int) -> NDArray[np.int64]:
    """Return the number of distinct partners of each number, int64[size]."""
    order = np.lexsort((partners, numbers))
    numbers, partners = numbers[order], partners[order]
    is_new = np.ones(len(numbers), bool)
    is_new[1:] = (numbers[1:] != numbers[:-1]) | (partners[1:] != partners[:-1])
    return np.bincount(numbers[is_new], minlength=size)
