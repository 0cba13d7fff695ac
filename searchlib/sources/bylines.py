"""Read the byline at the top of a text without front matter: lines such as ``作者：甲`` and ``日期：2021-03-04``.

Exports of notes and of articles of 公众号 have a byline below the heading. Lines are a byline only if all of their labels are known
and their dates can be read, because a notice (时间：…, 地点：…) has the same form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dates import read_date
from searchlib.sources.front_matter.metadata import AUTHOR_KEYS, CATEGORY_KEYS, DATE_KEYS, TAG_KEYS, TITLE_KEYS
from searchlib.sources.front_matter.yaml_loader import PlainScalar

_AUTHORS = "作者 原作者 原文作者 撰文 撰稿 文 author authors".split()
_WRITTEN = (
    "发布于 發佈於 发表于 發表於 写于 寫於 创建于 建立於 创作于 作于 发布 發佈 發布日期 發布時間 發表時間 "
    "创作时间 写作时间 写作日期 提交日期 提交时间"
).split()
_UPDATED = "更新于 最后更新 最后更新于 编辑于 lastupdated".split()
_TAGS = (*TAG_KEYS, "关键词", "關鍵詞", "关键字")
_OTHERS = (
    "来源 來源 出处 出處 原文出处 转载自 译者 譯者 翻译 翻譯 校对 校對 校对者 校對者 审校 审校者 审核 定稿 "
    "编辑 編輯 责编 责任编辑 排版 原文 原文标题 原文链接 原文鏈接 原文地址 本文链接 本文地址 本文永久链接 "
    "永久链接 原文日期 译文链接 文章链接 文章地址 链接 鏈接 連結 网址 網址 公众号 公眾號 微信公众号 专栏 专辑 "
    "字数 字數 赞同数 点赞数 收藏数 评论数 阅读 阅读量 阅读时间 浏览 浏览量 版权 版权声明 协议 许可 许可协议 译文出自 首发 "
    "首发于 朝代 年代 时代 年份 出版社 出版者 版本 url link "
    "source translator editor "
    "状态 狀態 status 类型 類型 type 优先级 priority 负责人 创建者 createdby 上次编辑者 lasteditedby 上次编辑时间 lasteditedtime"
).split()
_SUMMARIES = "简介 簡介 内容简介 內容簡介 作品简介 故事简介 内容提要 內容提要 文案".split()
"""Labels whose value may also begin in the next line: the text begins there."""

_DATES = frozenset(DATE_KEYS)
_FIELDS = (
    dict.fromkeys((*_OTHERS, *_SUMMARIES), "")
    | {key: key for key in DATE_KEYS}
    | dict.fromkeys(_WRITTEN, "date")
    | dict.fromkeys(_UPDATED, "updated")
    | {"createdtime": "created"}
    | dict.fromkeys(_TAGS, TAG_KEYS[0])
    | dict.fromkeys(CATEGORY_KEYS, CATEGORY_KEYS[0])
    | dict.fromkeys(_AUTHORS, AUTHOR_KEYS[0])
    | dict.fromkeys(TITLE_KEYS, TITLE_KEYS[0])
)
"""The front-matter key for each label, or "" for a label whose line stays text."""

_KEYS = frozenset(_FIELDS.values()) - {""}
_LIST_KEYS = frozenset((AUTHOR_KEYS[0], CATEGORY_KEYS[0], TAG_KEYS[0]))
"""All values of these keys are used, and only the first value of others."""
_NOTICE_DATES = frozenset("日期 时间 時間".split())
"""Labels of dates that notices have, too."""
_DECISIVE_KEYS = _DATES | {AUTHOR_KEYS[0]}
"""One of these makes a single line a byline."""

_NAMES = "|".join(sorted((re.escape(name) for name in _FIELDS), key=len, reverse=True))
_BETWEEN = r"[\s|｜丨•·,，;；/]"
_SPACED_NAMES = r"作\s+者|日\s+期|last updated|last edited (?:by|time)|created (?:by|time)"
_LABEL = lazy_pattern(
    rf"(?:\A|(?<={_BETWEEN}))[【\[（(]?(?:({_NAMES}|{_SPACED_NAMES})[】\]）)]?\s*(?:[:：]|[|｜丨]|(?<=文)/)"
    r"|((?:发布|发表|写|创建|作|更新|编辑)于))\s*",
    re.IGNORECASE,
)
_TAG_LINE = lazy_pattern(r"#{6}[ \t]+tags[ \t]*[:：][ \t]*((?:`[^`\n]+`[ \t,，、]*)+)(?:\n|\Z)")
_EMPTY_LINES = lazy_pattern(r"\n++")
_QUOTED = lazy_pattern("`([^`]+)`")
_HEADING = lazy_pattern(r"(?:#{1,2}[ \t]+[^\n]+|[^\n#>*|-][^\n]{0,200}\n={2,}[ \t]*)(?:\n|\Z)")
_TITLE_LINE = lazy_pattern(r"[^\n。！？!?：:]{1,80}(?:\n|\Z)")
_BOOK = lazy_pattern("《([^《》]+)》")
_MARKUP = lazy_pattern(r"[ \t]*(?:[#>*|`<!~+-]|\d+[.)])")
_DECORATION = lazy_pattern(r"\A[ \t\u3000>]*(?:[-*+•][ \t]+)?|[ \t\u3000]*(?:\\|<br ?/?>)?[ \t]*\Z")
_PAIR = lazy_pattern(r"[^\s:：]{1,10}[ \t]*[:：][ \t]*\S")
_TABLE_RULE = lazy_pattern(r"[ \t]*\|?[ \t]*:?-+[-:| \t]*\|[-:| \t]*")
_LINK_OR_ADDRESS = lazy_pattern(r"\[([^\[\]\n]*)\]\([^()\n]*\)|<([^<>\s]+)>")
_SECOND_LABEL = lazy_pattern(r"\s[\u3400-\u9fff]{1,4}/")
_CLAUSE = lazy_pattern(r"[\u3400-\u9fff]{5}|[\u3400-\u9fff]\d")
"""A part that shows that a value is a sentence, not a list of names."""
_EDGES = " \t\u3000|｜丨•·,，;；/*_"
_ZONE = ZoneInfo("UTC")
_MAX_LINES = 12
_MAX_LINE = 1_000
_MAX_NAME = 40
_MIN_LABELS = 2


def split_tags(body: str) -> tuple[str, str]:
    """Return the tags in HackMD's line for them, ``###### tags: `甲` `乙```, above or below the title, and the other lines."""
    start = _first_line(body, 0)
    match = _TAG_LINE.match(body, start)
    if match is None and (heading := _HEADING.match(body, start)) is not None:
        match = _TAG_LINE.match(body, _first_line(body, heading.end()))
    if match is None:
        return "", body
    return ",".join(_QUOTED.findall(match[1])), body[: match.start()] + body[match.end() :]


