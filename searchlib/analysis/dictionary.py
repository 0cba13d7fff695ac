"""The words that a user adds to jieba's own dictionary.

The file has jieba's form: ``word [frequency] [tag]``, a line each. Where no frequency is given jieba computes one that makes
it cut the word out. That takes jieba's whole dictionary, which is slow to load: it is done once, when an index is built,
and what comes of it is kept with the index. Words are folded, as all texts are, and the tags mean nothing to a search.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import JIEBA_WORD, Dictionary, weighed
from searchlib.analysis.word_files import MAX_BYTES, numbered_lines, refuse
from searchlib.errors import IndexDamagedError

FILE_NAME = "dictionary.json"
"""In the folder of an index: the user's words as jieba took them in when it was built, if there were any."""

MOST_FREQUENT = 1_000_000_000
"""The highest frequency that a line may name: many times that of all words of jieba's dictionary together."""

_MOST_BYTES = 4 * MAX_BYTES
_MOST_WEIGHED = 1 << 50
"""No frequency that jieba computes, and no sum of them, comes near this; rjieba takes 64 bits."""

_ENTRY = re.compile(r"(.+?)(?:\s+(-?[0-9]+))?(?:\s+([A-Za-z]+))?")


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """A dictionary as it was written: ``words`` with their frequencies, if they have any, in the order of the lines.

    ``unused`` is the number of lines without effect: jieba makes words of Han characters up to U+9FD5 alone, and all others
    are words or units anyway. ``digest`` tells whether two files cut alike.
    """

    name: str
    words: Sequence[tuple[str, int | None]]
    unused: int
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        listed = "\n".join(f"{word} {'' if frequency is None else frequency}" for word, frequency in self.words)
        object.__setattr__(self, "digest", blake2b(listed.encode(), digest_size=8).hexdigest())

    def dictionary(self) -> Dictionary:
        """The words with the frequencies that jieba gives them; loads jieba, which takes most of a second."""
        return weighed(self.words, self.digest)

    def record(self) -> dict[str, Any]:
        """What an index that was built with this file notes of it."""
        return {"file": self.name, "words": len(self.words), "unused": self.unused, "digest": self.digest}


def read_dictionary(path: str | os.PathLike[str]) -> DictionaryFile:
    """The dictionary in a file.

    Raises:
        SettingsError: it cannot be read, or a line is not of jieba's form; it names the line.
    """
    words: list[tuple[str, int | None]] = []
    unused = 0
    for number, line in numbered_lines(path):
        entry = _ENTRY.fullmatch(line)
        if not entry:
            refuse(path, number, f"{line!r} is no word")
        frequency = None if entry[2] is None else int(entry[2])
        if frequency is not None and not 1 <= frequency <= MOST_FREQUENT:
            refuse(path, number, f"the frequency of {entry[1]!r} must be from 1 to {MOST_FREQUENT:,}, not {entry[2]}")
        word = fold(entry[1])
        if JIEBA_WORD.fullmatch(word):
            words.append((word, frequency))
        else:
            unused += 1
    return DictionaryFile(Path(path).name, tuple(words), unused)


def keep_dictionary(index: Path, dictionary: Dictionary | None) -> None:
    """Write a dictionary into the folder of the index that it cuts."""
    if dictionary:
        (index / FILE_NAME).write_text(json.dumps(asdict(dictionary), ensure_ascii=False), encoding="utf-8")


def kept_dictionary(index: Path) -> Dictionary | None:
    """The dictionary that an index was built with.

    Raises:
        IndexDamagedError: it cannot be read.
    """
    file = index / FILE_NAME
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError("it is larger than any dictionary")
        values = json.loads(data)
        return checked_dictionary(values["digest"], values["words"], values["replaced"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise IndexDamagedError(f"{file}: this cannot be read ({error}): build the index again") from error


def checked_dictionary(digest: Any, words: Any, replaced: Any) -> Dictionary:
    """The dictionary of which somebody has kept these values.

    Raises:
        ValueError, TypeError, OverflowError: they are none.
    """
    pairs = tuple((str(word), int(frequency)) for word, frequency in words)
    if not all(JIEBA_WORD.fullmatch(word) and 0 < frequency <= _MOST_WEIGHED for word, frequency in pairs):
        raise ValueError("it holds what is no word of a dictionary")
    if not 0 <= int(replaced) <= _MOST_WEIGHED:
        raise ValueError(f"{replaced} is no sum of frequencies")
    return Dictionary(str(digest), pairs, int(replaced))
