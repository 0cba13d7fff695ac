"""Judge whether an archive files its articles in a tree of categories, and name the places in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

Path = tuple[str, ...]
"""The names of categories, each below the one before."""

KEPT_LEVELS = 0.85
"""In real archives that are trees names keep their levels in 0.89 of the articles at least, in others in 0.80 at most."""

_MARK = ">"


def are_paths(counts: Mapping[Path, int]) -> bool:
    """Whether the lists of categories in an archive are paths; ``counts`` says how many articles have each.

    In a tree a name keeps its level: a column is the second in every list, whatever comes first. Where lists are only lists the
    name that is first here is third there. So of the names that ever stand below another, nearly all must be at their usual
    level.
    """
    levels: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for path, count in counts.items():
        for level, name in enumerate(path):
            levels[name][level] += count
    below = [each for each in levels.values() if max(each)]
    usual = sum(max(each.values()) for each in below)
    return usual > 0 and usual >= KEPT_LEVELS * sum(each.total() for each in below)


def path_texts(places: Collection[Path]) -> dict[Path, str]:
    """Each path as one text, ``生活 > 随笔``, at the top ``> 生活``; never a name: the mark grows until no name holds it."""
    mark = _MARK
    names = {path[-1] for path in places}
    while any(mark in name for name in names):
        mark += _MARK
    return {path: f" {mark} ".join(path if len(path) > 1 else ("", *path)).lstrip() for path in places}


def place_values(texts: Mapping[Path, str]) -> dict[Path, str]:
    """What the category filter is given for each place: its name, or its text where the name stands at several places."""
    held = Counter(path[-1] for path in texts)
    return {path: path[-1] if held[path[-1]] == 1 else text for path, text in texts.items()}
