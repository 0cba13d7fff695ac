"""The names of fields that the index of every engine has."""

from __future__ import annotations

TEXT_FIELDS = ("title", "headings", "body")
"""The text fields of an article. Headings are the lines of the body that also rank as headings, and the descriptions in its front
matter."""

VALUE_FIELDS = ("category", "author", "tag")
"""The fields with any number of values for an article, in the order of builds and facets."""

UNDATED = -(2**62)
"""The ``date`` of an article without a date. The date of others is in seconds since 1970, UTC."""


def text_field(field: str, kind: str) -> str:
    """Return the name of the field that holds one kind of terms (words, units, bigrams) of a text."""
    return f"{field}_{kind}"


def length_field(field: str) -> str:
    """Return the name of the field that holds the length of a text in units, without boilerplate."""
    return f"{field}_length"


def facet_prefix(facet: str) -> str:
    """Return the prefix of the terms of a facet of the front matter. A facet's name contains no equals sign."""
    return f"{facet}="
