"""The bounds of an article, so that one file cannot take the memory or the time of all others."""

from __future__ import annotations

from collections.abc import Iterable

MAX_FILE_BYTES = 64 << 20
"""A larger file is not read."""

MAX_LINES = 500_000
"""A text with more lines is no article: each line may become an object in memory."""

MAX_TAGS = 500_000
"""HTML with more tags is no article: each tag becomes a node of the parsed document."""

MAX_TITLE_LENGTH = 1_000
"""Characters of a title, and of the names of the authors together. The rest is cut off."""

MAX_NAME_LENGTH = 200
"""Characters of the name of a category or a tag. The rest is cut off."""

MAX_NAMES = 1_000
"""Categories or tags of an article. The others are left out."""

MAX_CATEGORY_LEVELS = 20
"""Levels of a category path. A longer list of categories is not a path: each of its names is one."""

MAX_READING_SECONDS = 30.0
"""Processor time that reading a file may take."""


class OutOfBoundsError(ValueError):
    """A file is too large in some way to become an article. The message says in which."""


def check_lines(lines: int) -> None:
    """Raise OutOfBoundsError if a text has too many lines."""
    if lines > MAX_LINES:
        raise OutOfBoundsError(f"too many lines: {lines:,}, an article has at most {MAX_LINES:,}")


def check_tags(tags: int) -> None:
    """Raise OutOfBoundsError if HTML has too many tags."""
    if tags > MAX_TAGS:
        raise OutOfBoundsError(f"too many elements: {tags:,} tags, an article has at most {MAX_TAGS:,}")


class Bounds:
    """Cuts the values of one article. ``problems`` says which were cut."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[str] = []

    def line(self, field: str, text: str) -> str:
        """Return the first MAX_TITLE_LENGTH characters of a text."""
        if len(text) <= MAX_TITLE_LENGTH:
            return text
        self.problems.append(f"{field}: cut after {MAX_TITLE_LENGTH:,} characters")
        return text[:MAX_TITLE_LENGTH].rstrip()

    def names(self, field: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first MAX_NAMES names, each cut after MAX_NAME_LENGTH characters."""
        return tuple(name for path in self.paths(field, ((name,) for name in names)) for name in path)

    def paths(self, field: str, paths: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        """Return the first paths, which have MAX_NAMES names together, each name cut after MAX_NAME_LENGTH characters."""
        bounded: dict[tuple[str, ...], None] = {}
        count = 0
        is_cut = False
        for path in paths:
            for each in [path] if len(path) <= MAX_CATEGORY_LEVELS else [(name,) for name in path]:
                count += len(each)
                if count > MAX_NAMES:
                    self.problems.append(f"{field}: cut after {MAX_NAMES:,} names")
                    return tuple(bounded)
                if max(map(len, each)) > MAX_NAME_LENGTH:
                    each = tuple(name[:MAX_NAME_LENGTH].rstrip() for name in each)
                    is_cut = True
                bounded[each] = None
        if is_cut:
            self.problems.append(f"{field}: names cut after {MAX_NAME_LENGTH} characters")
        return tuple(bounded)
