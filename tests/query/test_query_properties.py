"""The tree of any text has these properties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from searchlib.query.parser import MAX_BRACKET_DEPTH, MAX_CLAUSES, MAX_QUERY_LENGTH, parse
from searchlib.query.tree import And, DateRange, Everything, Node, Not, Or, Phrase, UnquotedText

TODAY = date(2021, 5, 20)

SOUP = st.lists(
    st.one_of(
        st.sampled_from('()（）"“”「」『』＂|｜-－−*＊:： 　\n'),
        st.sampled_from(["OR", "AND", "NOT", " OR ", " NOT ", "ＯＲ", "title:", "标题：", "date:", "日期： ", "foo:"]),
        st.sampled_from(
            ["http://", "f(", "2021", "..", "去年", "近三个月", "元宇宙", "a", "e-mail", "——", "\ud800", "\0"]
        ),
    ),
    max_size=200,
).map("".join)
ANY_TEXT = st.one_of(st.text(st.characters()), SOUP)


def leaves(node: Node) -> Iterator[UnquotedText | Phrase | DateRange]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case UnquotedText() | Phrase() | DateRange():
            yield node


def depth(node: Node) -> int:
    match node:
        case And(children) | Or(children):
            return 1 + max(map(depth, children))
        case Not(child):
            return 1 + depth(child)
    return 1


def check_shape(node: Node) -> None:
    """Assert that no node is redundant: none has a single child or a child of its kind, and Everything has no parent."""
    match node:
        case And(children) | Or(children):
            assert len(children) > 1
            for child in children:
                assert not isinstance(child, (type(node), Everything))
                check_shape(child)
        case Not(child):
            assert not isinstance(child, (Not, Everything))
            check_shape(child)
        case DateRange(first, last):
            assert first is None or last is None or first <= last


def test_random_text_has_lone_surrogates() -> None:
    assert find(st.text(st.characters()), lambda text: any("\ud800" <= char <= "\udfff" for char in text))


@settings(max_examples=500)
@given(ANY_TEXT)
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text, today=TODAY)
    assert query == parse(text, today=TODAY)
    assert query.text == text
    check_shape(query.tree)
    assert len(list(leaves(query.tree))) <= MAX_CLAUSES
    assert depth(query.tree) <= 3 * (MAX_BRACKET_DEPTH + 1) + 1  # a bracket can add And, Or and Not
    assert all("。" in note for note in query.notes)
    if isinstance(query.tree, Everything):
        assert not text[:MAX_QUERY_LENGTH].strip() or "*" in text or "＊" in text


@given(SOUP)
def test_text_in_the_tree_comes_from_the_query(text: str) -> None:
    for leaf in leaves(parse(text, today=TODAY).tree):
        if isinstance(leaf, (UnquotedText, Phrase)):
            assert set(leaf.text) <= set(text)


@given(st.lists(SOUP, max_size=80).map(" ".join), st.integers(0, 60))
def test_limits_hold_for_deep_and_long_text(text: str, brackets: int) -> None:
    query = parse("-(a OR b " * brackets + text, today=TODAY)
    check_shape(query.tree)
    assert len(list(leaves(query.tree))) <= MAX_CLAUSES
    assert depth(query.tree) <= 3 * (MAX_BRACKET_DEPTH + 1) + 1


PLAIN_TEXT = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8).filter(
    lambda text: normalize("NFKC", text) not in ("OR", "AND", "NOT") and "近" not in text
)
SPACES = st.sampled_from([" ", "　", "\n", " \t"])


@given(st.lists(st.tuples(PLAIN_TEXT, SPACES), max_size=MAX_CLAUSES))
def test_text_without_operators_is_split_at_spaces(typed: list[tuple[str, str]]) -> None:
    query = parse("".join(text + space for text, space in typed), today=TODAY)
    assert [leaf.text for leaf in leaves(query.tree) if isinstance(leaf, UnquotedText)] == [text for text, _ in typed]


@pytest.mark.parametrize("quotes", ['""', "“”", "「」", "『』", "＂＂", "”“"])
@given(text=st.text(st.characters(exclude_characters='"“”„‟＂〝〞〟「」『』﹁﹂﹃﹄｢｣'), max_size=50))
def test_quoted_text_is_a_phrase_as_typed(quotes: str, text: str) -> None:
    assert parse(quotes[0] + text + quotes[1], today=TODAY).tree == Phrase(text)


# A tree that is written out by plain recursion, with all possible brackets, must be parsed into the same tree.
TEXTS = st.text("元宇宙产业abc12", min_size=1, max_size=4)
FIELD_NAMES = {
    "title": ["title:", "标题：", "標題:"],
    "category": ["category：", "分类:"],
    "tag": ["TAG:"],
    "author": ["作者："],
}
QUOTES = [('"', '"'), ("“", "”"), ("”", "“"), ("「", "」"), ("“", "＂")]
BRACKETS = [("(", ")"), ("（", "）"), ("(", "）")]
FIELDS = st.sampled_from([None, *FIELD_NAMES])
LEAVES = st.one_of(
    st.builds(UnquotedText, TEXTS, FIELDS, st.booleans()),
    st.builds(Phrase, TEXTS, FIELDS),
    st.integers(1900, 2100).map(lambda year: DateRange(date(year, 1, 1), date(year, 12, 31))),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda nodes: st.one_of(
        st.lists(nodes, min_size=2, max_size=4).map(lambda children: And(tuple(children))),
        st.lists(nodes, min_size=2, max_size=4).map(lambda children: Or(tuple(children))),
        nodes.map(Not),
    ),
    max_leaves=20,
)


def written(node: Node, draw: st.DrawFn) -> str:
    def one_of(*ways: str) -> str:
        return draw(st.sampled_from(ways))

    match node:
        case UnquotedText(text, field, prefix):
            return (one_of(*FIELD_NAMES[field]) if field else "") + text + (one_of("*", "＊") if prefix else "")
        case Phrase(text, field):
            before, after = draw(st.sampled_from(QUOTES))
            return (one_of(*FIELD_NAMES[field]) if field else "") + before + text + after
        case DateRange(first):
            assert first is not None
            return one_of("date:", "日期：", "日期： ") + f"{first.year:04}" + one_of("", "年")
        case Not(child):
            return one_of("-", "－", "NOT ", "NOT　") + bracketed(child, draw)
        case And(children):
            return one_of(" ", " AND ", "　").join(bracketed(child, draw) for child in children)
        case Or(children):
            return one_of(" OR ", "|", " ｜ ", " ＯＲ ").join(bracketed(child, draw) for child in children)
    raise AssertionError(node)


def bracketed(node: Node, draw: st.DrawFn) -> str:
    before, after = draw(st.sampled_from(BRACKETS))
    return before + written(node, draw) + after


def flattened(node: Node) -> Node:
    """Return the tree without redundant nodes, by plain recursion."""
    match node:
        case And(children) | Or(children):
            flat: list[Node] = []
            for child in map(flattened, children):
                flat.extend(child.children if isinstance(child, (And, Or)) and type(child) is type(node) else [child])
            return type(node)(tuple(flat))
        case Not(child):
            inner = flattened(child)
            return inner.child if isinstance(inner, Not) else Not(inner)
    return node


@st.composite
def written_trees(draw: st.DrawFn) -> tuple[str, Node]:
    tree = draw(TREES)
    return written(tree, draw), tree


@settings(max_examples=300)
@given(written_trees().filter(lambda example: len(example[0]) <= MAX_QUERY_LENGTH))
def test_a_tree_that_is_written_out_is_parsed_back(example: tuple[str, Node]) -> None:
    text, tree = example
    assert parse(text, today=TODAY).tree == flattened(tree)
