"""The regular expressions mean the same on every supported Python."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import searchlib
import webui
from searchlib.common.lazy_pattern import LazyPattern

POSSESSIVE_GROUP = re.compile(r"\)[*+?]\+")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the compiled patterns of all modules, with their names."""
    for package in (searchlib, webui):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern | LazyPattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value


def test_no_group_has_a_possessive_quantifier() -> None:
    """Python before 3.11.5 compiles it wrongly, and Debian 12 has 3.11.2. An atomic group, ``(?>(…)*)``, is the same."""
    found = dict(patterns())
    assert len(found) > 100
    simplified = {
        name: re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", ".", each.pattern, flags=re.DOTALL)
        for name, each in found.items()
    }
    assert [name for name, pattern in simplified.items() if POSSESSIVE_GROUP.search(pattern)] == []
    assert POSSESSIVE_GROUP.search("(?:ab?c)++")


def test_the_library_compiles_no_pattern_while_it_loads() -> None:
    """Those of all modules take a fifth of a second, and a search needs few of them."""
    assert [name for name, each in patterns() if name.startswith("searchlib.") and isinstance(each, re.Pattern)] == []
