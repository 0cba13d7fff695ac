"""Analyze the fields of an article into the terms that an engine indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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

    ``identifier_words`` are the words of identifiers, which count like words. If ``ranked`` is given, it is the part of
    ``folded`` that ranks: a title without the name of the site.
    """

    folded: str
    boilerplate: str = ""
    dictionary: Dictionary | None = None
    identifier_words: tuple[str, ...] = ()
    ranked: str | None = None

    @property
    def words(self) -> list[str]:
        """All occurrences of words, unordered. For many texts, one call of ``bulk.number_words`` is faster."""
        text = self.folded if self.ranked is None else self.ranked
        return [*word_texts(text, self.dictionary), *self.identifier_words]


def analyze_article(
    article: Article, boilerplate: Boilerplate, dictionary: Dictionary | None = None
) -> dict[str, AnalyzedField]:
    """Return the title, headings and body of an article, analyzed."""
    return {
        field: AnalyzedField(
            folded=fold(text.content),
            boilerplate=fold(text.boilerplate) if text.boilerplate else "",
            dictionary=dictionary,
            identifier_words=tuple(identifier_words(text.content if text.ranked is None else text.ranked)),
            ranked=None if text.ranked is None else fold(text.ranked),
        )
        for field, text in article_texts(article, boilerplate).items()
    }


class FieldText(NamedTuple):
    """The ``content`` and the ``boilerplate`` of a field. If ``ranked`` is given, only this part of the content ranks."""

    content: str
    boilerplate: str = ""
    ranked: str | None = None


def article_texts(article: Article, boilerplate: Boilerplate) -> dict[str, FieldText]:
    """Return the text of each field, not folded. Headings that are boilerplate are left out.

    The summary lines of the front matter count as headings.
    """
    content, repeated = boilerplate.split(article.body)
    repeated_lines = {line.strip() for line in repeated.split("\n")}
    headings = [heading for heading in article.headings if heading.strip() not in repeated_lines]
    headings += [line for line in summary_lines(article.extra) if not boilerplate.contains(line)]
    ranked_title = boilerplate.without_suffix(article.title)
    return {
        "title": FieldText(article.title, ranked=None if ranked_title == article.title else ranked_title),
        "headings": FieldText("\n".join(headings)),
        "body": FieldText(content, repeated),
    }
