"""Choose the reader of a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchlib.errors import SettingsError
from searchlib.settings import DEFAULTS
from searchlib.sources import articles
from searchlib.sources.readers import markdown, org, plain, registry, rst
from searchlib.sources.readers.base import Reader
from searchlib.sources.readers.page.reader import PAGE_READER
from searchlib.sources.readers.registry import READERS, article_suffixes, find_reader


@pytest.mark.parametrize(
    ("suffix", "reader"),
    [
        (".md", markdown.READER),
        (".qmd", markdown.QUARTO_READER),
        (".htm", PAGE_READER),
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
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)


@pytest.mark.parametrize(
    ("extra", "suffix", "reader"),
    [
        ((".log",), ".log", plain.READER),
        (("LOG",), ".log", plain.READER),
        ((".mkdn=.md", ".wiki=org"), ".mkdn", markdown.READER),
        ((".mkdn=.md", ".wiki=org"), ".wiki", org.READER),
        ((".md=.txt",), ".md", plain.READER),
    ],
)
def test_the_settings_add_suffixes(extra: tuple[str, ...], suffix: str, reader: Reader) -> None:
    assert find_reader(suffix, extra) is reader
    assert suffix in article_suffixes(extra)
    assert ".log" not in article_suffixes()


def test_a_suffix_like_an_unknown_one_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"\.nosuch"):
        article_suffixes((".a=.nosuch",))


PACKAGE = """
from searchlib.sources.readers.base import Content, Reader

def read(data: bytes) -> Content:
    lines = data[4:].decode().split("|")
    return Content(blocks=lines, metadata={"title": "题：" + lines[0], "tags": ["甲"]})

READER = Reader(suffixes=(".book",), read_bytes=read)
NO_READER = 1
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with a reader of a binary format."""
    (tmp_path / "book_reader.py").write_text(PACKAGE, encoding="utf-8")
    info = tmp_path / "book_reader-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: book-reader\nVersion: 1.0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry._readers.cache_clear()
    yield info / "entry_points.txt"
    registry._readers.cache_clear()
    sys.modules.pop("book_reader", None)


def test_a_package_adds_a_reader_by_an_entry_point(package: Path) -> None:
    package.write_text("[searchlib.readers]\nbook = book_reader:READER\n", encoding="utf-8")
    assert ".book" in article_suffixes()
    reading = articles.parse_article("a.book", b"BOOK\xe8\x8c\xb6|\xe6\xb0\xb4", DEFAULTS, 0)
    article, problem = reading.article, reading.problem
    assert article is not None
    assert (article.title, article.body, article.tags, problem) == ("题：茶", "茶\n水", ("甲",), None)


@pytest.mark.parametrize("name", ["NO_READER", "MISSING"])
def test_a_broken_reader_is_an_error_that_names_its_package(package: Path, name: str) -> None:
    package.write_text(f"[searchlib.readers]\nbook = book_reader:{name}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="book-reader"):
        article_suffixes()
