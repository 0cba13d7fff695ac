"""List the readers, and choose the one for a file.

A new source format is a module with a ``Reader`` and one line in ``READERS``. Other packages add readers through entry points of
the group ``searchlib.readers``: each names a ``Reader``. Their suffixes take precedence over the list.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from searchlib.errors import SettingsError
from searchlib.sources.readers import markdown, notebook, org, plain, rst, subtitles, tiddlywiki
from searchlib.sources.readers.base import Reader
from searchlib.sources.readers.page.reader import MHTML_READER, PAGE_READER

READERS: tuple[Reader, ...] = (
    *markdown.READERS,
    notebook.READER,
    org.READER,
    rst.READER,
    PAGE_READER,
    MHTML_READER,
    plain.READER,
    subtitles.READER,
    tiddlywiki.READER,
)

GROUP = "searchlib.readers"
"""The group of entry points."""


def article_suffixes(extra: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the suffixes of article files, in lower case, with those that the setting ``suffixes`` adds.

    Raises:
        SettingsError: a reader of another package cannot be loaded, or ``extra`` names a suffix that no reader has.
    """
    return frozenset(_readers(extra))


def find_reader(suffix: str, extra: tuple[str, ...] = ()) -> Reader:
    """Return the reader of a suffix in lower case. An unknown suffix is read as Markdown.

    Raises:
        SettingsError: as in ``article_suffixes``.
    """
    return _readers(extra).get(suffix, markdown.READER)


@cache
def _readers(extra: tuple[str, ...]) -> dict[str, Reader]:
    """Return the reader of each suffix. In ``extra``, ``.log`` is a suffix of plain text; ``.mkdn=.md`` is read like ``.md``."""
    readers = {suffix: reader for reader in READERS for suffix in reader.suffixes}
    for entry_point in entry_points(group=GROUP):
        reader = _load(entry_point)
        readers |= dict.fromkeys(reader.suffixes, reader)
    for each in extra:
        suffix, _, like = (f".{part.strip().lstrip('.')}".lower() for part in each.partition("="))
        if like != "." and like not in readers:
            raise SettingsError(f"suffixes: {each!r}: no reader has the suffix {like!r}")
        readers[suffix] = readers[like] if like != "." else plain.READER
    return readers


def _load(entry_point: EntryPoint) -> Reader:
    package = entry_point.dist.name if entry_point.dist is not None else entry_point.module
    try:
        reader = entry_point.load()
    except Exception as error:
        raise SettingsError(
            f"the reader {entry_point.name!r} of the package {package!r} cannot be loaded: {error}"
        ) from error
    if not isinstance(reader, Reader):
        raise SettingsError(f"the reader {entry_point.name!r} of the package {package!r} is not a searchlib Reader")
    return reader
