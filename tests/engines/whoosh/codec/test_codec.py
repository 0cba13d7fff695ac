"""The codec keeps what Whoosh's own codec keeps: random schemas, articles, deletions, segments, merges and queries."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import analysis, columns, fields, formats, index, query
from whoosh.codec import whoosh3
from whoosh.codec.base import OutOfOrderError
from whoosh.filedb.filestore import RamStorage

from searchlib.engines.whoosh.codec import Codec
from searchlib.engines.whoosh.codec.payloads import pack_payload, unpack_payload
from searchlib.engines.whoosh.codec.postings import Frequencies, PositionArrays
from searchlib.engines.whoosh.codec.values import pack_value, unpack_value

# Whoosh's own codec leaves files to the garbage collection.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

WORDS = ["alfa", "alfas", "bravo", "学习", "学习机器", "abcdefgh", "abcdefghi", "z\u0308", "\U0010ffff", "delta"]
KEYS = ["", "a", "a\0", "a\0\0", "\0", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "学"]

words = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
boosted = st.lists(st.sampled_from([*WORDS, "alfa^2", "bravo^0.5", "delta^1.25"]), max_size=8).map(" ".join)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1))
numbers = st.integers(-(2**31) + 1, 2**31 - 2)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-3)), ZoneInfo("Asia/Shanghai")]))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(st.characters()) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)
by_attributes = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter()

# What a field may be, and what articles give it.
FIELDS: dict[str, tuple[Callable[[], fields.FieldType], st.SearchStrategy[Any]]] = {
    "text": (lambda: fields.TEXT(stored=True), words),
    "chars": (lambda: fields.TEXT(chars=True, vector=True, sortable=True), words),
    "loose": (lambda: fields.TEXT(phrase=False, vector=formats.Frequency(), field_boost=1.5), words),
    "stemmed": (lambda: fields.TEXT(analyzer=analysis.StemmingAnalyzer(), spelling=True), words),
    "places": (lambda: fields.FieldType(PositionArrays(3), analysis.SpaceSeparatedTokenizer(), scorable=True), words),
    "counted": (lambda: fields.FieldType(Frequencies(), analysis.SpaceSeparatedTokenizer(), scorable=True), words),
    "boosts": (lambda: fields.FieldType(formats.PositionBoosts(), by_attributes, scorable=True), boosted),
    "allboosts": (lambda: fields.FieldType(formats.CharacterBoosts(), by_attributes, vector=True), boosted),
    "is": (lambda: fields.FieldType(formats.Existence(field_boost=2.5), by_attributes), boosted),
    "key": (lambda: fields.ID(stored=True, sortable=True), st.sampled_from(KEYS)),
    "keywords": (lambda: fields.KEYWORD(scorable=True, stored=True, sortable=columns.RefBytesColumn()), words),
    "grams": (lambda: fields.NGRAM(minsize=2, maxsize=3, stored=True), st.sampled_from(WORDS)),
    "gramwords": (lambda: fields.NGRAMWORDS(minsize=2, at="start"), words),
    "number": (lambda: fields.NUMERIC(sortable=True, stored=True), numbers),
    "float": (lambda: fields.NUMERIC(float, stored=True), st.floats(-1e9, 1e9)),
    "big": (lambda: fields.NUMERIC(int, 64, signed=False, stored=True), st.integers(0, 2**64 - 2)),
    "money": (lambda: fields.NUMERIC(Decimal, decimal_places=2, stored=True), st.decimals(-999, 999, places=2)),
    "date": (lambda: fields.DATETIME(sortable=True, stored=True), moments),
    "flag": (lambda: fields.BOOLEAN(stored=True), st.booleans()),
    "stored": (lambda: fields.STORED(), plain.filter(lambda value: value is not None)),
    "bytes": (lambda: fields.COLUMN(columns.VarBytesColumn()), st.binary(max_size=9)),
    "fixed": (lambda: fields.COLUMN(columns.FixedBytesColumn(3)), st.binary(min_size=3, max_size=3)),
    "packed": (lambda: fields.COLUMN(columns.CompressedBytesColumn()), st.binary(max_size=9)),
    "bit": (lambda: fields.COLUMN(columns.BitColumn()), st.booleans()),
    "object": (lambda: fields.COLUMN(columns.PickleColumn(columns.VarBytesColumn())), plain),
    **{
        f"column{code.lower()}{code.isupper():d}": (
            lambda code=code, default=default: fields.COLUMN(columns.NumericColumn(code, default=default)),
            st.floats(width=32, allow_nan=False) if code in "fd" else st.integers(0, 127),
        )
        for code, default in zip("bBhHiIqQfd", [0, 7, -3, 3, -1, 1, -(2**62), 2**62, 0.5, -0.5], strict=True)
    },
}
NO_BOOSTS = {"places", "counted"}
TEXTS = ("text", "chars", "loose", "stemmed", "places", "counted", "boosts", "allboosts", "keywords")
WITH_PLACES = ("text", "chars", "places", "boosts", "allboosts")

Document = dict[str, Any]
Step = tuple[list[Document], list[float], dict[str, bool]]


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[str], list[Step]]:
    """Names of fields, and steps: documents to add, shares of all documents at which one is deleted, what to merge."""
    names = sorted(draw(st.sets(st.sampled_from(sorted(FIELDS)), min_size=3, max_size=9)))
    document = st.fixed_dictionaries({}, optional={name: FIELDS[name][1] for name in names})
    if not NO_BOOSTS.intersection(names):
        boosts = st.sampled_from([1.0, 2.0, 0.3, 40.0])
        document = st.tuples(document, st.none() | boosts).map(
            lambda drawn: drawn[0] | ({"_boost": drawn[1]} if drawn[1] else {})
        )
    step = st.tuples(
        st.lists(document, max_size=5),
        st.lists(st.floats(0, 0.99), max_size=2),
        st.sampled_from([{}, {"merge": False}, {"merge": False}, {"optimize": True}]),
    )
    return names, draw(st.lists(step, min_size=1, max_size=4))


leaves = st.one_of(
    st.builds(query.Term, st.sampled_from(TEXTS), st.sampled_from(WORDS), st.sampled_from([1.0, 2.5])),
    st.builds(query.Term, st.just("key"), st.sampled_from(KEYS)),
    st.builds(query.Term, st.just("flag"), st.booleans()),
    st.builds(
        query.Prefix, st.sampled_from([*TEXTS, "key", "grams", "gramwords"]), st.sampled_from(["a", "al", "学", "z"])
    ),
    st.builds(query.Wildcard, st.sampled_from(TEXTS), st.sampled_from(["*a", "al?a*", "学*"])),
    st.builds(query.FuzzyTerm, st.sampled_from(TEXTS), st.sampled_from(["alfa", "brvo", "delt"])),
    st.builds(query.TermRange, st.just("key"), st.sampled_from(KEYS), st.sampled_from(KEYS)),
    st.builds(query.NumericRange, st.just("number"), numbers, numbers),
    st.builds(query.NumericRange, st.just("float"), st.floats(-1e9, 1e9), st.none()),
    st.builds(query.DateRange, st.just("date"), moments, moments),
    st.builds(query.Phrase, st.sampled_from(WITH_PLACES), st.lists(st.sampled_from(WORDS), min_size=2, max_size=3)),
    st.builds(
        lambda name, texts, slop: query.SpanNear2([query.Term(name, text) for text in texts], slop=slop),
        st.sampled_from(WITH_PLACES),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        st.integers(1, 3),
    ),
    st.builds(query.Every, st.none() | st.sampled_from(TEXTS)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(query.And),
        st.lists(inner, min_size=1, max_size=3).map(query.Or),
        st.lists(inner, min_size=2, max_size=3).map(query.DisjunctionMax),
        st.builds(query.AndNot, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.Require, inner, inner),
        st.builds(query.Not, inner),
        st.builds(query.ConstantScoreQuery, inner, st.just(3.0)),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module", autouse=True)
def exact_lengths() -> Iterator[None]:
    """Whoosh's codec rounds the length of a field to one byte, ours does not: here both are exact."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh3, "length_to_byte", lambda length: length or 0)
        patch.setattr(whoosh3, "byte_to_length", lambda byte: byte)
        yield


