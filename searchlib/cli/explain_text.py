"""Write explanations as text in aligned columns, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from searchlib.models import Advice, HitExplanation, QueryExplanation

_WIDE = "WF"
_LABELS = {
    "words": "words",
    "left_out": "left out",
    "phrases": "phrases",
    "without": "without",
    "fields": "fields",
    "bigrams": "pairs of characters",
    "dates": "dates",
}


def query_lines(explained: QueryExplanation) -> Iterator[str]:
    """How a query was cut, a line for each kind of thing in it."""
    rows = [(label, " · ".join(getattr(explained, name))) for name, label in _LABELS.items()]
    rows[1:1] = [("synonyms", " = ".join(group)) for group in explained.synonyms]
    rows += [(name, " or ".join(values)) for name, values in explained.filters.items()]
    shown = [(label, text) for label, text in rows if text]
    widest = max((len(label) for label, _ in shown), default=0)
    for label, text in shown:
        yield f"{label:<{widest}}  {text}"


def advice_lines(advice: Sequence[Advice]) -> Iterator[str]:
    """What to leave out of a search that finds nothing, and how many articles are found then."""
    for each in advice:
        values = " – ".join(each.values).strip() if each.kind == "date" else " or ".join(each.values)
        yield f"without {f'{each.kind} {values}' if values else 'any filter'}: {each.total:,} articles"


def hit_lines(explained: HitExplanation) -> Iterator[str]:
    """What gave a hit its score: how much, for what, and where it stands; the most first."""
    places = [", ".join(f"{field} {count}" for field, count in each.frequencies.items()) for each in explained.terms]
    texts = max((_width(each.text) for each in explained.terms), default=0)
    kinds = max((len(each.kind) for each in explained.terms), default=0)
    for each, place in zip(explained.terms, places, strict=True):
        padding = " " * (texts - _width(each.text))
        yield f"{each.score:>9.4f}  {each.text}{padding}  {each.kind:<{kinds}}  {place}".rstrip()
    yield f"{explained.score:>9.4f}  score"
    if explained.missing:
        yield f"{'':>9}  without {' · '.join(explained.missing)}"
    if explained.uncounted:
        yield f"{'':>9}  in repeated lines or inside other words only: {' · '.join(explained.uncounted)}"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in _WIDE else 1 for char in text)