def _first_line(body: str, position: int) -> int:
    """Return where the first line that is not empty begins, at or after a position."""
    match = _EMPTY_LINES.match(body, position)
    return position if match is None else match.end()


def split_byline(body: str, *, has_headings: bool) -> tuple[dict[str, Any], str]:
    """Return the metadata in the byline of a body, and the body without the lines that only state it, below its heading.

    Other lines of the byline, such as 来源 and 译者, stay text. A short line above the byline is the title, too. With
    ``has_headings`` the format is Markdown.
    """
    start = _first_line(body, 0)
    above = _HEADING.match(body, start) if has_headings else None
    title = None if above is not None else _title_line(body, start, has_headings=has_headings)
    above = above or title
    byline = _read_byline(body, start if above is None else above.end())
    if byline is None:
        return {}, body
    rest = body[byline.end :].lstrip("\n")
    if above is None and has_headings and (above := _HEADING.match(rest)) is not None:
        rest = rest[above.end() :]
    metadata = {
        key: values if key == AUTHOR_KEYS[0] else PlainScalar("\n".join(values))
        for key, values in byline.values.items()
    }
    if title is not None:
        name = title[0].strip()
        book = _BOOK.fullmatch(name)
        metadata.setdefault(TITLE_KEYS[0], PlainScalar(book[1] if book else name))
    return metadata, "\n\n".join([*([above[0]] if above else ()), *byline.kept, rest])


