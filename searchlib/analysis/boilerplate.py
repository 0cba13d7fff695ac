"""Tell the lines that an archive repeats (copyright, where to subscribe, who translates) from those that say something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import adler32, crc32

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.units import HAN

FEWEST_ARTICLES = 8
"""A line that fewer of the articles looked at hold is no boilerplate, however small the archive."""

LEAST_SHARE = 1 / 2000
"""Nor is one that fewer of them hold than this share."""

FEWEST_CHARACTERS = 8
FEWEST_HAN = 4
"""Letters and digits, and Han characters among them, that boilerplate has at least: headings and lines of code recur as well."""

LEAST_TELLING = 20
"""Letters and digits that must be left: of an article with fewer all lines count, as if none were boilerplate."""

_COULD_BE = re.compile(rf"(?=(?:\W*+\w){{{FEWEST_CHARACTERS}}})(?:[^{HAN}]*+[{HAN}]){{{FEWEST_HAN}}}")
_TELLS = re.compile(rf"(?:\W*+\w){{{LEAST_TELLING}}}")

_HALF = 32

Digests = NDArray[np.uint64]


class Boilerplate:
    """The boilerplate of an archive, as digests of lines."""

    def __init__(self, digests: Iterable[int] = ()) -> None:
        self._digests = frozenset(digests)
        self._halves = frozenset(digest >> _HALF for digest in self._digests)

    @property
    def digests(self) -> list[int]:
        """The digests, ascending."""
        return sorted(self._digests)

    def apart(self, body: str) -> tuple[str, str]:
        """The lines of a body that tell something, and its boilerplate."""
        if not self._digests:
            return body, ""
        telling: list[str] = []
        rest: list[str] = []
        for line in body.split("\n"):
            (rest if len(line) >= FEWEST_CHARACTERS and self._holds(line) else telling).append(line)
        text = "\n".join(telling)
        if not rest or not _TELLS.match(text):
            return body, ""
        return text, "\n".join(rest)

    def _holds(self, line: str) -> bool:
        data = _told(line)
        # One checksum tells nearly all lines apart.
        return crc32(data) in self._halves and _digest(data) in self._digests


NO_BOILERPLATE = Boilerplate()


@dataclass(frozen=True, slots=True)
class ArticleLines:
    """What is looked at of an article: the digests of its title and its distinct lines, and which of them could be boilerplate."""

    title: int
    lines: Digests
    could_be: NDArray[np.bool_]

    @classmethod
    def of(cls, title: str, body: str) -> ArticleLines:
        """The lines of an article."""
        lines = {line_digest(line): _COULD_BE.match(line) is not None for line in body.split("\n") if line.strip()}
        return cls(line_digest(title), np.array([*lines], np.uint64), np.array([*lines.values()], bool))


def line_digest(line: str) -> int:
    """A number for a line, whatever the space in it; checksums are fast, and every line of every article needs one."""
    return _digest(_told(line))


def _told(line: str) -> bytes:
    return "".join(line.split()).encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> int:
    return crc32(data) << _HALF | adler32(data)


def find_boilerplate(articles: Sequence[ArticleLines]) -> Digests:
    """The digests of the lines, ascending, that recur in articles which otherwise differ.

    An article that is told many times recurs with all of its lines. So articles count only once for a line if their titles
    are the same, or if they are the same in what does not recur.
    """
    fewest = max(FEWEST_ARTICLES, len(articles) * LEAST_SHARE)
    owners = np.repeat(np.arange(len(articles)), [len(each.lines) for each in articles])
    lines = np.concatenate([np.empty(0, np.uint64), *[each.lines for each in articles]])
    could_be = np.concatenate([np.empty(0, bool), *[each.could_be for each in articles]])
    distinct, numbers, counts = np.unique(lines, return_inverse=True, return_counts=True)
    recurs = could_be & (counts[numbers] >= fewest)
    # What an article is besides: the greatest digest of its own lines.
    own = np.zeros(len(articles), np.uint64)
    np.maximum.at(own, owners[~recurs], lines[~recurs])
    titles = np.array([each.title for each in articles], np.uint64)
    numbers, owners = numbers[recurs], owners[recurs]
    differing = [_partners(numbers, partner[owners], len(distinct)) for partner in (own, titles)]
    return distinct[np.minimum(*differing) >= fewest]


def _partners(numbers: NDArray[np.int64], partners: Digests, size: int) -> NDArray[np.int64]:
    """int64[size]: with how many distinct partners each number occurs."""
    order = np.lexsort((partners, numbers))
    numbers, partners = numbers[order], partners[order]
    new = np.ones(len(numbers), bool)
    new[1:] = (numbers[1:] != numbers[:-1]) | (partners[1:] != partners[:-1])
    return np.bincount(numbers[new], minlength=size)
