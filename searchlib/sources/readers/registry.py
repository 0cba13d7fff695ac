"""List the readers, and choose the one for a file.

A new source format is a module with a ``Reader`` and one line in ``READERS``.
"""

from __future__ import annotations

from searchlib.sources.readers import markdown, org, page, plain, rst
from searchlib.sources.readers.base import Reader

READERS: tuple[Reader, ...] = (
    markdown.READER,
    markdown.MDX_READER,
    org.READER,
    rst.READER,
    page.READER,
    page.MHTML_READER,
    plain.READER,
)

_BY_SUFFIX = {suffix: reader for reader in READERS for suffix in reader.suffixes}

SUFFIXES = frozenset(_BY_SUFFIX)
"""The suffixes of article files, in lower case."""


def find_reader(suffix: str) -> Reader:
    """Return the reader of a suffix, which is in lower case; files with another suffix are read as Markdown."""
    return _BY_SUFFIX.get(suffix, markdown.READER)
