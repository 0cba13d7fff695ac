"""A lazy pattern is a regular expression that is compiled on first use."""

from __future__ import annotations

import re

import pytest

from searchlib.common.lazy_pattern import lazy_pattern


def test_it_behaves_like_the_compiled_pattern() -> None:
    lazy, compiled = lazy_pattern("茶+", re.MULTILINE), re.compile("茶+", re.MULTILINE)
    assert lazy.sub("水", "喝茶茶") == compiled.sub("水", "喝茶茶") == "喝水"
    assert lazy.findall("茶，茶茶") == ["茶", "茶茶"]
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)


def test_it_is_compiled_on_first_use() -> None:
    broken = lazy_pattern("(")
    with pytest.raises(re.error):
        broken.search("茶")
