"""Normalize inline markup that CommonMark lacks, or fails to recognize next to Chinese punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from searchlib.common.lazy_pattern import lazy_pattern

_HIGHLIGHT = lazy_pattern(r"(?<![=A-Za-z0-9_)\]])==(?=[^\s=])([^=\n]*[^\s=])==(?![=A-Za-z0-9_])")
_CARETS = lazy_pattern(r"(?<![\^A-Za-z0-9])\^\^(?=[^\s^])([^\^\n]*[^\s^])\^\^(?!\^)")
_INSERTED = lazy_pattern(r"(?<![+{A-Za-z0-9_)\]])\+\+(?=[^\s+])((?:[^+\n]|\+(?!\+))*[^\s+])\+\+(?![+A-Za-z0-9_])")
_SUPERSCRIPT = lazy_pattern(r"(?<=[A-Za-z0-9)\u4e00-\u9fff])\^([A-Za-z0-9+-]{1,12})\^(?![A-Za-z0-9_^])")
_SUBSCRIPT = lazy_pattern(r"(?<=[A-Za-z0-9)\u4e00-\u9fff])(?<!~)~([A-Za-z0-9+-]{1,12})~(?!~)")
_READING = r"[\u3040-\u30ff\u3100-\u312f\u31a0-\u31bfA-Za-zÀ-ǜ |ˊˇˋ˙-]+"
_RUBY = lazy_pattern(
    rf"\{{([\u3400-\u9fff]+)\|({_READING})\}}|\[([\u3400-\u9fff]+)\](?:\^?[{{(]([\u3040-\u30ff]+)[)}}]|\^\(({_READING})\))"
)
_EMPTY = lazy_pattern(r"(?<!\*)(\[[^\[\]*\n]*\]) ?\*{4}(?=[\s\u3000-\u303f\uff00-\uffef]|\Z)")
_DOUBLED = lazy_pattern(r"(?<=[^\s*])\*{4}(?=[^\s*])")
_DOUBLED_LINE = lazy_pattern(r"^[^*\n]*(?:\*\*[^*\n]+(?:\*{4}[^*\n]+)+\*\*[^*\n]*)+$", re.MULTILINE)
_STRONG = lazy_pattern(r"(?<![*\\])\*\*(?=[^\s*])((?>(?:[^*\n]|\*(?!\*))*))\*\*(?!\*)")
_EMOJI = lazy_pattern(r"(?<![A-Za-z0-9_]):[a-z0-9_+-]+:(?![A-Za-z0-9_])")


def mark_ruby(text: str) -> str:
    """Write ``{漢字|かんじ}``, ``[漢字]{かんじ}`` and ``[漢字]^(hànzì)`` as HTML."""
    return _RUBY.sub(
        lambda match: f"<ruby>{match[1] or match[3]}<rt>{match[2] or match[4] or match[5]}</rt></ruby>", text
    )


def mark_highlights(text: str) -> str:
    """Write ``==重点==``, ``^^重点^^`` and ``++重点++`` as HTML."""
    text = _HIGHLIGHT.sub(r"<mark>\1</mark>", text)
    if "^^" in text:
        text = _CARETS.sub(r"<mark>\1</mark>", text)
    return _INSERTED.sub(r"<ins>\1</ins>", text) if "++" in text else text


def mark_scripts(text: str) -> str:
    """Write ``x^2^`` and ``H~2~O`` as HTML."""
    text = _SUPERSCRIPT.sub(r"<sup>\1</sup>", text)
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", text)


def mark_pairs(text: str, pairs: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """Write the first group of each pattern, the text between a pair of marks, as the HTML element beside the pattern."""
    for pattern, element in pairs:
        text = pattern.sub(rf"<{element}>\1</{element}>", text)
    return text


def mark_strong(text: str) -> str:
    """Write ``**“重点”**内容`` as HTML where CommonMark sees no emphasis.

    In CommonMark, ``**`` between punctuation and a letter is no delimiter, and Chinese texts have no spaces around it. Adjacent
    strong parts, ``**一****二**``, are joined. Machine translation adds a space before the end, ``**文字 **``,
    and moves both ends behind a bracket, ``[文字] ****``.
    """
    if "****" in text:
        text = _EMPTY.sub(r"\1", text)
        text = _DOUBLED_LINE.sub(lambda match: _DOUBLED.sub("", match[0]), text)
    return _STRONG.sub(_strong, text)


def _strong(match: re.Match[str]) -> str:
    text, source = match[1], match.string
    before = source[match.start() - 1] if match.start() else " "
    after = source[match.end()] if match.end() < len(source) else " "
    if text[-1].isspace():
        is_strong = _is_word(text[0]) and not _is_word(before) and not _is_word(after)
        return f"<strong>{text.rstrip()}</strong>" if is_strong else match[0]
    opens = _is_word(text[0]) or not _is_word(before)
    closes = _is_word(text[-1]) or not _is_word(after)
    return match[0] if opens and closes else f"<strong>{text}</strong>"


def _is_word(character: str) -> bool:
    return character.isalnum()


def replace_emoji_names(text: str) -> str:
    """Replace ``:smile:`` by the emoji."""
    return _EMOJI.sub(lambda match: _emoji(match[0]), text)


@lru_cache(maxsize=4096)
def _emoji(name: str) -> str:
    from emoji import emojize  # imported here: few articles need its table of 5,000 names

    return emojize(name, language="alias")