def _title_line(body: str, start: int, *, has_headings: bool) -> re.Match[str] | None:
    """Return the first line if it may be a title: a short one without a label and without Markdown."""
    line = _TITLE_LINE.match(body, start)
    if line is None or _LABEL.match(line[0]) or (has_headings and _MARKUP.match(line[0])):
        return None
    return line


@dataclass(slots=True)
class _Byline:
    """The lines of a byline, which ends at ``end``: their values by key, and the lines that have other values, too."""

    end: int
    values: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    n_labels: int = 0

    def add(self, line: str, labels: list[tuple[str, str]]) -> None:
        """Add the values in a line."""
        self.n_labels += len(labels)
        is_kept = False
        for key, value in ((_FIELDS[name], value) for name, value in labels if value):
            if key in _LIST_KEYS or (key in _KEYS and key not in self.values):
                self.values.setdefault(key, []).append(value)
            else:
                is_kept = True
        if is_kept:
            self.kept.append(line)

    @property
    def is_sure(self) -> bool:
        """Return whether the labels are enough to tell these lines from other text."""
        is_decisive = not self.values.keys().isdisjoint(_DECISIVE_KEYS)
        return is_decisive or (self.n_labels >= _MIN_LABELS and bool(self.values or self.kept))


def _read_byline(body: str, start: int) -> _Byline | None:
    """Return the byline that begins at a position, or None if other text begins there."""
    byline = _Byline(start)
    paragraph_of: dict[str, int] = {}
    paragraph = 0
    dated_paragraph = _MAX_LINES  # the paragraph with a date that no notice has; the text begins below it
    position = start
    for source in body[start:].split("\n", _MAX_LINES)[:_MAX_LINES]:
        line = source[: _MAX_LINE + 1]
        position += len(source) + 1
        if not line.strip():
            paragraph += 1
            continue
        if (labels := _read_line(line)) is None:
            is_pair = _PAIR.match(_DECORATION.sub("", line)) or _TABLE_RULE.fullmatch(line)
            if byline.n_labels and is_pair and paragraph <= dated_paragraph:
                return None
            break
        if any(paragraph_of.setdefault(name, paragraph) != paragraph for name, _ in labels):
            return None  # a dialogue
        if any(value and _FIELDS[name] in _DATES and name not in _NOTICE_DATES for name, value in labels):
            dated_paragraph = paragraph
        byline.add(line, labels)
        byline.end = position - 1
    return byline if byline.is_sure else None


def _read_line(line: str) -> list[tuple[str, str]] | None:
    """Return the labels and values of a line, or None if it is not one of a byline."""
    if len(line) > _MAX_LINE:
        return None
    text = _LINK_OR_ADDRESS.sub(_text_of_link, _DECORATION.sub("", line).replace("*", "")).strip("_")
    labels = list(_LABEL.finditer(text))
    if not labels or labels[0].start():
        return None
    values = []
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        name = "".join((label[1] or label[2]).split()).lower()
        value = text[label.end() : following.start() if following else len(text)].strip(_EDGES)
        key = _FIELDS[name]
        if value and key in _DATES and read_date(value, _ZONE) is None:
            return None
        if not value and name in _SUMMARIES:
            return None
        if value and key == AUTHOR_KEYS[0] and (value.lower() in _FIELDS or not _is_name(value)):
            return None
        values.append((name, value))
    return values


def _text_of_link(link: re.Match[str]) -> str:
    """Return the text of a link, or "" if it is a label alone: [原文链接](…)."""
    text = link[1] or link[2] or ""
    is_label = text.strip().lower() in _FIELDS and link.string[link.end() :].lstrip()[:1] not in (":", "：")
    return "" if is_label else text


def _is_name(value: str) -> bool:
    if not any(map(str.isalnum, value)) or any(mark in value for mark in "。！？!?：:") or _SECOND_LABEL.search(value):
        return False
    parts = re.split("[,，]", value)
    if any(len(part) > _MAX_NAME for part in parts):
        return False
    return len(parts) == 1 or not any(_CLAUSE.search(part) for part in parts)
