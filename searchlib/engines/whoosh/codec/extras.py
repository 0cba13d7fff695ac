"""Write the extra bytes of the terms of a field, and read those of one: most terms, and most fields, have none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.format.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths

_FACT = "extras"


def write_extras(file: ArrayWriter, field: str, extras: Spool, lengths: Integers) -> dict[str, Any]:
    """Write all of them, each of which takes so many bytes; what a reader must know of the field is returned."""
    if not lengths.any():
        return {}
    extras.write(file, f"{field}.extras", ends=False)
    Lengths.of(lengths).write(file, f"{field}.extra_lengths")
    return {_FACT: True}


class Extras:
    """The extra bytes of the terms of a field."""

    def __init__(self, file: ArrayFile, field: str, metadata: Mapping[str, Any]) -> None:
        held = bool(metadata.get(_FACT))
        self._lengths = Lengths.read(file, f"{field}.extra_lengths") if held else None
        self._bytes = file.array(f"{field}.extras") if held else np.empty(0, np.uint8)

    def of(self, number: int) -> bytes:
        """The extra bytes of a term."""
        if self._lengths is None:
            return b""
        begin, end = self._lengths.bounds(number)
        return self._bytes[begin:end].tobytes()
