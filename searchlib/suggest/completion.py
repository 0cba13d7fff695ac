"""Complete typed text with names of the archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from searchlib.analysis.pinyin_patterns import pinyin_patterns
from searchlib.models import Suggestion
from searchlib.suggest.lexicon import KINDS
from searchlib.suggest.lookup import RANK_COUNT, Completion, Lexicon

CountArticles = Callable[[str, str], int]
"""Returns the number of articles with a name of some kind, given the kind and the name."""

FindTitles = Callable[[str, int], Sequence[str]]
"""Returns titles that contain a text, given the text and the maximum number of titles."""


def suggest(
    text: str, size: int, lexicon: Lexicon, count_articles: CountArticles, find_titles: FindTitles
) -> list[Suggestion]:
    """Return at most ``size`` suggestions, best match first, then most frequent first.

    Names that equal the text come first, then names that start with it, then names that contain it. If these are too
    few, any titles that contain it follow.
    """
    patterns = pinyin_patterns(text)
    if not patterns:
        return []
    ranked: list[tuple[int, Suggestion]] = []
    # Twice as many, because some may have no articles any more.
    for completion in lexicon.complete(patterns, limit=2 * size):
        if len(ranked) == size:
            break
        kind, articles = KINDS[completion.kind], _articles(completion, lexicon, count_articles)
        if articles > 0:
            ranked.append((completion.rank, Suggestion(text=completion.text, kind=kind, count=articles)))
    texts = {suggestion.text for _, suggestion in ranked}
    if len(ranked) < size:
        for title in find_titles(text, 2 * size):
            if title not in texts and len(ranked) < size:
                texts.add(title)
                title_suggestion = Suggestion(text=title, kind="title", count=count_articles("title", title))
                ranked.append((RANK_COUNT, title_suggestion))
    ranked.sort(key=lambda each: (each[0], -each[1].count, KINDS.index(each[1].kind)))
    return [suggestion for _, suggestion in ranked]


def _articles(completion: Completion, lexicon: Lexicon, count_articles: CountArticles) -> int:
    kind = KINDS[completion.kind]
    # The lexicon has the numbers of titles for some phrases, not of articles.
    if lexicon.is_exact and kind != "phrase":
        return completion.count
    if kind == "title":
        # Searching for the articles of each title is slow if many titles have the same beginning.
        return completion.count - lexicon.deleted_titles.get(completion.text, 0)
    return count_articles(kind, completion.text)
