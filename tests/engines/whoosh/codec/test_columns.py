"""Columns of Whoosh in segments of the codec."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh import columns, fields, index

from searchlib.engines.whoosh.codec import Codec
from tests.engines.whoosh.codec.common import in_memory


@pytest.mark.parametrize("column", [columns.PickleColumn(columns.VarBytesColumn()), columns.CompressedBlockColumn()])
def test_a_column_of_pickles_is_written_without_pickles(column: columns.Column, tmp_path: Path) -> None:
    made = index.create_in(str(tmp_path), fields.Schema(it=fields.COLUMN(column)))
    with made.writer(codec=Codec()) as writer:
        for number in (0, 2):
            writer.add_document(it=b"value %d" % number)
        writer.add_document()
    with made.reader() as reader:
        found = list(reader.column_reader("it"))
    assert found[:2] == [b"value 0", b"value 2"]
    assert not found[2]


@pytest.mark.parametrize("first", [True, False])
def test_segments_without_a_column_have_its_default(first: bool) -> None:
    made = in_memory(fields.Schema(it=fields.COLUMN(columns.NumericColumn("i", default=7)), key=fields.ID(stored=True)))
    for has_column in (first, not first):
        writer = made.writer(codec=Codec())
        for number in range(2):
            writer.add_document(key="x", **({"it": number} if has_column else {}))
        writer.commit(merge=False)
    with made.reader() as reader:
        column = reader.column_reader("it")
        assert [column[number] for number in range(4)] == ([0, 1, 7, 7] if first else [7, 7, 0, 1])