def built(folder: Path, codec: Any, names: list[str], steps: list[Step]) -> index.FileIndex:
    """An index made in these steps with that codec."""
    folder.mkdir()
    made = index.create_in(str(folder), fields.Schema(**{name: FIELDS[name][0]() for name in names}))
    for documents, deleted, options in steps:
        writer = made.writer(codec=codec)
        count = sum(segment.doc_count_all() for segment in writer.segments)
        for share in deleted if count else ():
            writer.delete_document(int(share * count))
        for document in documents:
            writer.add_document(**document)
        writer.commit(**options)
    return made


def outcome(ask: Callable[[], Any]) -> Any:
    """What a call returns, or the kind of error that it raises."""
    try:
        return ask()
    except Exception as error:
        return type(error)


def seen(reader: Any) -> dict[str, Any]:
    """All that an index holds."""
    schema = reader.schema
    # Fields for spelling hold what their words had in another field: with Whoosh's own codec that cannot be read.
    told = {name: None if name.startswith("spell_") else field.format for name, field in schema.items()}
    live = list(reader.all_doc_ids())
    terms = list(reader.all_terms())
    indexed = [name for name in schema.names() if schema[name].format]
    return {
        "counts": (reader.doc_count(), reader.doc_count_all(), reader.has_deletions(), live),
        "terms": terms,
        "infos": [info(reader.term_info(name, text)) for name, text in terms],
        "iterated": [(term, info(each)) for term, each in reader] if terms else [],
        "frequencies": [(pytest.approx(reader.frequency(*term)), reader.doc_frequency(*term)) for term in terms],
        "postings": [list(postings(reader.postings(name, text), told[name])) for name, text in terms],
        "prefixes": {
            (name, text): list(reader.expand_prefix(name, text))
            for name in TEXTS
            if name in indexed
            for text in ("", "a", "al", "abcdefgh", "学", "zz")
        },
        "near": {
            (name, text): sorted(reader.terms_within(name, text, 2))
            for name in TEXTS
            if name in indexed
            for text in ("alfa", "delt", "学")
        },
        "indexed": sorted(reader.indexed_field_names()),
        "stored": list(reader.all_stored_fields()),
        "lengths": {
            name: [reader.doc_field_length(number, name) or 0 for number in live] + [reader.field_length(name)]
            for name in schema.names()
        },
        # Segment by segment: where only some have a column, Whoosh's reader of all asks them for what others hold.
        "columns": {
            (name, base): outcome(
                lambda leaf=leaf, name=name: list(map(leaf.column_reader(name).__getitem__, leaf.all_doc_ids()))
            )
            for name in schema.names()
            for leaf, base in reader.leaf_readers()
            if schema[name].column_type
        },
        "vectors": {
            (name, number): list(postings(reader.vector(number, name), schema[name].vector))
            for name in schema.names()
            for number in live
            if schema[name].vector and reader.has_vector(number, name)
        },
    }


