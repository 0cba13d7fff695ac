"""The engine on Whoosh keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from searchlib.engines.base import Engine
from searchlib.engines.common.relaxed_matching import RelaxedMatching
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write.writer import WhooshWriter, copy_index
from searchlib.models import Article
from searchlib.settings import Categories, Ranking
from tests.contracts.engine import DIGESTS, FRONT_MATTER, ZONE, contract
from tests.engines.whoosh.bulk import add_articles


@contextmanager
def whoosh_engine(
    first: Sequence[Article],
    deleted: Sequence[str],
    later: Sequence[Article],
    categories: Categories,
    weights: Ranking,
    relaxed: RelaxedMatching,
    proximity_candidates: int,
) -> Iterator[Engine]:
    """Build the first articles without the deleted ones in one segment, and the later ones in a second."""
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old"), Path(folder, "new")
        old.mkdir()
        new.mkdir()
        writer = WhooshWriter(old, new=True)
        writer.train(first, DIGESTS)
        add_articles(writer, old, first, facets=FRONT_MATTER)
        copy_index(old, new)
        writer = WhooshWriter(new, new=False)
        writer.delete(deleted)
        add_articles(writer, new, later, facets=FRONT_MATTER)
        engine = WhooshEngine(
            new,
            zone=ZONE.key,
            weights=weights,
            categories=categories,
            facets=FRONT_MATTER,
            relaxed=relaxed,
            proximity_candidates=proximity_candidates,
        )
        yield engine
        engine.close()


TestWhoosh = pytest.mark.slow(contract(whoosh_engine, examples=150))
