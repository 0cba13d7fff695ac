"""Find the title of an article that has none in its front matter."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.values import as_text
from searchlib.sources.readers.base import Content
from searchlib.sources.text import HAN
from searchlib.sources.walk import file_stem

MAX_SENTENCE_LENGTH = 40

UNTITLED = frozenset(("folder", "file", "sentence", "id"))
"""The sources of titles that were derived from a name or a sentence."""

_INDEX_NAME = lazy_pattern(r"(?:_?index|readme)(?:[._-][a-z]{2}(?:[_-][a-z]{2,4})?)?", re.IGNORECASE)
"""The name of a folder's index page, possibly with a language: ``index.zh``, ``README_zh-CN``."""

_PART_NAME = lazy_pattern(
    "(?:full_?)?text|content|article|post|page|main|body|source|target|bitext|original|translation|正文|全文|原文|译文|內容|内容",
    re.IGNORECASE,
)
"""What programs call the file of an article, or of a part of it, in a folder with the title."""

_AUTHOR_IN_NAME = lazy_pattern(
    r"(?:《(?P<book>[^《》]+)》.{0,40}?[\s_-]*[(（\[【]?作者[：:_\s]"
    r"|(?P<name>.+?)(?:[\s_-]*[(（\[【\s_-]作者[：:_\s]|(?<![的原与和对])(?<!关于)作者[：:]))"
    r"\s*(?P<author>[^)）\]】《》]{1,40}?)[)）\]】]?\s*"
)
"""The name of a book's file: ``《书名》作者：甲``. Without a mark before or behind 作者, it is a word in a title."""

_NAMESPACE = "___"
"""Stands for a slash in the names of files of Logseq: ``读书___小说.md``."""

_SECOND_SUFFIX = lazy_pattern(
    r"(?<=.)(?:\.(?:excalidraw|zh(?:[-_](?:cn|hans|hant|hk|sg|tw))?|(?:en|de|es|fr|it|ja|ko|pt|ru|vi)(?:[-_][a-z]{2})?|ass|lrc|srt|vtt|m4a|mp[34]|docx?|pdf|pptx?))+\Z",
    re.IGNORECASE,
)
"""What a name has before its suffix: a language, or the suffix of the file that the text comes from."""

