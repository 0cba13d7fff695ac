"""A chosen place of the tree replaces those above and below it, whatever they are chosen by."""

from __future__ import annotations

import pytest

from searchlib import CategoryNode
from webui.pages.category_choice import Places
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


def places(*chosen: str, names: tuple[str, ...] = ()) -> Places:
    """The tree with these values chosen, and behind it the chosen names that are no places of their own."""
    texts = {path: " > ".join(path) if len(path) > 1 else f"> {path[0]}" for path in TREE}
    nodes = [
        *(
            CategoryNode(path=path, value=value, count=1, selected=value in chosen or texts[path] in chosen)
            for path, value in TREE.items()
        ),
        *(CategoryNode(path=(name,), value=name, count=1, selected=True) for name in names),
    ]
    return Places(nodes, SearchState(query="a", category=tuple(sorted({*chosen, *names})), page=3))


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
def test_a_place_replaces_those_on_its_way(
    before: tuple[str, ...], path: tuple[str, ...], after: tuple[str, ...]
) -> None:
    made = places(*before)
    assert made.toggled(path, made.value(path)) == SearchState(query="a", category=after)


def test_a_name_of_several_places_is_above_and_below_each_of_them() -> None:
    named = places("编程", names=("随笔",))
    assert named.toggled(("生活", "随笔"), "生活 > 随笔").category == ("生活 > 随笔", "编程")
    assert named.toggled(("随笔",), "> 随笔").category == ("> 随笔", "编程")
    assert named.toggled(("随笔",), "随笔").category == ("编程",)
    assert not named.is_chosen(("随笔",))
    assert places("夜谈").toggled(("随笔",), "随笔").category == ("随笔",)


def test_without_a_tree_names_add_up() -> None:
    flat = Places((), SearchState(category=("甲", "乙")))
    assert not flat
    assert flat.toggled(("丙",), "丙").category == ("丙", "乙", "甲")
    assert flat.toggled(("乙",), "乙").category == ("甲",)
    assert flat.is_chosen(("甲",))
