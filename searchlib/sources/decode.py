"""Decode the bytes of a file."""

from __future__ import annotations

import codecs
from functools import cache

from charset_normalizer import from_bytes

from searchlib.sources.bounds import check_lines
from searchlib.sources.text import clean

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE_ENCODINGS = ("gb18030", "big5hkscs", "cp950")
_MIN_CHINESE_SHARE = 0.5
_MIN_UTF16_SHARE = 0.7
_SAMPLE_BYTES = 1 << 16
_CONTROLS = bytes((*range(8), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_MAX_CONTROLS = 3


class UndecodableError(ValueError):
    """The bytes are not text."""


def decode(data: bytes) -> str:
    """Return the text of a file, cleaned by ``clean``.

    Raises:
        UndecodableError: the bytes are not text.
        OutOfBoundsError: the text has too many lines.
    """
    check_lines(data.count(b"\n"))
    text = clean(_decode(data))
    check_lines(text.count("\n"))
    return text


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding:
                return data.decode(encoding, "replace")
            break
    if b"\0" in data:
        return _decode_with_nulls(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_mixed(data)


def _decode_with_nulls(data: bytes) -> str:
    """Decode a text with a few null characters, or UTF-16 without a byte order mark.

    Raises:
        UndecodableError: the bytes are neither.
    """
    text_bytes = data.translate(None, _CONTROLS)
    controls = len(data) - len(text_bytes)
    if controls <= _MAX_CONTROLS + len(data) // 100 and controls * 10 <= len(data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            if max(_chinese_share(_decode_sample(text_bytes, each)) for each in _CHINESE_ENCODINGS) >= _MIN_UTF16_SHARE:
                return _decode_mixed(text_bytes)
    return _decode_utf16(data)


def _decode_utf16(data: bytes) -> str:
    """Decode UTF-16 without a byte order mark. Raise UndecodableError if too few characters are common ones."""
    encoding = max(("utf-16-le", "utf-16-be"), key=lambda each: _common_share(_decode_sample(data, each)))
    if _common_share(_decode_sample(data, encoding)) < _MIN_UTF16_SHARE:
        raise UndecodableError("binary")
    return data.decode(encoding, "replace")


def _decode_mixed(data: bytes) -> str:
    """Decode each line as UTF-8 (a few bad bytes are allowed), and all other lines in the one encoding that fits them."""
    lines = data.split(b"\n")
    texts: list[str | None] = []
    for line in lines:
        decoded = line.decode("utf-8", "replace")
        texts.append(decoded if _is_utf8(decoded) else None)
    legacy = b"\n".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    if not legacy:
        return "\n".join(text for text in texts if text is not None)
    has_utf8 = any(text is not None and not text.isascii() for text in texts)
    encoding = _find_legacy_encoding(legacy, guess=not has_utf8)
    return "\n".join(
        line.decode(encoding, "replace") if text is None else text for line, text in zip(lines, texts, strict=True)
    )


def _is_utf8(text: str) -> bool:
    """Return whether a decoded line is UTF-8 with at most a few bad bytes, and not GBK that is valid UTF-8 by chance."""
    if text.isascii():
        return True
    # Chinese characters take three bytes in UTF-8. Sequences of two bytes are typical of GBK that is valid UTF-8 by chance.
    bad_bytes = text.count("\ufffd")
    long_characters = sum(character >= "\u0800" for character in text) - bad_bytes
    return long_characters >= max(1, bad_bytes)


def _find_legacy_encoding(data: bytes, *, guess: bool) -> str:
    """Return the encoding of bytes that are not UTF-8: a Chinese one that fits, or else the guess of charset-normalizer."""
    share, encoding = max(
        ((_chinese_share(_decode_sample(data, each)), each) for each in _CHINESE_ENCODINGS), key=lambda pair: pair[0]
    )
    if share >= _MIN_CHINESE_SHARE:
        return encoding
    if guess and (best := from_bytes(data[:_SAMPLE_BYTES]).best()) is not None:
        return best.encoding
    return "utf-8"


def _decode_sample(data: bytes, encoding: str) -> str:
    return data[:_SAMPLE_BYTES].decode(encoding, "replace")


@cache
def _common_characters() -> frozenset[str]:
    """Return the characters of level 1 of GB 2312 and of Big5, and Chinese punctuation."""
    gb = (bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    big5 = (bytes((lead, trail)).decode("big5", "ignore") for lead in range(0xA4, 0xC7) for trail in range(0x40, 0xFF))
    punctuation = map(chr, (*range(0x3000, 0x3030), *range(0xFF01, 0xFF5F), *range(0x2010, 0x2027)))
    return frozenset("".join((*gb, *big5, *punctuation)))


def _chinese_share(text: str) -> float:
    """Return the share of common characters among the non-ASCII ones. Each bad byte counts as minus two characters."""
    characters = [character for character in text if character > "\x7f"]
    common = _common_characters()
    count = sum(character in common for character in characters)
    return (count - 2 * text.count("\ufffd")) / max(1, len(characters))


def _common_share(text: str) -> float:
    """Return the share of common Chinese and printable ASCII characters among all."""
    common = _common_characters()
    count = sum(character in common or " " <= character <= "~" or character in "\t\r\n" for character in text)
    return count / max(1, len(text))
