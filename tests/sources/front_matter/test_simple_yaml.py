"""Compare the fast loader of simple YAML with the full loader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.sources.front_matter.simple_yaml import load_simple_yaml
from searchlib.sources.front_matter.yaml_loader import YamlBoundsError, load_yaml


def typed(value: Any) -> Any:
    """Return the value with all types: otherwise a PlainScalar equals a scalar in quotes."""
    if isinstance(value, dict):
        return [(type(key), key, typed(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [typed(each) for each in value]
    return type(value), value


@pytest.mark.parametrize(
    "text",
    [
        "title: 标题\ndate: 2021-10-01 12:00:00\n",
        "title: '甲: 乙'\nsubtitle: \"#1\"\nurl: https://example.com/#a",
        "categories: \n - 新闻\n - '综合'\nauthor: 综合\n",
        "tags:\n- a\n- b\n\n\ndraft: true\nnothing:\n",
        "tags: [甲, 'b c', \"d\"]\nnone: []\n",
        "ms.date: 04/17/2018\nn: 404\nvoid: ~\ntitle:   a\u00a0b  \n   \n",
        "a: 1\na: 2\n",
    ],
)
def test_common_front_matter_is_simple(text: str) -> None:
    assert typed(load_simple_yaml(text)) == typed(load_yaml(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "- a\n",
        "a: b: c",
        "a: b #c",
        "a: b:",
        "a: 'it''s'",
        'a: "\\n"',
        "a: |\n b",
        "a: b\n c",
        "a: b\n - c",
        "a:\n - b\n- c",
        "a:\n - b: c",
        "a: &x b",
        "a: [b, [c]]",
        "a: [b: c]",
        "a: [b,]",
        "a:\tb",
        "a: \ufeffb",
        "a: b\u2028c",
        "null: a",
        "a:b",
        "...",
    ],
)
def test_other_texts_are_left_to_the_full_loader(text: str) -> None:
    assert load_simple_yaml(text) is None


PIECES = (
    *("a", "key", "null", "~", "true", "12", ".5", "标题", "a b", "a.b-c", "---", "...", "<<", "="),
    *("\u3000", "\u00a0", "\u200b", "\ufeff", "\u0085", "\u2028", "\t", "\r", " ", "  "),
    *(": ", ":", "- ", "-", " - ", "\n", "\n", "\n- ", "\n  - ", "\nkey: ", "\nkey:", "\n---\n"),
    *("'", '"', "''", "\\", "#", " #", "[", "]", "[a, b]", ", ", ",", "{", "}"),
    *("&a ", "*a", "!", "!!set ", "|", ">", "%", "@", "`", "?", "? "),
)
LINES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
TEXTS = st.builds(
    "\n".join,
    st.lists(st.one_of(LINES, LINES.map("key: {}".format), LINES.map(" - {}".format), st.just("list:")), max_size=6),
)


@pytest.mark.slow
@settings(max_examples=1000)
@given(TEXTS)
@example("a:\n- b\n - c")
@example("a: [b, c]\n- d")
def test_both_loaders_return_the_same(text: str) -> None:
    simple = load_simple_yaml(text)
    if simple is None:
        return
    try:
        expected = load_yaml(text)
    except (yaml.YAMLError, YamlBoundsError) as error:
        pytest.fail(f"{text!r} is not YAML: {error}")
    assert typed(simple) == typed(expected)
