"""The fields of the Whoosh index."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping

from whoosh import columns, fields, formats

TEXT_FIELDS = ("title", "body")
TEXT_KINDS = ("words", "units", "bigrams")
VALUE_FIELDS = ("category", "author", "tag")

UNDATED = -(2**62)
"""What the date column holds for an article without a date; otherwise it holds seconds since 1970 in UTC."""

NO_MONTH = 0
"""What the month column holds for an article without a date; otherwise year times 100 plus month, in the index's zone."""


class PositionArrays(formats.Positions):  # type: ignore[misc]  # Whoosh has no types
    """Ascending positions as unsigned 32-bit integers, which numpy reads at once; Whoosh's own form is a pickle."""

    def encode(self, positions: Iterable[int]) -> bytes:
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // array("I").itemsize


class AnalysedField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose value is its postings: a mapping of term to frequency, or to positions."""

    def __init__(self, *, positions: bool) -> None:
        super().__init__(PositionArrays() if positions else formats.Existence(), analyzer=None, scorable=not positions)

    def index(self, value: Mapping[str, int | list[int]], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, posting in value.items():
            if isinstance(posting, int):
                yield term_bytes(term), posting, float(posting), b""
            else:
                yield term_bytes(term), len(posting), float(len(posting)), self.format.encode(posting)


def term_bytes(term: str) -> bytes:
    """A term as Whoosh stores it."""
    return term.encode("utf-8", "surrogatepass")


def text_field(field: str, kind: str) -> str:
    """The name of the Whoosh field that holds one kind of terms of title or body."""
    return f"{field}_{kind}"


def length_field(field: str) -> str:
    """The name of the column that holds the number of units in title or body."""
    return f"{field}_length"


def schema() -> fields.Schema:
    """The schema of every Whoosh index of this project."""
    wanted: dict[str, fields.FieldType] = {
        text_field(field, kind): AnalysedField(positions=kind == "bigrams")
        for field in TEXT_FIELDS
        for kind in TEXT_KINDS
    }
    wanted |= {length_field(field): fields.COLUMN(columns.NumericColumn("I")) for field in TEXT_FIELDS}
    wanted |= {field: AnalysedField(positions=False) for field in VALUE_FIELDS}
    wanted["date"] = fields.COLUMN(columns.NumericColumn("q", default=UNDATED))
    wanted["month"] = fields.COLUMN(columns.NumericColumn("I", default=NO_MONTH))
    wanted["title"] = fields.COLUMN(columns.VarBytesColumn())
    wanted["id"] = fields.ID(unique=True)
    wanted["article"] = fields.STORED()
    return fields.Schema(**wanted)
