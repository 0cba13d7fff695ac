"""An index has the same content and results with this codec as with Whoosh's own, for random schemas, changes and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import analysis, columns, fields, formats, index, query
from whoosh.codec import whoosh3

from searchlib.engines.whoosh.codec import Codec
from searchlib.engines.whoosh.codec.postings import Frequencies, PositionArrays
from tests.engines.whoosh.codec.common import in_memory, postings, stored_values, word_boosts

# Whoosh's own codec leaves files to the garbage collection.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

WORDS = ["alfa", "alfas", "bravo", "学习", "学习机器", "abcdefgh", "abcdefghi", "z\u0308", "\U0010ffff", "delta"]
KEYS = ["", "a", "a\0", "a\0\0", "\0", "ab", "abcdefgh", "abcdefgh\0", "abcdefghi", "学"]

words = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
boosted = st.lists(st.sampled_from([*WORDS, "alfa^2", "bravo^0.5", "delta^1.25"]), max_size=8).map(" ".join)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1))
numbers = st.integers(-(2**31) + 1, 2**31 - 2)

# Kinds of fields, and the values of articles for each.
FIELDS: dict[str, tuple[Callable[[], fields.FieldType], st.SearchStrategy[Any]]] = {
    "text": (lambda: fields.TEXT(stored=True), words),
    "chars": (lambda: fields.TEXT(chars=True, vector=True, sortable=True), words),
    "loose": (lambda: fields.TEXT(phrase=False, vector=formats.Frequency(), field_boost=1.5), words),
    "stemmed": (lambda: fields.TEXT(analyzer=analysis.StemmingAnalyzer(), spelling=True), words),
    "positions": (
        lambda: fields.FieldType(PositionArrays(3), analysis.SpaceSeparatedTokenizer(), scorable=True),
        words,
    ),
    "frequencies": (lambda: fields.FieldType(Frequencies(), analysis.SpaceSeparatedTokenizer(), scorable=True), words),
    "boosts": (lambda: fields.FieldType(formats.PositionBoosts(), word_boosts, scorable=True), boosted),
    "allboosts": (lambda: fields.FieldType(formats.CharacterBoosts(), word_boosts, vector=True), boosted),
    "is": (lambda: fields.FieldType(formats.Existence(field_boost=2.5), word_boosts), boosted),
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
    "stored": (lambda: fields.STORED(), stored_values.filter(lambda value: value is not None)),
    "bytes": (lambda: fields.COLUMN(columns.VarBytesColumn()), st.binary(max_size=9)),
    "fixed": (lambda: fields.COLUMN(columns.FixedBytesColumn(3)), st.binary(min_size=3, max_size=3)),
    "packed": (lambda: fields.COLUMN(columns.CompressedBytesColumn()), st.binary(max_size=9)),
    "bit": (lambda: fields.COLUMN(columns.BitColumn()), st.booleans()),
    "object": (lambda: fields.COLUMN(columns.PickleColumn(columns.VarBytesColumn())), stored_values),
    **{
        f"column{code.lower()}{code.isupper():d}": (
            lambda code=code, default=default: fields.COLUMN(columns.NumericColumn(code, default=default)),
            st.floats(width=32, allow_nan=False) if code in "fd" else st.integers(0, 127),
        )
        for code, default in zip("bBhHiIqQfd", [0, 7, -3, 3, -1, 1, -(2**62), 2**62, 0.5, -0.5], strict=True)
    },
}
NO_BOOSTS = {"positions", "frequencies"}
TEXTS = ("text", "chars", "loose", "stemmed", "positions", "frequencies", "boosts", "allboosts", "keywords")
WITH_POSITIONS = ("text", "chars", "positions", "boosts", "allboosts")

Document = dict[str, Any]
Step = tuple[list[Document], list[float], dict[str, bool]]


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[str], list[Step]]:
    """Return names of fields, and steps: documents to add, which to delete (as shares of all), and what to merge."""
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


simple_queries = st.one_of(
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
    st.builds(query.Phrase, st.sampled_from(WITH_POSITIONS), st.lists(st.sampled_from(WORDS), min_size=2, max_size=3)),
    st.builds(
        lambda name, texts, slop: query.SpanNear2([query.Term(name, text) for text in texts], slop=slop),
        st.sampled_from(WITH_POSITIONS),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        st.integers(1, 3),
    ),
    st.builds(query.Every, st.none() | st.sampled_from(TEXTS)),
)
queries = st.recursive(
    simple_queries,
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
    """Let Whoosh's codec store exact lengths, as ours does, instead of lengths rounded to one byte."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh3, "length_to_byte", lambda length: length or 0)
        patch.setattr(whoosh3, "byte_to_length", lambda byte: byte)
        yield