def info(found: Any) -> tuple[Any, ...]:
    """The statistics of a term."""
    return (
        pytest.approx(found.weight()),
        found.doc_frequency(),
        found.min_length() or 0,
        found.max_length() or 0,
        found.max_weight(),
        found.min_id(),
        found.max_id(),
    )


def postings(matcher: Any, format_: Any) -> Iterator[tuple[Any, ...]]:
    """All postings of a term, with all that their format can tell."""
    ways = ("frequency", "positions", "characters", "position_boosts")
    told = [name for name in ways if format_ and format_.supports(name)]
    while matcher.is_active():
        values = [matcher.value_as(name) for name in told]
        yield matcher.id(), matcher.weight(), format_ and (matcher.value() or b""), *values
        matcher.next()


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(archives(), st.lists(trees, min_size=3, max_size=8))
def test_an_index_holds_and_finds_the_same_with_either_codec(
    archive: tuple[list[str], list[Step]], queries: list[query.Query]
) -> None:
    names, steps = archive
    with TemporaryDirectory() as folder:
        stock = built(Path(folder, "stock"), whoosh3.W3Codec(), names, steps)
        ours = built(Path(folder, "ours"), Codec(blocklimit=2), names, steps)
        assert {type(segment).__module__ for segment in ours._segments()} <= {"searchlib.engines.whoosh.codec.codec"}
        with stock.searcher() as expected, ours.searcher() as found:
            held, wanted = seen(found.reader()), seen(expected.reader())
            # What Whoosh's own codec cannot read, ours may.
            failing = {name for name, column in wanted["columns"].items() if isinstance(column, type)}
            for each in (held, wanted):
                each["columns"] = {name: column for name, column in each["columns"].items() if name not in failing}
            assert held == wanted
            for asked in queries:
                for limit in (None, 2):
                    answers = [outcome(partial(ranked, searcher, asked, limit)) for searcher in (found, expected)]
                    assert isinstance(answers[1], type) or answers[0] == answers[1], asked


