"""Levels of names decide whether an archive has a tree of categories; a text names each path."""

from __future__ import annotations

import pytest

from searchlib.engines.common.categories import are_paths, filter_values, path_texts

Counts = dict[tuple[str, ...], int]


@pytest.mark.parametrize(
    ("counts", "is_tree"),
    [
        ({("新闻", "综合", "快讯"): 57, ("新闻", "中新网", "快讯"): 2, ("新闻", "中新网", "热门"): 3}, True),
        ({("编程", "Python"): 3, ("编程",): 9, ("生活",): 4}, True),
        ({("编程", "Python"): 3, ("Python", "编程"): 3}, False),
        ({("编程", "Python"): 1, ("Python",): 1, ("工具", "Python"): 1}, False),
        ({("编程",): 9, ("生活",): 4}, False),
        # One slip among many does not fell a tree.
        ({("编程", "Python"): 19, ("Python",): 1}, True),
        ({}, False),
    ],
)
def test_names_that_keep_their_levels_make_a_tree(counts: Counts, is_tree: bool) -> None:
    assert are_paths(counts) is is_tree


def test_the_value_of_a_path_is_its_name_if_the_name_ends_one_path() -> None:
    paths = [("生活",), ("生活", "随笔"), ("编程",), ("编程", "随笔"), ("编程", "Python")]
    values = filter_values(path_texts(paths))
    assert [values[path] for path in paths] == ["生活", "生活 > 随笔", "编程", "编程 > 随笔", "Python"]


def test_the_value_of_a_path_is_its_text_if_the_name_ends_several_paths() -> None:
    values = filter_values(path_texts([("随笔",), ("生活",), ("生活", "随笔")]))
    assert values == {("随笔",): "> 随笔", ("生活",): "生活", ("生活", "随笔"): "生活 > 随笔"}


def test_the_text_of_a_path_is_never_a_name() -> None:
    texts = path_texts([("生活",), ("生活", "随笔"), ("生活 > 随笔",), ("> 生活",)])
    assert texts[("生活", "随笔")] == "生活 >> 随笔"
    assert texts[("生活",)] == ">> 生活"