def built(folder: Path, codec: Any, names: list[str], steps: list[Step]) -> index.FileIndex:
    """Build an index in these steps with a codec."""
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
    """Return the result of a call, or the type of its error."""
    try:
        return ask()
    except Exception as error:
        return type(error)


def contents(reader: Any) -> dict[str, Any]:
    """Return all that an index contains."""
    schema = reader.schema
    # Whoosh's own codec cannot read the payloads of fields for spelling, which are those of other fields.
    payload_formats = {name: None if name.startswith("spell_") else field.format for name, field in schema.items()}
    live = list(reader.all_doc_ids())
    terms = list(reader.all_terms())
    indexed = [name for name in schema.names() if schema[name].format]
    return {
        "counts": (reader.doc_count(), reader.doc_count_all(), reader.has_deletions(), live),
        "terms": terms,
        "infos": [info(reader.term_info(name, text)) for name, text in terms],
        "iterated": [(term, info(each)) for term, each in reader] if terms else [],
        "frequencies": [(pytest.approx(reader.frequency(*term)), reader.doc_frequency(*term)) for term in terms],
        "postings": [list(postings(reader.postings(name, text), payload_formats[name])) for name, text in terms],
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
        # Segment by segment: Whoosh asks a column of one segment for the articles of segments that lack it.
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
    """Return the statistics of a term."""
    return (
        pytest.approx(found.weight()),
        found.doc_frequency(),
        found.min_length() or 0,
        found.max_length() or 0,
        found.max_weight(),
        found.min_id(),
        found.max_id(),
    )


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(archives(), st.lists(queries, min_size=3, max_size=8))
def test_an_index_has_the_same_contents_and_results_with_either_codec(
    archive: tuple[list[str], list[Step]], queries: list[query.Query]
) -> None:
    names, steps = archive
    with TemporaryDirectory() as folder:
        stock = built(Path(folder, "stock"), whoosh3.W3Codec(), names, steps)
        ours = built(Path(folder, "ours"), Codec(blocklimit=2), names, steps)
        assert {type(segment).__module__ for segment in ours._segments()} <= {"searchlib.engines.whoosh.codec.codec"}
        with stock.searcher() as expected, ours.searcher() as found:
            actual, wanted = contents(found.reader()), contents(expected.reader())
            # Leave out columns that Whoosh's own codec cannot read.
            failing = {name for name, column in wanted["columns"].items() if isinstance(column, type)}
            for each in (actual, wanted):
                each["columns"] = {name: column for name, column in each["columns"].items() if name not in failing}
            assert actual == wanted
            for asked in queries:
                for limit in (None, 2):
                    answers = [outcome(partial(ranked, searcher, asked, limit)) for searcher in (found, expected)]
                    assert isinstance(answers[1], type) or answers[0] == answers[1], asked


def ranked(searcher: Any, wanted: query.Query, limit: int | None) -> Any:
    """Return the score of each matching document; with a limit only the scores, because ties can be in any order."""
    hits = searcher.search(wanted, limit=limit)
    if limit is None:
        return {hit.docnum: pytest.approx(hit.score, abs=1e-6) for hit in hits}
    return [pytest.approx(hit.score, abs=1e-6) for hit in hits]


def test_a_stored_field_refuses_other_types() -> None:
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
