"""Decode the bytes of a file."""

from __future__ import annotations

import codecs

import pytest

from searchlib.sources.decode import UndecodableError, decode

SIMPLIFIED = "读者来信：全文检索为什么找不到“机器学习”？\n编辑部的回答在这里。\n"
TRADITIONAL = "讀者來信：全文檢索為什麼找不到「機器學習」？\n編輯部的回答在這裡。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gb2312"),
        ("镕、囍、𠮷：生僻字也要读对，读者才能找到这篇文章。", "gb18030"),
        (TRADITIONAL, "big5"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (SIMPLIFIED, "utf-32"),
        ("学习资料", "gb18030"),
        ("體育新聞", "big5"),
        ("plain words", "utf-16-le"),
    ],
)
def test_every_encoding_is_decoded(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_body_in_gbk_below_front_matter_in_utf8_is_decoded() -> None:
    head, body = "---\ntitle: 混合编码的文章\n---\n", "正文是用另一种编码写的。\n第二行也是。\n"
    assert decode(head.encode() + body.encode("gbk")) == head + body


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (SIMPLIFIED.encode()[:-3], SIMPLIFIED[:-2] + "\ufffd"),
        ("好的，第一行。\n".encode() + b"\xff" + "第二行。".encode(), "好的，第一行。\n\ufffd第二行。"),
        ("中文。\nIt".encode() + b"\x92" + b"s fine.\n", "中文。\nIt\ufffds fine.\n"),
    ],
)
def test_utf8_with_a_few_bad_bytes_is_still_utf8(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_bad_byte_in_gbk_damages_one_character_only() -> None:
    assert (
        decode("前面的文字，".encode("gbk") + b"\xff" + "\n后面的文字。".encode("gbk"))
        == "前面的文字，\ufffd\n后面的文字。"
    )


def test_charset_normalizer_guesses_the_encoding_of_western_text() -> None:
    text = "Un café très agréable à côté de la forêt, où l'été se prolonge. " * 5
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"words\x00\x01\x02\x03\x04 and more words",
        bytes(range(256)) * 20,
        b"\x00" * 100,
    ],
)
def test_binary_data_is_an_error(data: bytes) -> None:
    with pytest.raises(UndecodableError, match="binary"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"words\x00 and more words", "words and more words"),
        ("一篇文章，里面有\0几个\x01控制字符。".encode(), "一篇文章，里面有几个控制字符。"),
        ((SIMPLIFIED + "\0").encode("gb18030"), SIMPLIFIED),
        (b"\0" + SIMPLIFIED.encode(), SIMPLIFIED),
    ],
)
def test_a_few_control_characters_do_not_make_a_text_binary(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"a\x08b\x1b\x7f\tc", "ab\tc"),
        ("a\u2028b\x85c\x0cd".encode(), "a\nb\nc\nd"),
        (codecs.BOM_UTF8 + codecs.BOM_UTF8 + b"a", "a"),
        (b"", ""),
    ],
)
def test_line_ends_are_unified_and_control_characters_removed(data: bytes, text: str) -> None:
    assert decode(data) == text
