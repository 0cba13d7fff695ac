"""Bounds for one article, so that a single file cannot use up memory or time."""

from __future__ import annotations

from collections.abc import Iterable

MAX_FILE_BYTES = 64 << 20
"""Maximum size of a file. A larger one is not read."""

MAX_LINES = 500_000
"""Maximum number of lines of a text: each line may become an object in memory."""

MAX_TAGS = 500_000
"""Maximum number of HTML tags: each tag becomes a node of the parsed document."""

MAX_TITLE_LENGTH = 1_000
"""Maximum characters of a title, and of all author names together. The rest is cut off."""

MAX_NAME_LENGTH = 200
"""Maximum characters of the name of a category or tag. The rest is cut off."""

MAX_NAMES = 1_000
"""Maximum number of categories, and of tags, of an article. Further ones are left out."""

MAX_CATEGORY_LEVELS = 20
"""Maximum levels of a category path. In a longer list, each name is a category path of its own."""

MAX_READING_SECONDS = 30.0
"""Maximum processor time for reading a file."""


class OutOfBoundsError(ValueError):
    """A file exceeds a bound. The message names it."""


def check_lines(lines: int) -> None:
    """Raise OutOfBoundsError if a text has too many lines."""
    if lines > MAX_LINES:
        raise OutOfBoundsError(f"too many lines: {lines:,}, an article has at most {MAX_LINES:,}")


def check_tags(tags: int) -> None:
    """Raise OutOfBoundsError if HTML has too many tags."""
    if tags > MAX_TAGS:
        raise OutOfBoundsError(f"too many elements: {tags:,} tags, an article has at most {MAX_TAGS:,}")


class Bounds:
    """Cuts the values of one article. ``problems`` lists the values that were cut."""

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
        """Return the first paths, with at most MAX_NAMES names together. Each name is cut to MAX_NAME_LENGTH characters."""
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
