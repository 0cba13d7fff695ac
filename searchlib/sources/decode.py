"""Turn the bytes of a file into text."""

from __future__ import annotations

import codecs
from functools import cache

from charset_normalizer import from_bytes

from searchlib.sources.lines import clean, is_clean

_MARKS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = ("gb18030", "big5hkscs", "cp950")
_READABLE = 0.5
_SURELY_UTF16 = 0.7
_SAMPLE = 1 << 16


class UndecodableError(ValueError):
    """The bytes are no text."""


def decode(data: bytes) -> str:
    """The text of a file, with ``\\n`` line ends and no control characters; UndecodableError where it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding:
                return clean(data.decode(encoding, "replace")).lstrip("\ufeff")
            break
    if b"\0" in data:
        return clean(_decode_utf16(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return clean(_decode_mixed(data)).lstrip("\ufeff")
    return (text if is_clean(data) else clean(text)).lstrip("\ufeff")


def _decode_utf16(data: bytes) -> str:
    """UTF-16 without a mark, which only text with a plausible share of known characters is taken for."""
    encoding = max(("utf-16-le", "utf-16-be"), key=lambda each: _known_share(_sample(data, each)))
    if _known_share(_sample(data, encoding)) < _SURELY_UTF16:
        raise UndecodableError("binary")
    return data.decode(encoding, "replace")


def _decode_mixed(data: bytes) -> str:
    """Line by line: UTF-8, UTF-8 with a few bad bytes, or whatever the other lines together look like."""
    lines = data.split(b"\n")
    texts: list[str | None] = []
    damaged = 0
    for line in lines:
        text: str | None = line.decode("utf-8", "replace")
        if text is not None and not text.isascii():
            long, bad = _utf8_signs(text)
            if bad and long >= bad:
                damaged += 1
            elif bad or not long:
                # Chinese in UTF-8 takes three bytes a character; two-byte ones are what GBK looks like by chance.
                text = None
        texts.append(text)
    foreign = b"\n".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    if not foreign:
        return "\n".join(text for text in texts if text is not None)
    has_utf8 = any(text is not None and not text.isascii() for text in texts)
    encoding = _legacy_encoding(foreign, guess=not has_utf8)
    return "\n".join(
        line.decode(encoding, "replace") if text is None else text for line, text in zip(lines, texts, strict=True)
    )


def _utf8_signs(text: str) -> tuple[int, int]:
    """How many characters of three bytes and more, and how many bad bytes, a line read as UTF-8 has."""
    bad = text.count("\ufffd")
    return sum(character >= "\u0800" for character in text) - bad, bad


def _legacy_encoding(data: bytes, *, guess: bool) -> str:
    """The encoding of bytes that are not UTF-8: Chinese where that reads well, else charset-normalizer's word."""
    score, encoding = max((_chinese_share(_sample(data, each)), -at) for at, each in enumerate(_CHINESE))
    if score >= _READABLE:
        return _CHINESE[-encoding]
    if guess and (best := from_bytes(data[:_SAMPLE]).best()) is not None:
        return best.encoding
    return "utf-8"


def _sample(data: bytes, encoding: str) -> str:
    return data[:_SAMPLE].decode(encoding, "replace")


@cache
def _common() -> frozenset[str]:
    """The characters that Chinese text is made of: level 1 of GB 2312 and of Big5, and their punctuation."""
    gb = (bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    big5 = (bytes((lead, trail)).decode("big5", "ignore") for lead in range(0xA4, 0xC7) for trail in range(0x40, 0xFF))
    marks = "".join(map(chr, (*range(0x3000, 0x3030), *range(0xFF01, 0xFF5F), *range(0x2010, 0x2027))))
    return frozenset("".join((*gb, *big5, marks)))


def _chinese_share(text: str) -> float:
    """The share of known characters among those beyond ASCII, a bad byte counting twice against it."""
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return 0.0
    common = _common()
    known = sum(character in common for character in beyond)
    return (known - 2 * text.count("\ufffd")) / len(beyond)


def _known_share(text: str) -> float:
    """The share of known characters among all."""
    common = _common()
    return sum(character in common or " " <= character <= "~" or character in "\t\r\n" for character in text) / max(
        1, len(text)
    )
