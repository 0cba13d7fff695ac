"""Choose the names of a lexicon from what an archive holds: the same ones for every engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, count

import numpy as np

from searchlib.analysis.dictionary import JIEBA_WORD
from searchlib.analysis.fold import fold
from searchlib.analysis.han_tokenizer import RUN_END, HanTokenizer
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.analysis.units import units
from searchlib.suggest.lexicon import MAX_KEY_LENGTH

MAX_WORDS = 200_000
"""The words that a lexicon holds, the most frequent first; those of a million articles are hardly more."""

MAX_PHRASES = 50_000

MAX_COUNTED_PHRASES = 6_000
"""Those in most titles stand by how many articles hold them, the others by their titles: to count takes long."""

_FEWEST_TITLES = 3
"""Two words that stand side by side in so many titles are a phrase."""

# Characters of the basic plane, which take two bytes.
LEXICON_WORD = re.compile("[\u3400-\u9fff]{2,8}|(?=[a-z0-9+#]*[a-z])[a-z0-9]{2,20}[+#]{0,2}")
"""What a word of a lexicon looks like."""

_TELLING_NOTHING = FUNCTION_WORDS | {RUN_END}

_LOOKED_AT = 40
"""Characters of a title that are looked at: they hold as many units as are held of it, or it is a strange one."""


def fold_titles(titles: Sequence[str]) -> list[str]:
    """The titles, each in one line, folded all at once: a hundred thousand one by one take ten times as long."""
    return fold("\n".join(titles)).split("\n")


def title_keys(titles: Sequence[str], folded: Sequence[str]) -> tuple[list[int], list[str], list[int]]:
    """Of each distinct title that can be typed: the number of the last with it, its key, and how many have it."""
    counts = Counter(titles)
    keys = {
        number: "".join(units(folded[number][:_LOOKED_AT]))
        for number in dict(zip(titles, count(), strict=False)).values()
    }
    begun = sorted(number for number, key in keys.items() if key)
    return begun, [keys[number] for number in begun], [counts[titles[number]] for number in begun]


def find_phrases(folded: Sequence[str], cutter: HanTokenizer) -> dict[str, int]:
    """What may be phrases of folded titles, those in most titles first, and in how many each stands; some are words too."""
    pairs = Counter(_pairs(folded, cutter)).most_common(MAX_PHRASES)
    return {phrase: held for phrase, held in pairs if held >= _FEWEST_TITLES}


def _pairs(titles: Sequence[str], cutter: HanTokenizer) -> list[str]:
    """Each two Han words that stand side by side in a title, if neither is a function word.

    One of them may be a single character: so jieba leaves what it does not know (元 宇宙).
    """
    # Only text of nothing but the segmenter's own characters is cut all at once.
    text = RUN_END.join(JIEBA_WORD.findall("\n".join(titles)))
    words = cutter.texts(text)
    ends = np.fromiter(accumulate(map(len, words)), np.int64, len(words))
    begins = np.concatenate([[0], ends])[:-1]
    tells = ~np.fromiter(map(_TELLING_NOTHING.__contains__, words), bool, len(words))
    lengths = ends[1:] - begins[:-1]
    pairs = np.flatnonzero(tells[:-1] & tells[1:] & (lengths > 2) & (lengths <= MAX_KEY_LENGTH))
    return [text[begin:end] for begin, end in zip(begins[pairs].tolist(), ends[pairs + 1].tolist(), strict=True)]
