"""A selected category replaces the ones above and below it, whether it was selected by name or by path."""

from __future__ import annotations

import pytest

from searchlib import CategoryNode
from webui.pages.category_tree import CategoryTree
from webui.state import SearchState

TREE = {
    ("随笔",): "> 随笔",
    ("生活",): "生活",
    ("生活", "随笔"): "生活 > 随笔",
    ("生活", "随笔", "夜谈"): "夜谈",
    ("编程",): "编程",
    ("编程", "随笔"): "编程 > 随笔",
    ("编程", "C++"): "C++",
}


def category_tree(*selected: str, names: tuple[str, ...] = ()) -> CategoryTree:
    """Return the tree with these values selected, followed by selected names that are no path of the tree."""
    texts = {path: " > ".join(path) if len(path) > 1 else f"> {path[0]}" for path in TREE}
    nodes = [
        *(
            CategoryNode(path=path, value=value, count=1, selected=value in selected or texts[path] in selected)
            for path, value in TREE.items()
        ),
        *(CategoryNode(path=(name,), value=name, count=1, selected=True) for name in names),
    ]
    return CategoryTree(nodes, SearchState(query="a", category=tuple(sorted({*selected, *names})), page=3))


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ((), ("生活", "随笔"), ("生活 > 随笔",)),
        (("生活",), ("生活", "随笔"), ("生活 > 随笔",)),
        (("生活",), ("生活", "随笔", "夜谈"), ("夜谈",)),
        (("夜谈", "编程"), ("生活",), ("生活", "编程")),
        (("编程 > 随笔",), ("编程", "C++"), ("C++", "编程 > 随笔")),
        (("编程 > 随笔",), ("生活", "随笔"), ("生活 > 随笔", "编程 > 随笔")),
        (("编程 > C++",), ("编程", "C++"), ()),
        (("编程 > C++",), ("编程",), ("编程",)),
        (("> 随笔",), ("生活", "随笔"), ("> 随笔", "生活 > 随笔")),
        (("> 随笔",), ("随笔",), ()),
        (("生活 > 随笔",), ("生活", "随笔"), ()),
    ],
)
def test_selecting_a_category_removes_those_above_and_below_it(
    before: tuple[str, ...], path: tuple[str, ...], after: tuple[str, ...]
) -> None:
    tree = category_tree(*before)
    assert tree.toggled_values(path, tree.value(path)) == after


def test_a_name_with_several_paths_is_above_and_below_each_of_them() -> None:
    tree = category_tree("编程", names=("随笔",))
    assert tree.toggled_values(("生活", "随笔"), "生活 > 随笔") == ("生活 > 随笔", "编程")
    assert tree.toggled_values(("随笔",), "> 随笔") == ("> 随笔", "编程")
    assert tree.toggled_values(("随笔",), "随笔") == ("编程",)
    assert not tree.is_selected(("随笔",))
    assert category_tree("夜谈").toggled_values(("随笔",), "随笔") == ("随笔",)


def test_without_a_tree_selected_names_add_up() -> None:
    flat = CategoryTree((), SearchState(category=("甲", "乙")))
    assert not flat
    assert flat.toggled_values(("丙",), "丙") == ("丙", "乙", "甲")
    assert flat.toggled_values(("乙",), "乙") == ("甲",)
    assert flat.is_selected(("甲",))
