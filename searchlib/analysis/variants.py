"""Read the table of variant forms: characters and words that fold to others beyond OpenCC's table of characters.

``variants.txt`` names the sources. ``tests/analysis/make_variants.py`` generates that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import NamedTuple

_FILE = "variants.txt"


class WordForm(NamedTuple):
    """The folded form of a variant word.

    Between a character of ``before`` and one of ``after``, the variant is not a word: 计畫 in 设计畫面.
    """

    word: str
    before: str = ""
    after: str = ""


class Variants(NamedTuple):
    """The ``characters`` that fold to another one, by code point, and the forms of ``words``."""

    characters: Mapping[int, int]
    words: Mapping[str, WordForm]
    digest: str


@cache
def variants() -> Variants:
    """Return the table."""
    data = files(__package__).joinpath(_FILE).read_bytes()
    characters: dict[int, int] = {}
    words: dict[str, WordForm] = {}
    is_word = False
    for line in data.decode("utf-8").splitlines():
        if line.startswith("#"):
            is_word = is_word or line.startswith("# Words")
        elif is_word:
            form, *values = line.split(" ")
            words[form] = WordForm(*values)
        else:
            target, forms = line.split(" ")
            characters |= dict.fromkeys(map(ord, forms), ord(target))
    return Variants(characters, words, blake2b(data, digest_size=8).hexdigest())
