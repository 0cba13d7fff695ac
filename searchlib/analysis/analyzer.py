"""Analyze the fields of an article into the terms that an engine indexes."""

from __future__ import annotations

from dataclasses import dataclass

from searchlib.analysis.boilerplate import Boilerplate
from searchlib.analysis.bulk import word_texts
from searchlib.analysis.dictionary import Dictionary
from searchlib.analysis.fold import fold
from searchlib.analysis.identifiers import identifier_words
from searchlib.analysis.summaries import summary_lines
from searchlib.models import Article


@dataclass(frozen=True, slots=True)
class AnalyzedField:
    """A field of an article. The words of ``folded`` rank and its units match; the units of ``boilerplate`` only match.

    ``identifier_words`` are the words of identifiers, which count like words.
    """

    folded: str
    boilerplate: str = ""
    dictionary: Dictionary | None = None
    identifier_words: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """All occurrences of words, in no order. For many texts, one call of ``bulk.number_words`` is faster."""
        return [*word_texts(self.folded, self.dictionary), *self.identifier_words]


def analyze_article(
    article: Article, boilerplate: Boilerplate, dictionary: Dictionary | None = None
) -> dict[str, AnalyzedField]:
    """Return the title, headings and body of an article, analyzed."""
    return {
        field: AnalyzedField(
            fold(content), fold(repeated) if repeated else "", dictionary, tuple(identifier_words(content))
        )
        for field, (content, repeated) in article_texts(article, boilerplate).items()
    }


def article_texts(article: Article, boilerplate: Boilerplate) -> dict[str, tuple[str, str]]:
    """Return the content and the boilerplate of each field, not folded. Headings that are boilerplate are left out.

    What describes the article in its front matter counts as headings.
    """
    content, repeated = boilerplate.split(article.body)
    repeated_lines = {line.strip() for line in repeated.split("\n")}
    headings = [heading for heading in article.headings if heading.strip() not in repeated_lines]
    headings += [line for line in summary_lines(article.extra) if not boilerplate.contains(line)]
    return {"title": (article.title, ""), "headings": ("\n".join(headings), ""), "body": (content, repeated)}
