"""The words that a user adds to jieba's dictionary.

The file has jieba's form: ``word [frequency] [tag]``, one word a line. If a frequency is missing, jieba computes one that is high
enough for the word to be cut out. This needs jieba's whole dictionary, which loads slowly, so it happens at build time, and the
index stores the result. Words are folded like all texts. Tags have no effect.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searchlib.analysis.fold import fold
from searchlib.analysis.word_files import MAX_WORD_FILE_BYTES, content_digest, numbered_lines, reject_line
from searchlib.common.index_files import is_missing, read_index_file
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.errors import IndexDamagedError
from searchlib.settings import Settings

DICTIONARY_FILE = "dictionary.json"
"""The file in the folder of an index that holds its ``Dictionary``, if it was built with one."""

JIEBA_CHARACTERS = "\u4e00-\u9fd5"
"""The characters of jieba's words, for a character class. jieba cuts all others into single characters."""

JIEBA_WORD = lazy_pattern(f"[{JIEBA_CHARACTERS}]+")

MAX_FREQUENCY = 1_000_000_000
"""The highest frequency that a line may have: many times the sum of all frequencies in jieba's dictionary."""

_MAX_STORED_BYTES = 4 * MAX_WORD_FILE_BYTES
_MAX_STORED_FREQUENCY = 1 << 50
"""An upper bound for the frequencies that jieba computes and their sum; rjieba stores 64 bits."""

_PARTS_OF_SPEECH = frozenset(
    "a ad ag al an b bg bl c cc d df dg dl e eng f g h i j k l m mg mq n ng nl nr nr1 nr2 nrf nrfg nrj nrt ns nsf nt nz "
    "o p pba pbei q qe qg qr qt qv r rg rr ry rz s t tg u ud ude1 ug uj ul uv uz v vd vf vg vi vl vn vq vshi vx vyou w x "
    "xx y z zg".split()
)
"""The parts of speech in jieba's dictionary, and those of ICTCLAS, on which it is built."""

_LINE_FORM = lazy_pattern(r"(.+?)(?:\s+(-?[0-9]+))?(?:\s+([A-Za-z][A-Za-z0-9]*))?")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Folded words with frequencies that are added to jieba's, in order. Dictionaries with equal digests are equal.

    ``replaced`` is the sum of the frequencies that these words had in jieba's dictionary.
    """

    digest: str
    words: tuple[tuple[str, int], ...] = field(compare=False, repr=False)
    replaced: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """A dictionary as a user wrote it: ``words`` with their frequencies, or None, in the order of the lines.

    ``unused`` is the number of lines without effect, because they do not match ``JIEBA_WORD``. Files with the same ``digest``
    have the same effect.
    """

    name: str
    words: Sequence[tuple[str, int | None]]
    unused: int
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        lines = [f"{word} {'' if frequency is None else frequency}" for word, frequency in self.words]
        object.__setattr__(self, "digest", content_digest("\n".join(lines)))

    def record(self) -> dict[str, Any]:
        """Return the record of the dictionary in the index that is built with it."""
        return {"file": self.name, "words": len(self.words), "unused": self.unused, "digest": self.digest}


def configured_dictionary(settings: Settings) -> DictionaryFile | None:
    """Read the dictionary that the settings name, or return None. The errors are those of ``read_dictionary``."""
    return read_dictionary(settings.dictionary) if settings.dictionary else None


def read_dictionary(path: str | os.PathLike[str]) -> DictionaryFile:
    """Read a dictionary in jieba's form.

    Raises:
        SettingsError: the file cannot be read, or a line does not have jieba's form. The message names the line.
    """
    words: list[tuple[str, int | None]] = []
    unused = 0
    for number, line in numbered_lines(path):
        entry = _LINE_FORM.fullmatch(line)
        assert entry  # Every line that is not blank has a word.
        frequency = None if entry[2] is None else int(entry[2])
        if frequency is not None and not 1 <= frequency <= MAX_FREQUENCY:
            reject_line(
                path, number, f"the frequency of {entry[1]!r} must be from 1 to {MAX_FREQUENCY:,}, not {entry[2]}"
            )
        if entry[3] is not None and entry[3] not in _PARTS_OF_SPEECH:
            hint = f"write {entry[1]!r}, or {entry[1] + ' 30'!r}"
            reject_line(path, number, f"{entry[3]!r} is neither a frequency nor a part of speech: {hint}")
        word = fold(entry[1])
        if JIEBA_WORD.fullmatch(word):
            words.append((word, frequency))
        else:
            unused += 1
    return DictionaryFile(Path(path).name, tuple(words), unused)


def save_dictionary(folder: Path, dictionary: Dictionary | None) -> None:
    """Write the dictionary, if there is one, into the folder of its index."""
    if dictionary:
        (folder / DICTIONARY_FILE).write_text(json.dumps(asdict(dictionary), ensure_ascii=False), encoding="utf-8")


def load_dictionary(folder: Path) -> Dictionary | None:
    """Return the dictionary of the index in a folder, if it has one; raise IndexDamagedError if it cannot be read."""
    path = folder / DICTIONARY_FILE
    try:
        if is_missing(path):
            return None
        values = json.loads(read_index_file(path, _MAX_STORED_BYTES))
        return checked_dictionary(values["digest"], values["words"], values["replaced"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise IndexDamagedError(f"{path}: this file cannot be read ({error}): build the index again") from error


def checked_dictionary(digest: Any, words: Any, replaced: Any) -> Dictionary:
    """Return the dictionary with these values; raise ValueError, TypeError or OverflowError if one is wrong."""
    pairs = tuple((str(word), int(frequency)) for word, frequency in words)
    for word, frequency in pairs:
        if not (JIEBA_WORD.fullmatch(word) and 0 < frequency <= _MAX_STORED_FREQUENCY):
            raise ValueError(f"{word!r} with frequency {frequency} is no entry of a dictionary")
    if not 0 <= int(replaced) <= _MAX_STORED_FREQUENCY:
        raise ValueError(f"{replaced} is no sum of frequencies")
    return Dictionary(str(digest), pairs, int(replaced))
