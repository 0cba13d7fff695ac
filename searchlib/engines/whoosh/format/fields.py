"""The fields of a Whoosh index besides those that every engine has, and terms as bytes."""

from __future__ import annotations

from collections.abc import Sequence

from searchlib.analysis.signatures import SIGNATURE_UINT64S

TEXT_KINDS = ("words", "units", "bigrams")

POSITION_STRIDE_BITS = {"title": 4, "headings": 4, "body": 7}
"""The places of an article begin at a multiple of two to this: about a tenth of what a field usually holds."""

SIGNATURE_FIELDS = tuple(f"signature_{number}" for number in range(SIGNATURE_UINT64S))
"""The columns that hold the signature of a body, eight bytes in each."""

NO_MONTH = 0
"""What the month column holds for an article without a date; otherwise year times 100 plus month, in the index's zone."""


def term_bytes(term: str) -> bytes:
    """A term as the index holds it."""
    return term.encode("utf-8", "surrogatepass")


def all_term_bytes(terms: Sequence[str]) -> list[bytes]:
    """The same of many terms, none of which holds a NUL, in a tenth of the time that they take one by one."""
    return term_bytes("\0".join(terms)).split(b"\0") if terms else []


def term_text(data: bytes) -> str:
    """The term that the index holds as these bytes."""
    return data.decode("utf-8", "surrogatepass")


def all_term_texts(terms: Sequence[bytes]) -> list[str]:
    """The same of many terms, none of which holds a NUL."""
    return term_text(b"\0".join(terms)).split("\0") if terms else []


REST_FIELD = "body_rest"
"""The field that holds the units of boilerplate, as the field of a body's units holds the others."""

CONTENT_POSITIONS = "body_telling"
"""The column of how many places of a body tell something, those of boilerplate being behind them; 0 where all do."""
