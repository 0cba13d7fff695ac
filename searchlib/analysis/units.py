"""Cut folded text into units, the smallest things that count in exact matching."""

from __future__ import annotations

import re

from searchlib.analysis.characters import HAN, LATIN

# Possessive, so that the mark is all of `++` or nothing: `c++11` is `c` and `11`, never `c+`.
MARKS = rf"[+#]++(?!{LATIN})"
"""The marks that belong to the letters or digits before them."""

UNIT = re.compile(rf"[{HAN}]|{LATIN}+(?:{MARKS})?")


def units(folded: str) -> list[str]:
    """Return the units of a folded text: Han characters, and runs of letters and digits with a ``+`` or ``#`` at their end."""
    return UNIT.findall(folded)
