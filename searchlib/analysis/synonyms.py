"""Words and phrases that mean the same, as a user lists them.

A line is a group, ``土豆 = 马铃薯`` or ``AI = 人工智能 = artificial intelligence``: each member finds all. What stands before
``=>`` finds also what stands behind it, but not the other way: ``水果 => 苹果 = 梨``. Lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.units import UNIT, units
from searchlib.analysis.word_files import numbered_lines, refuse

MAX_MEMBERS = 64
"""What one member finds besides itself, at most: a query looks for all of them."""

Units = tuple[str, ...]

_EQUALS = re.compile("[=＝]")
_ARROW = re.compile("[=＝][>＞]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A member of a group at ``text[start:end]`` of a folded text; ``runs`` mean the same, the member itself first."""

    start: int
    end: int
    runs: tuple[Units, ...]


class Synonyms:
    """All groups; ``groups`` says how many lines there were, ``file`` what the file is called."""

    def __init__(
        self, file: str = "", groups: int = 0, meanings: Mapping[Units, Iterable[Units]] | None = None
    ) -> None:
        self.file = file
        self.groups = groups
        self._meanings: dict[Units, tuple[Units, ...]] = {
            member: (member, *(run for run in dict.fromkeys(others) if run != member))
            for member, others in (meanings or {}).items()
        }
        self._lengths: dict[str, list[int]] = {}
        for member in sorted(self._meanings, key=len, reverse=True):
            lengths = self._lengths.setdefault(member[0], [])
            if len(member) not in lengths:
                lengths.append(len(member))

    def __bool__(self) -> bool:
        return bool(self._meanings)

    def meanings(self, folded: str) -> list[Meaning]:
        """The members in a folded text, side by side: from left to right the longest, wherever words are cut."""
        if not self._meanings:
            return []
        found = []
        spans = [unit.span() for unit in UNIT.finditer(folded)]
        texts = [folded[start:end] for start, end in spans]
        at = 0
        while at < len(texts):
            length = self._longest(texts, at)
            if length:
                runs = self._meanings[tuple(texts[at : at + length])]
                found.append(Meaning(spans[at][0], spans[at + length - 1][1], runs))
            at += length or 1
        return found

    def _longest(self, texts: Sequence[str], at: int) -> int:
        """Of how many units the longest member is that begins at this one; 0 where none does."""
        lengths = (length for length in self._lengths.get(texts[at], ()) if at + length <= len(texts))
        return next((length for length in lengths if tuple(texts[at : at + length]) in self._meanings), 0)

    def record(self) -> dict[str, Any]:
        """What the statistics of an index say of them."""
        listed = repr(sorted(self._meanings.items()))
        digest = blake2b(listed.encode(errors="surrogatepass"), digest_size=8).hexdigest()
        return {"file": self.file, "groups": self.groups, "digest": digest}


NO_SYNONYMS = Synonyms()


def read_synonyms(path: str | os.PathLike[str]) -> Synonyms:
    """The synonyms in a file; a word in several groups finds what is in any of them.

    Raises:
        SettingsError: the file cannot be read, or a line is no group; it names the line.
    """
    meanings: dict[Units, list[Units]] = {}
    groups = 0
    for number, line in numbered_lines(path):
        if line.startswith("#"):
            continue
        sides = [[tuple(units(fold(member))) for member in _EQUALS.split(side)] for side in _ARROW.split(line)]
        if len(sides) > 2:
            refuse(path, number, "a line has at most one =>")
        if len(sides) + len(sides[0]) < 3:
            refuse(path, number, f"{line!r} is no group: write 土豆 = 马铃薯, or 水果 => 苹果 for one way")
        if not all(run for side in sides for run in side):
            refuse(path, number, f"{line!r} has a member without letters, digits or Chinese characters")
        groups += 1
        for member in sides[0]:
            meanings.setdefault(member, []).extend((*sides[0], *sides[-1]))
        for member in sides[-1]:
            meanings.setdefault(member, []).extend(sides[-1])
        for member in (*sides[0], *sides[-1]):
            if len(set(meanings[member])) > MAX_MEMBERS:
                refuse(path, number, f"{' '.join(member)!r} means more than {MAX_MEMBERS} words: make groups smaller")
    return Synonyms(Path(path).name, groups, {member: runs for member, runs in meanings.items() if len(set(runs)) > 1})
