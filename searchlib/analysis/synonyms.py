"""The words and phrases that a user lists as synonyms.

A line is a group, ``土豆 = 马铃薯`` or ``AI = 人工智能 = artificial intelligence``: each member matches all members. In
``水果 => 苹果 = 梨`` the members before ``=>`` also match the members after it, but not vice versa. A line that starts with
``#`` is a comment.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.units import UNIT, units
from searchlib.analysis.word_files import content_digest, reject_line, uncommented_lines
from searchlib.common.lazy_pattern import lazy_pattern

MAX_SYNONYMS = 64
"""The maximum number of synonyms of a member, itself included: a query searches for all of them."""

Units = tuple[str, ...]

_EQUALS = lazy_pattern("[=＝]")
_ARROW = lazy_pattern("[=＝][>＞]")


@dataclass(frozen=True, slots=True)
class SynonymSpan:
    """A member of a group at ``text[start:end]`` of a folded text.

    ``runs`` are the units of its synonyms; the first run is the member.
    """

    start: int
    end: int
    runs: tuple[Units, ...]


class Synonyms:
    """The synonyms of each member, from a ``file`` with a number of ``groups``."""

    def __init__(
        self, file: str = "", groups: int = 0, synonyms: Mapping[Units, Iterable[Units]] | None = None
    ) -> None:
        self.file = file
        self.groups = groups
        self._synonyms: dict[Units, tuple[Units, ...]] = {
            member: (member, *(run for run in dict.fromkeys(others) if run != member))
            for member, others in (synonyms or {}).items()
        }
        self._lengths: dict[str, list[int]] = {}
        for member in sorted(self._synonyms, key=len, reverse=True):
            lengths = self._lengths.setdefault(member[0], [])
            if len(member) not in lengths:
                lengths.append(len(member))

    def __bool__(self) -> bool:
        return bool(self._synonyms)

    def extended(self, synonyms: Mapping[Units, Iterable[Units]]) -> Synonyms:
        """Return these synonyms with others added."""
        merged: dict[Units, Iterable[Units]] = {**self._synonyms}
        for member, others in synonyms.items():
            merged[member] = (*merged.get(member, ()), *others)
        return Synonyms(self.file, self.groups, merged)

    def spans(self, folded: str) -> list[SynonymSpan]:
        """Return the members in a folded text, the longest at each position, without overlaps. Word boundaries are ignored."""
        if not self._synonyms:
            return []
        spans = [unit.span() for unit in UNIT.finditer(folded)]
        texts = [folded[start:end] for start, end in spans]
        found = []
        at = 0
        while at < len(texts):
            length = self._longest_member(texts, at)
            if length:
                runs = self._synonyms[tuple(texts[at : at + length])]
                found.append(SynonymSpan(spans[at][0], spans[at + length - 1][1], runs))
            at += length or 1
        return found

    def _longest_member(self, texts: Sequence[str], at: int) -> int:
        """Return the number of units of the longest member that starts at this unit, or 0."""
        lengths = (length for length in self._lengths.get(texts[at], ()) if at + length <= len(texts))
        return next((length for length in lengths if tuple(texts[at : at + length]) in self._synonyms), 0)

    def record(self) -> dict[str, Any]:
        """Return the entry for the synonyms in the statistics of an index."""
        return {
            "file": self.file,
            "groups": self.groups,
            "digest": content_digest(repr(sorted(self._synonyms.items()))),
        }


NO_SYNONYMS = Synonyms()

_REGIONAL_WORDS = "regional.txt"


@cache
def regional_words() -> Synonyms:
    """Return the words of the mainland and of Taiwan or Hong Kong that mean the same: 软件 and 軟體."""
    synonyms: defaultdict[Units, list[Units]] = defaultdict(list)
    for line in files(__package__).joinpath(_REGIONAL_WORDS).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            one, other = (tuple(units(word)) for word in line.split(" = "))
            synonyms[one].append(other)
            synonyms[other].append(one)
    return Synonyms(synonyms=synonyms)


def read_synonyms(path: str | os.PathLike[str]) -> Synonyms:
    """Read a file of synonyms. A member of several groups matches the members of all of them.

    Raises:
        SettingsError: the file cannot be read, or a line is no group. The message names the line.
    """
    synonyms: dict[Units, list[Units]] = {}
    groups = 0
    for number, line in uncommented_lines(path):
        sides = [[tuple(units(fold(member))) for member in _EQUALS.split(side)] for side in _ARROW.split(line)]
        if len(sides) > 2:
            reject_line(path, number, "a line has at most one =>")
        if len(sides) + len(sides[0]) < 3:
            reject_line(path, number, f"{line!r} is not a group: write 土豆 = 马铃薯, or 水果 => 苹果 for one way")
        if not all(member for side in sides for member in side):
            reject_line(path, number, f"{line!r} has a member without letters, digits or Chinese characters")
        groups += 1
        for member in sides[0]:
            synonyms.setdefault(member, []).extend((*sides[0], *sides[-1]))
        for member in sides[-1]:
            synonyms.setdefault(member, []).extend(sides[-1])
        for member in (*sides[0], *sides[-1]):
            if len(set(synonyms[member])) > MAX_SYNONYMS:
                text = " ".join(member)
                reject_line(path, number, f"{text!r} has more than {MAX_SYNONYMS} synonyms: make its groups smaller")
    return Synonyms(Path(path).name, groups, {member: runs for member, runs in synonyms.items() if len(set(runs)) > 1})
