"""Fields are written from postings in ascending order, with any weight and payload."""

from __future__ import annotations

import pytest
from whoosh import analysis, fields, formats
from whoosh.codec.base import OutOfOrderError
from whoosh.filedb.filestore import RamStorage

from searchlib.engines.whoosh.codec import Codec
from searchlib.engines.whoosh.codec.postings import Frequencies
from tests.engines.whoosh.codec.common import in_memory, postings


@pytest.mark.parametrize(
    "weights", [[0.0, 1.0], [-1.5, 2.0], [1.0, 0.0], [70000.0, 1.0], [2.0**33, 1.0], [0.25, 0.5], [3.0, 300.0]]
)
@pytest.mark.parametrize("value", [b"", b"x", b"a longer one"])
def test_any_weight_and_payload_is_stored(weights: list[float], value: bytes) -> None:
    storage, codec = RamStorage(), Codec()
    segment = codec.new_segment(storage, "it")
    field = fields.FieldType(formats.Positions(), None)
    writer = codec.field_writer(storage, segment)
    writer.start_field("it", field)
    # The terms of a field are stored in different forms.
    for text in (b"a", b"b", b"c"):
        writer.start_term(text)
        for docnum, weight in enumerate(weights if text == b"b" else [1.0]):
            writer.add(docnum, weight, value if docnum else b"", None)
        writer.finish_term()
    writer.finish_field()
    writer.close()
    reader = codec.terms_reader(storage, segment)
    found = [list(postings(reader.matcher("it", text, field.format), None)) for text in (b"a", b"b", b"c")]
    assert [[weight for _, weight, _ in each] for each in found] == [[1.0], weights, [1.0]]
    assert [each for _, each in reader.matcher("it", b"b", field.format).all_items()] == [b"", value]
    reader.close()


@pytest.mark.parametrize("wrong", ["terms", "articles", "fields"])
def test_postings_that_do_not_ascend_are_refused(wrong: str) -> None:
    storage, codec = RamStorage(), Codec()
    writer = codec.field_writer(storage, codec.new_segment(storage, "it"))

    def write(name: str, texts: list[bytes], docnums: list[int]) -> None:
        writer.start_field(name, fields.TEXT())
        for text in texts:
            writer.start_term(text)
            for docnum in docnums:
                writer.add(docnum, 1.0, b"", None)
            writer.finish_term()
        writer.finish_field()

    write("first", [b"a", b"b"], [0, 1, 1, 5])
    names, texts, docnums = {
        "terms": ("second", [b"b", b"a"], [0, 1]),
        "articles": ("second", [b"a"], [1, 0]),
        "fields": ("first", [b"a"], [0]),
    }[wrong]
    with pytest.raises(OutOfOrderError):
        write(names, texts, docnums)


def test_a_field_of_frequencies_takes_no_boosts() -> None:
    schema = fields.Schema(it=fields.FieldType(Frequencies(), analysis.SpaceSeparatedTokenizer()))
    writer = in_memory(schema).writer(codec=Codec(schema))
    writer.add_document(it="a", _boost=1.5)
    with pytest.raises(ValueError, match="no boosts"):
        writer.commit()
