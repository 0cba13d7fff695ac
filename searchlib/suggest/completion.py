"""Complete typed text with names of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from searchlib.analysis.fold import fold
from searchlib.analysis.pinyin_patterns import confused_patterns, pinyin_patterns
from searchlib.analysis.script import Write
from searchlib.models import Suggestion
from searchlib.suggest.lexicon import FOLDED_KINDS, KINDS
from searchlib.suggest.lookup import Completion, Lexicon

CountArticles = Callable[[str, str], int]
"""Returns the number of articles with a name of some kind, given the kind and the name."""

FindTitles = Callable[[str, int], Sequence[str]]
"""Returns titles that contain a text, given the text and the maximum number of titles."""


def suggest(
    text: str, size: int, lexicon: Lexicon, count_articles: CountArticles, find_titles: FindTitles, write: Write
) -> list[Suggestion]:
    """Return at most ``size`` suggestions, likeliest first.

    Names with more articles are likelier, and names that begin with the typed text are likelier than names whose pinyin does. If
    these are too few, names whose pinyin sounds similar follow, then titles that contain the text.
    """
    if not pinyin_patterns(text):
        return []
    suggestions = list(islice(_names(lexicon, text, size, count_articles, write), size))
    if len(suggestions) < size:
        texts = {suggestion.text for suggestion in suggestions}
        titles = [title for title in dict.fromkeys(find_titles(text, 2 * size)) if title not in texts]
        suggestions += [
            Suggestion(text=title, kind="title", count=count_articles("title", title))
            for title in titles[: size - len(suggestions)]
        ]
    return suggestions


def _names(lexicon: Lexicon, text: str, size: int, count_articles: CountArticles, write: Write) -> Iterator[Suggestion]:
    """Yield the names that the text begins, or whose pinyin it begins, then those whose pinyin sounds similar."""
    texts: set[str] = set()
    for read in (pinyin_patterns, confused_patterns):
        # Twice as many are read, because some may no longer have articles.
        for completion in lexicon.complete(read(text), limit=2 * size):
            kind = KINDS[completion.kind]
            name = write(completion.text) if kind in FOLDED_KINDS else completion.text
            if name not in texts and (articles := _articles(completion, lexicon, count_articles)) > 0:
                texts.add(name)
                yield Suggestion(text=name, kind=kind, count=articles)


def _articles(completion: Completion, lexicon: Lexicon, count_articles: CountArticles) -> int:
    kind = KINDS[completion.kind]
    # For some phrases, the lexicon counts titles instead of articles.
    if lexicon.is_exact and kind != "phrase":
        return completion.count
    if kind == "title":
        # Searching for the articles of each title is slow if many titles have the same beginning.
        return completion.count - lexicon.deleted_titles.get(completion.text, 0)
    # Words and phrases are spelled with their capital letters.
    return count_articles(kind, fold(completion.text) if kind in FOLDED_KINDS else completion.text)
