"""Complete what a reader has begun to type, from the titles, categories, tags and authors of an archive."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from searchlib.models import Suggestion
from searchlib.text.fold import fold
from searchlib.text.units import UNIT

KINDS = ("category", "tag", "author", "title")
"""Where suggestions come from; of equally frequent ones the earlier kind goes first."""

_LONGEST_VALUE = 200


class Suggester:
    """Answers by bisection over every place at which a value of the archive can be begun."""

    def __init__(self, values: Mapping[str, Mapping[str, int]]) -> None:
        self._suggestions = [
            Suggestion(text=text, kind=kind, count=count)
            for kind in KINDS
            for text, count in values.get(kind, {}).items()
        ]
        # A value from one of its units on, folded; whether it is begun inside; its number.
        entries: list[tuple[str, bool, int]] = []
        for number, suggestion in enumerate(self._suggestions):
            folded = fold(suggestion.text)[:_LONGEST_VALUE]
            starts = [unit.start() for unit in UNIT.finditer(folded)]
            entries.extend((folded[start:], start > 0, number) for start in dict.fromkeys([0, *starts]))
        self._entries = sorted(entries)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """The values that the text begins, then those that hold it further in; the most frequent first. At most ``size``."""
        wanted = fold(text).strip()
        if not wanted:
            return []
        best: dict[int, bool] = {}
        for at in range(bisect_left(self._entries, (wanted,)), len(self._entries)):
            rest, inside, number = self._entries[at]
            if not rest.startswith(wanted):
                break
            best[number] = inside and best.get(number, True)
        ordered = sorted(best, key=lambda number: (best[number], -self._suggestions[number].count, number))
        # One text may be a category and a tag: the reader needs it once, where it ranks best.
        found: dict[str, Suggestion] = {}
        for number in ordered:
            found.setdefault(self._suggestions[number].text, self._suggestions[number])
        return list(found.values())[:size]
