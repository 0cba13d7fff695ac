"""Mistyped Latin words are put right by what an archive holds, and right ones are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pytest

from searchlib.analysis.pinyin import readings
from searchlib.suggest.lexicon import KINDS, LexiconBuilder
from searchlib.suggest.lookup import Lexicon, LexiconPart
from searchlib.suggest.speller import Speller

WORDS = {
    "python": 9000, "core": 3000, "state": 4000, "string": 5000, "line": 8000, "changing": 400, "from": 9000, "form": 900,
    "farm": 3000, "chore": 9, "slate": 9, "stringer": 9, "linq": 3, "pyhton": 9, "pythn": 3, "ubunt": 3, "ubuntu": 900,
    "重庆": 600, "机器": 900, "林旭": 25, "linux": 9000,
}  # fmt: skip


class Archive:
    """An archive of counts of words, with tags and titles."""

    def __init__(self, words: Mapping[str, int], tags: Sequence[str] = (), titles: Sequence[str] = ()) -> None:
        names = LexiconBuilder()
        names.add(KINDS.index("word"), list(words), words.values())
        for tag in tags:
            names.add_value(KINDS.index("tag"), [tag], 1, 0)
        self._lexicon = Lexicon([LexiconPart(names.arrays(readings()), lambda *_: tags[0])], is_exact=True)
        self._words, self._titles = words, titles

    def lexicon(self) -> Lexicon:
        return self._lexicon

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word: self._words.get(word, 0) for word in words}

    def phrase_frequencies(self, runs: Iterable[str]) -> dict[str, int]:
        return self.frequencies(runs)

    def title_frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word: sum(word in title.split() for title in self._titles) for word in words}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pyhton", "python"), ("pythn", "python"), ("pythonn", "python"), ("ubunt", "ubuntu"), ("linq", "line")],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert Speller(Archive(WORDS)).correct(typed) == meant


@pytest.mark.parametrize("word", ["chore", "slate", "stringer", "python", "form"])
def test_a_word_that_some_articles_hold_is_left_alone(word: str) -> None:
    assert Speller(Archive(WORDS)).correct(word) is None


def test_a_word_of_a_title_or_a_tag_is_left_alone() -> None:
    assert Speller(Archive(WORDS, titles=["linq tutorial"])).correct("linq") is None
    assert Speller(Archive(WORDS, tags=["linq"])).correct("linq") is None


@pytest.mark.parametrize(("typed", "meant"), [("chongqing", "重庆"), ("jiqi", "机器"), ("linxu", "linux")])
def test_what_pinyin_spells_is_likelier_than_another_word(typed: str, meant: str) -> None:
    words = {**WORDS, "chongqing": 3, "jiri": 90}
    assert Speller(Archive(words)).correct(typed) == meant


def test_swapped_letters_are_likelier_than_another_letter() -> None:
    words = {"farm": 9000, "from": 900}
    assert Speller(Archive(words)).correct("form") == "from"