_DATE_PREFIX = lazy_pattern(
    r"(?:1[6-9]|20)\d\d"
    r"(?:[-_.](?:0\d|1[0-2])[-_.]0\d|[-_.]?(?:0[1-9]|1[0-2]|[1-9](?!\d))[-_.]?(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d)))"
    r"(?:T[0-2]\d[-_.]?[0-5]\d(?:[-_.]?[0-5]\d)?(?!\d)|_?[0-2]\d[0-5]\d(?:[0-5]\d)?(?!\d))?(?:[-_. ]+|(?!\d))"
    r"|(?:19|20)\d\d年\d{1,2}月\d{1,2}日[-_. ]+(?=\S)"
)
_WEEKDAY = "(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_DAY = lazy_pattern(
    r"(?P<year>(?:19|20)\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])?"
    rf"(?:[-_. ]*[(（]?(?:{_WEEKDAY})[)）]?)?",
    re.IGNORECASE,
)
"""The name of a note on a day or a month: ``2024-01-01 周一``."""
_SEPARATORS = lazy_pattern(r"[\s_.\-+~@#()\[\]{}]+")
# Numbers, hashes, and short codes such as p1234.
_CODE_WORD = lazy_pattern(r"\d+|(?=\D*\d)[0-9a-f]{6,}|[a-z]{1,2}\d{3,}", re.IGNORECASE)
_UUID = lazy_pattern(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_RANDOM = lazy_pattern(r"(?=\D*\d\D*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{8,}")
_SENTENCE_END = lazy_pattern(r"[。！？!?；;…]|\.(?=\s|$)")
_FIRST_NUMBER = lazy_pattern(r"[（(]?(?:一|0?1)(?:[）)、．：:\s]|\.(?!\d))")
_NEXT_NUMBER = str.maketrans("一1", "二2")
_LATIN_END = lazy_pattern(r"[A-Za-z0-9]+$")
_MAX_SECTION_NAME = 30
_ORNAMENT = lazy_pattern(r"^[\W\d_一二三]+|[\W\d_]+$")
_SECTION_NAME = lazy_pattern(
    "前言|引言|引入|引子|导言|導言|序言|绪论|緒論|前置知识|写在前面|(?:基本)?(?:简介|簡介|介绍|介紹)|概述|概览|概覽|背景|目录|目錄|摘要|正文|"
    "内容|內容|元数据|元信息|书籍信息|基本信息|高亮划线|划线|摘录|书摘|定义|定義|(?:题目|題目|问题|問題)(?:描述)?|参考(?:资料|文献)?|參考(?:資料|文獻)?|introduction|intro|overview|abstract|background|preface|"
    "foreword|(?:table of )?contents?|references",
    re.IGNORECASE,
)
_LATIN_WORD = lazy_pattern("[A-Za-z]+")
_MIN_TITLE_WORDS = 3
_MIN_TITLE_CHARACTERS = 6


def find_title(content: Content, article_id: str) -> tuple[str, str]:
    """Return the title and its source: ``heading``, ``page``, ``folder``, ``file``, ``sentence`` or ``id``."""
    name, source = _file_name(article_id)
    if not name:
        content = _without_book(content, article_id)
    if content.lead_heading and not _is_first_section(content, name):
        return content.lead_heading, "heading"
    if content.page_title:
        return content.page_title, "page"
    if name:
        return name, source
    if content.lead_heading and (day := _day(article_id)):
        return day, source  # a daily note, which begins with its first section
    if content.lead_heading:
        return content.lead_heading, "heading"
    if content.main_heading and not _is_section_name(content.main_heading):
        return content.main_heading, "heading"
    if sentence := _first_sentence(content.blocks):
        return sentence, "sentence"
    return as_text(file_stem(article_id)) or article_id, "id"


def author_in_name(article_id: str) -> str:
    """Return the author that the name of a file states, ``《书名》作者：甲``, or ""."""
    book = _AUTHOR_IN_NAME.fullmatch(as_text(file_stem(article_id))) if "作者" in article_id else None
    return book["author"].strip() if book else ""


def is_number_of_file(title: str, article_id: str) -> bool:
    """Return whether a title is the file's name, and this name is a number or a hash."""
    return bool(title) and title == as_text(file_stem(article_id)) and not _words(title)


def _without_book(content: Content, article_id: str) -> Content:
    """Return the content of a numbered chapter without the title of the book, which is the name of its folder."""
    if not (book := _folder_name(article_id)):
        return content
    titles = ("lead_heading", "main_heading", "page_title")
    without: dict[str, Any] = {name: "" for name in titles if _is_book(getattr(content, name), book)}
    blocks = content.blocks[1:] if content.blocks and _is_book(content.blocks[0], book) else content.blocks
    if not blocks or (not without and blocks is content.blocks):
        return content
    return replace(content, blocks=blocks, **without)


def _is_book(text: str, book: str) -> bool:
    """Return whether a text is the name of a folder, which may have a number before it: ``01-红楼梦``."""
    return bool(text) and text.strip("《》") == book.lstrip("0123456789.-_ ").strip("《》")


def _is_first_section(content: Content, name: str) -> bool:
    """Return whether the heading before all text is that of a section.

    Such a heading is the first of several numbered ones (一、安装 before 二、使用), has a name such as 前言, or has siblings and is
    below the first level, has no letters, or has none or only some of the words of a file name that is written as a title (结构
    before 堆 in ``C 语言：结构、堆``). A heading with siblings is not one if it translates a file name of several English words. If
    the file name is a Chinese title, headings below the first level are those of sections, too.
    """
    heading, is_below_first = content.lead_heading, content.lead_level > 1
    if content.lead_has_siblings and not any(map(str.isalpha, heading)):
        return True  # the time of a message or a note
    if (is_below_first or content.lead_has_siblings) and _is_section_name(heading):
        return True
    is_title = HAN.search(name) or (" " in name and not HAN.search(heading))
    if content.lead_has_siblings and is_title:
        words, words_of_name = _parts(heading), _parts(name)
        if not words & words_of_name or words < words_of_name:
            return True
    is_english = not HAN.search(name) and len(_LATIN_WORD.findall(name)) >= _MIN_TITLE_WORDS
    if is_below_first and content.lead_has_siblings and not (is_english and HAN.search(heading)):
        return True
    if is_below_first and len(HAN.findall(name)) >= _MIN_TITLE_CHARACTERS:
        return True
    number = _FIRST_NUMBER.match(heading)
    return number is not None and any(each.startswith(number[0].translate(_NEXT_NUMBER)) for each in content.headings)


def _is_section_name(heading: str) -> bool:
    return len(heading) <= _MAX_SECTION_NAME and _SECTION_NAME.fullmatch(_ORNAMENT.sub("", heading)) is not None


def _parts(text: str) -> set[str]:
    """Return the Han characters and the Latin words of a text."""
    return {*HAN.findall(text), *_LATIN_WORD.findall(text.lower())}


def _file_name(article_id: str) -> tuple[str, str]:
    """Return the file's name without a date, or "" if it has no words. That of an index or of a part is its folder's."""
    stem = _SECOND_SUFFIX.sub("", as_text(file_stem(article_id))).rstrip().replace(_NAMESPACE, "/")
    if "作者" in stem and (book := _AUTHOR_IN_NAME.fullmatch(stem)):
        return (book["book"] or book["name"]).strip(), "file"
    is_index = _INDEX_NAME.fullmatch(stem)
    if is_index or _PART_NAME.fullmatch(stem):
        name = _folder_name(article_id)
        if is_index or HAN.search(name):
            return name, "folder" if "/" in article_id else ""
    return ("" if _DAY.fullmatch(stem) else _words(stem)), "file"


def _folder_name(article_id: str) -> str:
    """Return the name of the file's folder without a date, or "" if it has no words or there is no folder."""
    folder = article_id.rpartition("/")[0]
    return _words(as_text(file_stem(f"{folder}.md"))) if folder else ""


def _day(article_id: str) -> str:
    """Return the day, or the month, that is the name of a file, such as ``2024-01-01``, or ""."""
    match = _DAY.fullmatch(as_text(file_stem(article_id)))
    return "-".join(filter(None, match.group("year", "month", "day"))) if match else ""


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
    return _CODE_WORD.fullmatch(part) is not None or _RANDOM.fullmatch(part) is not None


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
