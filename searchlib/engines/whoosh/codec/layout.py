"""What every segment of an index has, whether or not any of its articles need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whoosh import fields


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of ``stored`` bytes, of ``columns`` of numbers with the kind of each, of ``indexed`` fields with their formats.

    The segments of one index can be merged as arrays only if they have the same of all of these.
    """

    stored: tuple[str, ...]
    columns: Mapping[str, Any]
    indexed: Mapping[str, Any]

    @classmethod
    def of(cls, schema: fields.Schema) -> Layout:
        """The layout of an index with that schema: what is stored without being indexed must be bytes."""
        items = schema.items()
        return cls(
            tuple(name for name, field in items if isinstance(field, fields.STORED)),
            {name: field.column_type for name, field in items if field.column_type},
            {name: field.format for name, field in items if field.indexed},
        )
