"""Find articles by any query of Whoosh's, through Whoosh's own searcher."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from searchlib.engines.whoosh.codec.whoosh_index import open_whoosh_index


def numbers_found(folder: Path, query: Query) -> NDArray[np.int64]:
    """int64[n], ascending: the live articles that the query finds, numbered through all segments as ``IndexReader`` does.

    Raises:
        IndexDamagedError: the index cannot be read.
    """
    with open_whoosh_index(folder).searcher() as searcher:
        reader = searcher.reader()
        # A few queries, of columns, find deleted articles too.
        found = {number for number in searcher.docs_for_query(query) if not reader.is_deleted(number)}
    return np.array(sorted(found), np.int64)
