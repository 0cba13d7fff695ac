"""Analyse the fields of an article into the terms that an engine indexes."""

from __future__ import annotations

from dataclasses import dataclass

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.bulk import word_texts
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.models import Article


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text whose words rank and whose units match: ``folded``, and ``boilerplate``, folded lines that match only."""

    folded: str
    boilerplate: str = ""
    dictionary: Dictionary | None = None

    @property
    def words(self) -> list[str]:
        """All occurrences of words, in no order. For many texts, ``bulk.number_words`` of all at once is faster."""
        return word_texts(self.folded, self.dictionary)


def analyse(text: str, dictionary: Dictionary | None = None) -> AnalysedText:
    """Analyse a text that has no boilerplate. Its words and units are not yet index terms: ``terms.term`` makes them."""
    return AnalysedText(fold(text), dictionary=dictionary)


def analyse_article(
    article: Article, boilerplate: Boilerplate, dictionary: Dictionary | None = None
) -> dict[str, AnalysedText]:
    """Return the title, headings and body of an article, analysed."""
    return {
        field: AnalysedText(fold(content), fold(repeated) if repeated else "", dictionary)
        for field, (content, repeated) in article_texts(article, boilerplate).items()
    }


def article_texts(article: Article, boilerplate: Boilerplate) -> dict[str, tuple[str, str]]:
    """Return the content and the boilerplate of each field, not folded. Headings that are boilerplate are left out."""
    content, repeated = boilerplate.split(article.body)
    repeated_lines = {line.strip() for line in repeated.split("\n")}
    headings = [heading for heading in article.headings if heading.strip() not in repeated_lines]
    return {"title": (article.title, ""), "headings": ("\n".join(headings), ""), "body": (content, repeated)}
