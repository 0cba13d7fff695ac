"""Stored articles are unpacked unchanged."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib.engines.whoosh.format import stored_fields
from searchlib.engines.whoosh.format.stored_fields import (
    DICTIONARY,
    MAX_RATIO,
    MIN_LIMIT,
    MIN_SAMPLES,
    Packer,
    cached_packer,
    write_dictionary,
)
from searchlib.models import Article
from tests.conftest import Corpus

TEXT = st.text(st.one_of(st.characters(), st.sampled_from("学习<&>\"'\n\x00\x01\ud800")), max_size=30)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    body = draw(TEXT)
    lines = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    return Article(
        id="a/b.md",
        path="a/b.md",
        title=draw(TEXT),
        body=body,
        date=draw(st.none() | st.just(datetime(2021, 11, 20, 8, tzinfo=ZoneInfo("Asia/Shanghai")))),
        author=draw(TEXT),
        categories=tuple(draw(st.lists(TEXT, max_size=2))),
        tags=tuple(draw(st.lists(TEXT, max_size=2))),
        extra={"layout": draw(TEXT), "toc": True},
        html=draw(st.one_of(st.just(""), st.just(lines), st.just(lines.replace("<", "&lt;")), TEXT)),
    )


@given(articles())
def test_any_article_is_unpacked_as_it_was(article: Article) -> None:
    packer = Packer(b"")
    head = packer.unpack_head(packer.pack_head(article))
    stored = packer.pack_text(article)
    assert Article(**head, **packer.unpack_text(stored)) == article
    assert packer.unpack_body(stored) == article.body


def test_real_articles_are_unpacked_as_they_were_and_take_little_space(corpus: Corpus, tmp_path: Path) -> None:
    read = islice(searchlib.read_articles(corpus("gb18030")), 2 * MIN_SAMPLES)
    articles = [each for each in read if isinstance(each, searchlib.Article)]
    write_dictionary(tmp_path, articles)
    packer = cached_packer(tmp_path)
    stored = [packer.pack_text(article) for article in articles]
    for article, text in zip(articles, stored, strict=True):
        assert Article(**packer.unpack_head(packer.pack_head(article)), **packer.unpack_text(text)) == article
    plain = [Packer(b"").pack_text(article) for article in articles]
    assert sum(map(len, stored)) < 0.8 * sum(map(len, plain))


def test_few_articles_have_an_empty_dictionary(tmp_path: Path) -> None:
    article = Article(id="a.md", path="a.md", title="甲", body="乙", date=None, author="", categories=(), tags=())
    write_dictionary(tmp_path, [article] * (MIN_SAMPLES - 1))
    assert (tmp_path / DICTIONARY).read_bytes() == b""


def test_articles_that_would_fill_the_memory_are_not_unpacked() -> None:
    bomb = bytes(MIN_LIMIT + 1)
    with pytest.raises(ValueError, match="1,048,577 after decompression"):
        Packer(b"").unpack_head(zstandard.ZstdCompressor().compress(bomb))
    with pytest.raises(ValueError, match="content size"):
        Packer(b"").unpack_head(zstandard.ZstdCompressor(write_content_size=False).compress(bomb))


@pytest.mark.parametrize("extra", range(-2, MAX_RATIO + 2))
def test_an_article_that_compresses_well_is_padded(extra: int) -> None:
    body = "a" * (2 * MIN_LIMIT + extra)
    article = Article(id="a.md", path="a.md", title="甲", body=body, date=None, author="", categories=(), tags=())
    stored = Packer(b"").pack_text(article)
    assert Packer(b"").unpack_body(stored) == body
    assert 2 * MIN_LIMIT // MAX_RATIO <= len(stored) < 2 * MIN_LIMIT // MAX_RATIO + 100
    with pytest.raises(ValueError, match="after decompression"):
        Packer(b"").unpack_body(stored[:-2])


def test_an_article_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_fields, "_MAX_BYTES", 1 << 20)
    article = Article(
        id="a.md", path="a.md", title="甲", body="a" * (1 << 20), date=None, author="", categories=(), tags=()
    )
    with pytest.raises(ValueError, match="it has 1 MB, an article has at most 1 MB"):
        Packer(b"").pack_text(article)


@pytest.mark.parametrize("at", [0, 4])
@pytest.mark.parametrize("change", [1, 40, 1 << 20])
def test_lengths_that_do_not_fit_the_parts_raise_value_error(at: int, change: int) -> None:
    article = Article(id="a.md", path="a.md", title="甲", body="乙" * 9, date=None, author="", categories=(), tags=())
    data = bytearray(zstandard.ZstdDecompressor().decompress(Packer(b"").pack_text(article)))
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + change).to_bytes(4, "little")
    damaged = zstandard.ZstdCompressor().compress(bytes(data))
    for unpack in (Packer(b"").unpack_body, Packer(b"").unpack_text):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            unpack(damaged)


def test_damaged_bytes_raise_value_error() -> None:
    with pytest.raises(ValueError, match=r"frame|decompress|magic|content"):
        Packer(b"").unpack_head(b"nothing that was packed")
