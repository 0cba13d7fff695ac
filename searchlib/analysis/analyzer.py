"""Analyse a field of an article into the terms that an engine indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.bulk_words import word_texts
from searchlib.analysis.dictionary import DictionaryFile
from searchlib.analysis.fold import FOLDS, fold, opencc_version
from searchlib.analysis.han_tokenizer import Dictionary
from searchlib.models import Article

ANALYSIS_VERSION = 3
"""Raised whenever the same text would give other terms."""

JIEBAS_OWN = "jieba's own"
"""What the record says of the dictionary where the user has none."""

_TABLE_SAMPLE = range(0x3400, 0xA000)


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text as terms: the ``folded`` text holds its units, and its words.

    ``rest`` are folded lines that can be found and do not rank: their words are none of the text's. A ``dictionary`` has a
    part in how words are cut.
    """

    folded: str
    rest: str = ""
    dictionary: Dictionary | None = None

    @property
    def words(self) -> list[str]:
        """All occurrences of words, in no order; who has many texts asks ``number_words`` for those of all at once."""
        return word_texts(self.folded, self.dictionary)


def analyse(text: str, dictionary: Dictionary | None = None) -> AnalysedText:
    """Fold a text; neither its words nor its units are written as ``terms.term`` writes them yet."""
    return AnalysedText(fold(text), dictionary=dictionary)


def analyse_article(
    article: Article, boilerplate: Boilerplate, dictionary: Dictionary | None = None
) -> dict[str, AnalysedText]:
    """The title, headings and body of an article; boilerplate is the rest of the body, and none of the headings."""
    return {
        field: AnalysedText(fold(telling), fold(rest) if rest else "", dictionary)
        for field, (telling, rest) in article_texts(article, boilerplate).items()
    }


def article_texts(article: Article, boilerplate: Boilerplate) -> dict[str, tuple[str, str]]:
    """What ``analyse_article`` folds: of each field what tells something, and the rest."""
    telling, rest = boilerplate.apart(article.body)
    repeated = {line.strip() for line in rest.split("\n")}
    headings = [each for each in article.headings if each.strip() not in repeated]
    return {"title": (article.title, ""), "headings": ("\n".join(headings), ""), "body": (telling, rest)}


@cache
def analysis_record() -> Mapping[str, Any]:
    """What decides which terms a text gives; an index is searched only with the record that it was made with.

    rjieba and jieba cut alike, so that either can search what the other has built.
    """
    table = fold("".join(map(chr, _TABLE_SAMPLE)))
    return _made_with(blake2b(table.encode(), digest_size=8).hexdigest())


def analysis_differences(record: Mapping[str, Any]) -> list[str]:
    """What in the record of an index is other than here; its dictionary is no matter of the program, and not looked at.

    The characters are folded, which takes long, only where OpenCC has another version: its table may still be the same.
    """
    known = record.get("opencc") == opencc_version()
    here = _made_with(record.get("characters")) if known else analysis_record()
    return sorted(key for key in {*here, *record} - {"opencc", "dictionary"} if here.get(key) != record.get(key))


def record_with(dictionary: DictionaryFile | None) -> Mapping[str, Any]:
    """The record of an index that is built here with the words of a user."""
    return analysis_record() if dictionary is None else {**analysis_record(), "dictionary": dictionary.record()}


def renewed_record(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of an index without differences, as it would be made here."""
    return {**record, "opencc": opencc_version()}


def _made_with(characters: str | None) -> dict[str, Any]:
    return {
        "version": ANALYSIS_VERSION,
        "segmenter": "jieba, search mode, new words by HMM",
        "dictionary": JIEBAS_OWN,
        "fold": [step.__name__ for step in FOLDS],
        "characters": characters,
        "opencc": opencc_version(),
    }
