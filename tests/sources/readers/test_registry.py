"""Choose the reader of a file."""

from __future__ import annotations

import pytest

from searchlib.sources.readers import markdown, org, page, plain, rst
from searchlib.sources.readers.base import Reader
from searchlib.sources.readers.registry import READERS, SUFFIXES, find_reader


@pytest.mark.parametrize(
    ("suffix", "reader"),
    [
        (".md", markdown.READER),
        (".qmd", markdown.READER),
        (".htm", page.READER),
        (".mdx", markdown.MDX_READER),
        (".org", org.READER),
        (".rst", rst.READER),
        (".txt", plain.READER),
    ],
)
def test_the_suffix_selects_the_reader(suffix: str, reader: Reader) -> None:
    assert find_reader(suffix) is reader


def test_an_unknown_suffix_is_read_as_markdown() -> None:
    assert find_reader("") is find_reader(".unknown") is markdown.READER


def test_no_two_readers_have_the_same_suffix() -> None:
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
    assert len(suffixes) == len(SUFFIXES)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)
