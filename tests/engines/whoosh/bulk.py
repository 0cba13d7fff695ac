"""Add articles to an index as a build does, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from searchlib.engines.whoosh.write.batch import WhooshBatch
from searchlib.engines.whoosh.write.writer import WhooshWriter
from searchlib.models import Article


def add_articles(
    writer: WhooshWriter, folder: Path, articles: Sequence[Article], *, batches: int = 1, facets: Sequence[str] = ()
) -> None:
    """Add the articles in ``batches`` batches, and commit; batch i takes article i and every ``batches``-th after it."""
    for at in range(batches):
        batch = WhooshBatch(folder, facets=facets)
        for article in articles[at::batches]:
            batch.add(article)
        run = batch.finish()
        if run:
            writer.add(run)
    writer.commit()
