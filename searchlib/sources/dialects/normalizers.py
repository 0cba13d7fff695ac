"""List the normalizers that turn dialects of Markdown into CommonMark, and run them in order.

A normalizer is a function from text to text. It returns a text without its markup unchanged and tests for that first, by
looking for a literal or a pattern that begins with one: most texts have none of the markup. A new normalizer is one function
in a module of this folder, one line in ``NORMALIZERS``, and one table of cases in the tests.
"""

from __future__ import annotations

from collections.abc import Callable

from searchlib.sources.dialects.commonmark import escape_label_paragraphs, space_headings
from searchlib.sources.dialects.liquid import remove_raw_tags

Normalizer = Callable[[str], str]

NORMALIZERS: tuple[Normalizer, ...] = (
    remove_raw_tags,
    space_headings,
    escape_label_paragraphs,
)


def normalize(text: str) -> str:
    """Return a Markdown body with all normalizers applied."""
    for normalizer in NORMALIZERS:
        text = normalizer(text)
    return text
