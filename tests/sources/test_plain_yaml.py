"""The short way through plain YAML, held against the long one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchlib.sources.plain_yaml import load_plain_yaml
from searchlib.sources.yaml_values import YamlBoundsError, load_yaml


def typed(value: Any) -> Any:
    """The value with the type of everything in it: a bare scalar equals one in quotes."""
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
def test_the_shapes_of_common_front_matter_go_the_short_way(text: str) -> None:
    assert typed(load_plain_yaml(text)) == typed(load_yaml(text))


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
def test_all_else_goes_the_long_way(text: str) -> None:
    assert load_plain_yaml(text) is None


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


@settings(max_examples=1000)
@given(TEXTS)
@example("a:\n- b\n - c")
@example("a: [b, c]\n- d")
def test_the_short_way_ends_where_the_long_one_does(text: str) -> None:
    plain = load_plain_yaml(text)
    if plain is None:
        return
    try:
        expected = load_yaml(text)
    except (yaml.YAMLError, YamlBoundsError) as error:
        pytest.fail(f"{text!r} is no YAML: {error}")
    assert typed(plain) == typed(expected)
