"""Postings of single terms, and of the terms of an article, are written and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from whoosh import formats
from whoosh.codec import whoosh3
from whoosh.filedb.filestore import RamStorage

from searchlib.engines.whoosh.codec import Codec
from tests.engines.whoosh.codec.common import postings

# Whoosh's own codec leaves files to the garbage collection.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def test_postings_can_be_written_one_term_at_a_time() -> None:
    storage, codec = RamStorage(), Codec()
    written: Mapping[Any, list[tuple[Any, float, bytes]]] = {
        False: [(3, 1.0, b"\0\0\0\1"), (900, 2.5, b"\0\0\0\2")],
        True: [("alfa", 2.0, b"\0\0\0\2"), ("学", 1.0, b"\0\0\0\1")],
    }
    infos = {}
    with storage.create_file("postings") as file:
        for byteids, items in written.items():
            writer = codec.postings_writer(file, byteids=byteids)
            info = whoosh3.W3TermInfo()
            writer.start_postings(formats.Frequency(), info)
            for id_, weight, value in items:
                writer.add_posting(id_, weight, value, 5)
            assert not writer.written()
            infos[byteids] = writer.finish_postings()
            assert writer.written()
    with storage.open_file("postings") as file:
        for byteids, items in written.items():
            matcher = codec.postings_reader(file, infos[byteids], formats.Frequency())
            assert [each[:3] for each in postings(matcher, formats.Frequency())] == items
