"""Analyse a field of an article into the terms that an engine indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from searchlib.models import Article
from searchlib.text.boilerplate import Boilerplate
from searchlib.text.fold import FOLDS, fold, opencc_version
from searchlib.text.tokens import word_texts

ANALYSIS_VERSION = 2
"""Raised whenever the same text would give other terms."""

_TABLE_SAMPLE = range(0x3400, 0xA000)


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text as terms: the ``words`` are all occurrences of words, in no order; the ``folded`` text holds its units.

    ``rest`` are folded lines that can be found and do not rank: their words are none of the text's.
    """

    words: list[str]
    folded: str
    rest: str = ""


def analyse(text: str) -> AnalysedText:
    """Fold a text and find its words; neither words nor units are written as ``terms.term`` writes them yet."""
    folded = fold(text)
    return AnalysedText(word_texts(folded), folded)


def analyse_article(article: Article, boilerplate: Boilerplate) -> dict[str, AnalysedText]:
    """The title, headings and body of an article; boilerplate is the rest of the body."""
    telling, rest = boilerplate.apart(article.body)
    folded = fold(telling)
    return {
        "title": analyse(article.title),
        "headings": analyse("\n".join(article.headings)),
        "body": AnalysedText(word_texts(folded), folded, fold(rest) if rest else ""),
    }


@cache
def analysis_record() -> Mapping[str, Any]:
    """What decides which terms a text gives; an index is searched only with the record that it was made with.

    rjieba and jieba cut alike, so that either can search what the other has built.
    """
    table = fold("".join(map(chr, _TABLE_SAMPLE)))
    return _made_with(blake2b(table.encode(), digest_size=8).hexdigest())


def analysis_differences(record: Mapping[str, Any]) -> list[str]:
    """What in the record of an index is other than here.

    The characters are folded, which takes long, only where OpenCC has another version: its table may still be the same.
    """
    known = record.get("opencc") == opencc_version()
    here = _made_with(record.get("characters")) if known else analysis_record()
    return sorted(key for key in {*here, *record} - {"opencc"} if here.get(key) != record.get(key))


def renewed_record(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of an index without differences, as it would be made here."""
    return {**record, "opencc": opencc_version()}


def _made_with(characters: str | None) -> dict[str, Any]:
    return {
        "version": ANALYSIS_VERSION,
        "segmenter": "jieba, search mode, new words by HMM",
        "dictionary": "jieba's own",
        "fold": [step.__name__ for step in FOLDS],
        "characters": characters,
        "opencc": opencc_version(),
    }