def ranked(searcher: Any, wanted: query.Query, limit: int | None) -> Any:
    """The documents that a query finds, with their scores; of the best few, the scores alone, as ties may fall either way."""
    hits = searcher.search(wanted, limit=limit)
    if limit is None:
        return {hit.docnum: pytest.approx(hit.score, abs=1e-6) for hit in hits}
    return [pytest.approx(hit.score, abs=1e-6) for hit in hits]


@given(plain)
def test_a_value_is_stored_and_read_again(value: object) -> None:
    read = unpack_value(pack_value(value))
    assert read == value
    # Types, too, and which of two hours a moment is in.
    assert repr(read) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(10**5000, id="large"),
        pytest.param(-(10**5000), id="small"),
        float("inf"),
        {1, 2},
        frozenset("ab"),
        {(1, 2): {"a": [b"\0"]}},
        "\ud83d\ude00",
        datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1),
        time(1, 2, 3, tzinfo=UTC),
        date.max,
    ],
)
def test_an_unusual_value_is_stored_and_read_again(value: object) -> None:
    read = unpack_value(pack_value(value))
    assert read == value
    assert getattr(read, "fold", 0) == getattr(value, "fold", 0)


@pytest.mark.parametrize("value", [object(), [1, {"a": Path()}], len, 1j, datetime])
def test_a_value_of_another_kind_is_refused_with_what_to_do(value: object) -> None:
    with pytest.raises(TypeError, match=r"cannot be stored .*convert it before it is added"):
        pack_value(value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"x":1}', b"{}", b'{"m":1}', b'{"D":[1,2,3]}', b'{"i":"z"}', b"[" * 99999]
)
def test_a_damaged_value_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        unpack_value(data)


