"""Make known-item queries: words of the title or the first sentence of an article, which should find this article."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import opencc
import rjieba
from pypinyin import lazy_pinyin

from searchlib.analysis.fold import fold
from searchlib.analysis.stop_words import FUNCTION_WORDS
from searchlib.models import Article

Half = Literal["tune", "judge"]

KINDS = ("title, 3 words", "title, 2 words", "lead, 3 words", "other script", "pinyin", "one slip")
"""The kinds of queries. The last three are the first one in traditional or simplified characters, as pinyin of each word, and
with one character replaced by one with the same pinyin."""

MAX_SHARE = 0.05
"""Words that a larger share of the articles contain are not informative, unless few articles do."""

MIN_FREQUENT = 10
"""A word in at most this many articles is informative in any archive."""

_WORD = re.compile(r"[\u3400-\u9fff]{2,}|(?=\w*[a-z])[a-z0-9+#.]{2,}")
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_MIN_LEAD = 12
"""A shorter first sentence is a heading or a byline."""

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
"""Return the number of articles that contain each word."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A query of one kind, and the id of the article that it was made from."""

    source: str
    kind: str
    half: Half
    text: str
    article_id: str


def sample(article_ids: Iterable[str], sources: Sequence[str], number: int) -> list[str]:
    """Return ``number`` ids of each source, the first folder of an id; the same ones in any order of the ids."""
    by_source: dict[str, list[str]] = {source: [] for source in sources}
    for article_id in article_ids:
        source = article_id.partition("/")[0]
        if source in by_source:
            by_source[source].append(article_id)
    return [each for ids in by_source.values() for each in sorted(ids, key=_digest)[:number]]


def known_items(articles: Sequence[Article], total: int, frequencies: Frequencies) -> Iterator[KnownItem]:
    """Yield the queries of all kinds; an article with too few informative words has none of that kind.

    ``total`` is the number of articles in the index, ``frequencies`` counts those with a word.
    """
    words = {article.id: (_words(article.title), _words(_lead(article))) for article in articles}
    counts = frequencies({word for both in words.values() for each in both for word in each})
    homophones = _homophones(articles)
    convert = {False: opencc.OpenCC("s2t").convert, True: opencc.OpenCC("t2s").convert}

    def informative(candidates: Sequence[str]) -> list[str]:
        most = max(MIN_FREQUENT, MAX_SHARE * total)
        return [word for word in candidates if counts.get(word, 0) <= most]

    for article in articles:
        source = article.id.partition("/")[0]
        half: Half = "tune" if _digest(article.id)[-1] % 2 else "judge"
        chosen = random.Random(article.id)
        title, lead = map(informative, words[article.id])
        texts = {
            "title, 3 words": _draw(title, 3, chosen),
            "title, 2 words": _draw(title, 2, chosen),
            "lead, 3 words": _draw(lead, 3, chosen),
        }
        if three := texts["title, 3 words"]:
            is_traditional = convert[True](article.title) != article.title
            # Words are folded, so a query is in simplified characters unless it is converted.
            texts["other script"] = three if is_traditional else convert[False](three)
            texts["pinyin"] = " ".join("".join(lazy_pinyin(word, v_to_u=False)) for word in three.split())
            texts["one slip"] = _with_slip(three, homophones, chosen)
        for kind in KINDS:
            if texts.get(kind):
                yield KnownItem(source, kind, half, texts[kind], article.id)


def _digest(article_id: str) -> bytes:
    return blake2b(article_id.encode(errors="surrogatepass")).digest()


def _lead(article: Article) -> str:
    sentences = _SENTENCE_END.split(article.body)
    return next((each for each in sentences if len(each) >= _MIN_LEAD and each.strip() != article.title.strip()), "")


def _words(text: str) -> list[str]:
    """Return the different words of a text that are no function words, as jieba cuts them, folded."""
    words = (word for word in rjieba.cut(fold(text)) if _WORD.fullmatch(word))
    return [word for word in dict.fromkeys(words) if word not in FUNCTION_WORDS]


def _draw(words: Sequence[str], number: int, chosen: random.Random) -> str:
    if len(words) < number:
        return ""
    return " ".join(words[at] for at in sorted(chosen.sample(range(len(words)), number)))


def _homophones(articles: Iterable[Article]) -> Mapping[str, Sequence[str]]:
    """Return the other characters of the titles with the pinyin of each, folded."""
    characters = {char for article in articles for char in fold(article.title) if "\u3400" <= char <= "\u9fff"}
    by_sound: defaultdict[str, list[str]] = defaultdict(list)
    for char in sorted(characters):
        by_sound[lazy_pinyin(char)[0]].append(char)
    return {char: [other for other in same if other != char] for same in by_sound.values() for char in same}


def _with_slip(text: str, homophones: Mapping[str, Sequence[str]], chosen: random.Random) -> str:
    """Return the text with one character replaced, or "" if none has a homophone."""
    places = [at for at, char in enumerate(text) if homophones.get(char)]
    if not places:
        return ""
    at = chosen.choice(places)
    return text[:at] + chosen.choice(homophones[text[at]]) + text[at + 1 :]
