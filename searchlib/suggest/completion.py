"""Complete what a reader has begun to type, from the names of an archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from searchlib.analysis.pinyin_patterns import pinyin_patterns
from searchlib.models import Suggestion
from searchlib.suggest.lexicon import KINDS, RANKS
from searchlib.suggest.lookup import Lexicon

Count = Callable[[str, str], int]
"""In how many articles a name occurs, by its kind and text."""


def suggest(
    text: str, size: int, lexicon: Lexicon, count: Count, titles: Callable[[str, int], Sequence[str]]
) -> list[Suggestion]:
    """The names that the text begins, at most ``size``: those that it types in full, longer ones, those that hold it further in.

    Inside of these the most frequent go first. ``titles`` gives titles that hold a text, at most so many.
    """
    ways = pinyin_patterns(text)
    if not ways:
        return []
    found: list[tuple[int, Suggestion]] = []
    # Twice as many, because names of articles that are gone have no articles any more.
    for each in lexicon.complete(ways, most=2 * size):
        kind = KINDS[each.kind]
        if len(found) == size:
            break
        # Not all phrases have been counted in bodies.
        if lexicon.is_exact and kind != "phrase":
            articles = each.count
        elif kind == "title":
            # To look for the articles of each title takes long where many titles begin alike.
            articles = each.count - lexicon.gone_titles.get(each.text, 0)
        else:
            articles = count(kind, each.text)
        if articles > 0:
            found.append((each.rank, Suggestion(text=each.text, kind=kind, count=articles)))
    known = {suggestion.text for _, suggestion in found}
    if len(found) < size:
        for title in titles(text, 2 * size):
            if title not in known and len(found) < size:
                known.add(title)
                found.append((RANKS, Suggestion(text=title, kind="title", count=count("title", title))))
    found.sort(key=lambda each: (each[0], -each[1].count, KINDS.index(each[1].kind)))
    return [suggestion for _, suggestion in found]
