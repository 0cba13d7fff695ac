"""Define the names of fields and doc values that only the Whoosh engine has."""

from __future__ import annotations

from searchlib.analysis.signatures import SIGNATURE_UINT64S

TEXT_KINDS = ("words", "units", "bigrams")

POSITION_STRIDE_BITS = {"title": 4, "headings": 4, "body": 7}
"""The positions of each article start at a multiple of ``1 << bits``: about a tenth of the length of a usual field."""

BOILERPLATE_FIELD = "body_boilerplate"
"""The field with the units of a body's boilerplate; ``body_units`` has the other units of the body."""

BOILERPLATE_START = "body_boilerplate_start"
"""The doc values with the position at which the boilerplate of a body starts, after all other lines; 0 if there is none."""

FACET_FIELD = "facet"
"""The field with the values of the facets of the front matter; ``facet_terms`` writes its terms."""

SIGNATURE_FIELDS = tuple(f"signature_{number}" for number in range(SIGNATURE_UINT64S))
"""The doc values that hold the signature of a body, eight bytes in each."""

NO_MONTH = 0
"""The ``month`` of an article without a date. That of others is year times 100 plus month, in the zone of the index."""
