"""Turn texts into arrays of character codes, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CODES = 0x110000
"""More than the code of any character."""

_ENCODING = "utf-32-le"

Codes = NDArray[np.uint32]


def encoded(text: str) -> Codes:
    """uint32[characters]: the code of each."""
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)


def decoded(codes: Codes) -> str:
    """The text of these characters."""
    return codes.tobytes().decode(_ENCODING, "surrogatepass")