class Bomb:
    """Writes a file when it is loaded as a pickle."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.marker,))


@pytest.mark.parametrize("format_", [formats.Positions(), formats.Characters(), formats.PositionBoosts()])
@pytest.mark.parametrize("head", [0, 4, 8])
def test_the_value_of_a_posting_runs_no_code(format_: formats.Format, head: int, tmp_path: Path) -> None:
    bomb = bytes(head) + pickle.dumps(Bomb(tmp_path / "ran"), 2)
    with pytest.raises(ValueError, match="does not fit the format"):
        pack_payload(format_, bomb)
    for kind in (b"\0", b"\1"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            unpack_payload(format_, kind + bomb)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("column", [columns.PickleColumn(columns.VarBytesColumn()), columns.CompressedBlockColumn()])
def test_a_column_that_whoosh_reads_as_pickles_is_written_without(column: columns.Column, tmp_path: Path) -> None:
    made = index.create_in(str(tmp_path), fields.Schema(it=fields.COLUMN(column)))
    with made.writer(codec=Codec()) as writer:
        for number in (0, 2):
            writer.add_document(it=b"value %d" % number)
        writer.add_document()
    with made.reader() as reader:
        found = list(reader.column_reader("it"))
    assert found[:2] == [b"value 0", b"value 2"]
    assert not found[2]


def in_memory(schema: fields.Schema) -> index.FileIndex:
    """An empty index; the name is that of a temporary folder, which another test may use meanwhile."""
    return RamStorage().create_index(schema, indexname=uuid4().hex)


def test_a_field_of_frequencies_takes_no_boosts() -> None:
    schema = fields.Schema(it=fields.FieldType(Frequencies(), analysis.SpaceSeparatedTokenizer()))
    writer = in_memory(schema).writer(codec=Codec(schema))
    writer.add_document(it="a", _boost=1.5)
    with pytest.raises(ValueError, match="no boosts"):
        writer.commit()


def test_stored_fields_are_of_values_that_can_be_stored() -> None:
    writer = in_memory(fields.Schema(it=fields.STORED())).writer(codec=Codec())
    with pytest.raises(TypeError, match="convert it before it is added"):
        writer.add_document(it=object())
    writer.cancel()


def test_an_article_can_be_undeleted() -> None:
    made = in_memory(fields.Schema(key=fields.ID(stored=True)))
    with made.writer(codec=Codec()) as writer:
        writer.add_document(key="a")
        writer.add_document(key="b")
    writer = made.writer(codec=Codec())
    writer.delete_document(0)
    writer.delete_document(0, delete=False)
    writer.delete_document(1)
    writer.commit(merge=False)
    with made.reader() as reader:
        assert [stored["key"] for stored in reader.all_stored_fields()] == ["a"]


@pytest.mark.parametrize(
    "weights", [[0.0, 1.0], [-1.5, 2.0], [1.0, 0.0], [70000.0, 1.0], [2.0**33, 1.0], [0.25, 0.5], [3.0, 300.0]]
)
@pytest.mark.parametrize("value", [b"", b"x", b"a longer one"])
def test_any_weight_and_value_is_kept(weights: list[float], value: bytes) -> None:
    storage, codec = RamStorage(), Codec()
    segment = codec.new_segment(storage, "it")
    field = fields.FieldType(formats.Positions(), None)
    writer = codec.field_writer(storage, segment)
    writer.start_field("it", field)
    # Of many terms, each has its own form.
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


class ByWeight:
    """Scores a posting by its weight alone, and a block by the greatest in it."""

    def supports_block_quality(self) -> bool:
        return True

    def score(self, matcher: Any) -> float:
        return float(matcher.weight())

    def max_quality(self) -> float:
        return 99.0

    def block_quality(self, matcher: Any) -> float:
        return float(matcher.block_max_weight())


moves = st.tuples(st.sampled_from(["next", "skip_to", "skip_to_quality"]), st.integers(0, 60))


@given(
    st.dictionaries(
        st.integers(0, 60), st.tuples(st.sampled_from([1.0, 2.0, 0.5, 7.0]), st.integers(1, 9)), min_size=1
    ),
    st.lists(moves, max_size=12),
)
def test_a_matcher_moves_as_the_one_of_whoosh(held: dict[int, tuple[float, int]], moves: list[tuple[str, int]]) -> None:
    storage, field = RamStorage(), fields.TEXT()
    matchers = []
    for codec in (whoosh3.W3Codec(blocklimit=3), Codec(blocklimit=3)):
        segment = codec.new_segment(storage, "it")
        documents = codec.per_document_writer(storage, segment) if isinstance(codec, Codec) else None
        if documents:
            for docnum in range(max(held) + 1):
                documents.start_doc(docnum)
                documents.add_field("it", field, None, held.get(docnum, (0.0, 0))[1])
                documents.finish_doc()
            documents.close()
        writer = codec.field_writer(storage, segment)
        writer.start_field("it", field)
        writer.start_term(b"term")
        for docnum, (weight, length) in sorted(held.items()):
            writer.add(docnum, weight, b"x", length)
        writer.finish_term()
        writer.finish_field()
        writer.close()
        matchers.append(codec.terms_reader(storage, segment).matcher("it", b"term", field.format, ByWeight()))
    for move, target in moves:
        assert standing(matchers[1]) == standing(matchers[0])
        if not matchers[0].is_active():
            break
        for matcher in matchers:
            if move == "next":
                matcher.next()
            elif move == "skip_to":
                matcher.skip_to(target)
            else:
                matcher.skip_to_quality(target / 10)
    matchers[1].reset()
    assert list(matchers[1].copy().all_ids()) == sorted(held)


def standing(matcher: Any) -> tuple[Any, ...]:
    """Where a matcher stands, and what it says of its block."""
    if not matcher.is_active():
        return ()
    block = (matcher.block_min_id(), matcher.block_max_id(), matcher.block_max_weight(), matcher.block_quality())
    lengths = (matcher.block_min_length(), matcher.block_max_length())
    return matcher.id(), matcher.weight(), matcher.score(), matcher.value(), block, lengths


@pytest.mark.parametrize("first", [True, False])
def test_where_only_one_segment_has_a_column_the_others_have_its_default(first: bool) -> None:
    made = in_memory(fields.Schema(it=fields.COLUMN(columns.NumericColumn("i", default=7)), key=fields.ID(stored=True)))
    for has_column in (first, not first):
        writer = made.writer(codec=Codec())
        for number in range(2):
            writer.add_document(key="x", **({"it": number} if has_column else {}))
        writer.commit(merge=False)
    with made.reader() as reader:
        column = reader.column_reader("it")
        assert [column[number] for number in range(4)] == ([0, 1, 7, 7] if first else [7, 7, 0, 1])


@pytest.mark.parametrize(
    "format_", [formats.Positions(), formats.Characters(), formats.PositionBoosts(), formats.CharacterBoosts()]
)
def test_the_values_of_postings_are_written_as_numbers(format_: formats.Format) -> None:
    for _, _, _, value in format_.word_values("alfa^2 bravo alfa^0.3 delta", by_attributes, mode="index"):
        packed = pack_payload(format_, value)
        assert packed.endswith(b"]")
        assert packed[:1] == b"\1"
        assert unpack_payload(format_, packed) == value


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
