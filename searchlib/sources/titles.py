"""Find the title of an article that has none in its front matter."""

from __future__ import annotations

import re

from searchlib.sources.front_matter.values import as_text
from searchlib.sources.readers.base import Content
from searchlib.sources.walk import file_stem

MAX_SENTENCE_LENGTH = 40

UNTITLED = frozenset(("folder", "file", "sentence", "id"))
"""The sources of titles that were derived from a name or a sentence."""

_INDEX_NAME = re.compile(r"(?:_?index|readme)(?:[._-][a-z]{2}(?:[_-][a-z]{2,4})?)?", re.IGNORECASE)
"""The name of a folder's index page, possibly with a language: ``index.zh``, ``README_zh-CN``."""

_DATE_PREFIX = re.compile(
    r"(?:1[6-9]|20)\d\d[-_.]?(?:0[1-9]|1[0-2]|[1-9](?!\d))[-_.]?(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d))"
    r"(?:[T_]?[0-2]\d[0-5]\d(?:[0-5]\d)?(?!\d))?(?:[-_. ]+|(?!\d))"
)
_SEPARATORS = re.compile(r"[\s_.\-+~@#()\[\]{}]+")
# Numbers, hashes, and short codes such as p1234.
_CODE = re.compile(r"\d+|(?=\D*\d)[0-9a-f]{6,}|[a-z]{1,2}\d{3,}", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_RANDOM = re.compile(r"(?=\D*\d\D*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{8,}")
_SENTENCE_END = re.compile(r"[。！？!?；;…]|\.(?=\s|$)")
_FIRST_NUMBER = re.compile(r"[（(]?(?:一|0?1)(?:[）)、．：:\s]|\.(?!\d))")
_NEXT_NUMBER = str.maketrans("一1", "二2")
_LATIN_END = re.compile(r"[A-Za-z0-9]+$")


def find_title(content: Content, article_id: str) -> tuple[str, str]:
    """Return the title and its source: ``heading``, ``page``, ``folder``, ``file``, ``sentence`` or ``id``."""
    if content.lead_heading and not _is_first_section(content):
        return content.lead_heading, "heading"
    if content.page_title:
        return content.page_title, "page"
    name, source = _file_name(article_id)
    if name:
        return name, source
    if content.lead_heading:
        return content.lead_heading, "heading"
    if sentence := _first_sentence(content.blocks):
        return sentence, "sentence"
    return as_text(file_stem(article_id)) or article_id, "id"


def is_number_of_file(title: str, article_id: str) -> bool:
    """Return whether a title is the file's name, and this name is a number or a hash."""
    return bool(title) and title == as_text(file_stem(article_id)) and not _words(title)


def _is_first_section(content: Content) -> bool:
    """Return whether the heading before all text is the first of several numbered headings: 一、简介, later 二、安装."""
    number = _FIRST_NUMBER.match(content.lead_heading)
    return number is not None and any(each.startswith(number[0].translate(_NEXT_NUMBER)) for each in content.headings)


def _file_name(article_id: str) -> tuple[str, str]:
    """Return the file's name without a date (for an index file, its folder's name), or "" if it has no words."""
    stem = as_text(file_stem(article_id))
    if not _INDEX_NAME.fullmatch(stem):
        return _words(stem), "file"
    folder = article_id.rpartition("/")[0]
    return (_words(as_text(file_stem(f"{folder}.md"))), "folder") if folder else ("", "")


def _words(name: str) -> str:
    """Return a file name without its date, or "" if it has no words: a number or a hash."""
    name = name[date.end() :] if (date := _DATE_PREFIX.match(name)) is not None else name
    if _UUID.fullmatch(name):
        return ""
    if any(character > "\u024f" and character.isalpha() for character in name):
        return name
    parts = [part for part in _SEPARATORS.split(name) if part]
    if all(_is_code(part) for part in parts):
        return ""
    return name


def _is_code(part: str) -> bool:
    return _CODE.fullmatch(part) is not None or _RANDOM.fullmatch(part) is not None


def _first_sentence(blocks: list[str]) -> str:
    """Return the first sentence with a letter, cut after MAX_SENTENCE_LENGTH characters."""
    block = next((block for block in blocks if any(character.isalnum() for character in block)), "")
    head = block[: MAX_SENTENCE_LENGTH + 1].strip()
    end = _SENTENCE_END.search(head, 1)
    if end is not None and any(character.isalnum() for character in head[: end.start()]):
        return head[: end.start()].strip()
    if len(head) <= MAX_SENTENCE_LENGTH:
        return head
    cut = head[:MAX_SENTENCE_LENGTH]
    if (
        cut[-1].isascii()
        and cut[-1].isalnum()
        and head[MAX_SENTENCE_LENGTH].isascii()
        and head[MAX_SENTENCE_LENGTH].isalnum()
    ):
        cut = _LATIN_END.sub("", cut).rstrip() or cut
    return cut.rstrip()
