"""Decide from the front matter whether an article is published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.settings import Settings
from searchlib.sources.dates import read_date
from searchlib.sources.front_matter.keys import MAX_KEY_LENGTH, normal_key
from searchlib.sources.front_matter.metadata import DATE_KEYS, TITLE_KEYS, Metadata
from searchlib.sources.front_matter.values import as_bool

_TRUE_KEYS = {
    "draft": "draft isdraft 草稿 是否草稿",
    "unpublished": "unpublished deleted trashed",
    "hidden": "hidden hide ishidden hideinlist hidepost 隐藏 隱藏",
    "private": "private isprivate 私密 私有",
    "unlisted": "unlisted eleventyexcludefromcollections",
    "headless": "headless",
    "not searchable": "hiddenfromsearch hidefromsearch searchhidden searchexclude excludesearch excludefromsearch nosearch",
}
"""The state of an article by the key whose value means true."""

_FALSE_KEYS = {
    "unpublished": "published publish ispublished dgpublish permalink render 发布 發佈 公开 公開 是否发布 是否公开",
    "private": "public ispublic",
    "hidden": "visible isvisible show isshow",
    "unlisted": "listed",
    "not searchable": "searchable search",
}
"""The state of an article by the key whose value means false."""

_STATE_KEYS = frozenset(
    "status poststatus publishstatus articlestatus state visibility privacy access visible 状态 狀態".split()
)
"""Keys whose value is a word that names the state."""

_STATES = {
    "draft": "draft drafts autodraft 草稿",
    "unpublished": "unpublished notpublished pending trash trashed softtrashed deleted withdrawn retracted "
    "未发布 未發佈 未发表 待发布 待发表 待审核 审核中 已下架 已删除",
    "hidden": "hidden hide invisible 隐藏 隱藏",
    "private": "private internal members membersonly paid 私密 私有 仅自己可见",
    "unlisted": "unlisted",
}
_TYPE_KEYS = frozenset("type posttype articletype".split())
"""Keys whose value may be a draft, among other types."""

_DRAFT_TYPES = frozenset("draft postdraft pagedraft 草稿".split())
_HIDE_EVERYWHERE = "all"
"""The value of ``hide`` in Valaxy that hides an article everywhere. Other values hide it on one page only."""

_SCHEDULE_KEYS = ("publishDate",)
_EXPIRY_KEYS = ("expiryDate", "unpublishDate")
_EXPRESSION = lazy_pattern(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>", re.DOTALL)
_TITLE_VARIABLE = lazy_pattern(r"#{1,6}[ \t]+\{\{[ \t]*(?:title|date(?::[^{}\n]*)?)[ \t]*\}\}[ \t]*(?:\n|\Z)")
_COMMAND = lazy_pattern(r"<%[-_+]?(?:\*\s*[!-~]|\s*(?:await\s+)?tp\.\w)")
"""The start of a command of Templater for Obsidian. Other tags of this form are those of EJS and ERB."""
_EXPRESSION_START = lazy_pattern(r"\{\{|\{%|<%")
_PLACEHOLDER_KEYS = (*TITLE_KEYS, *DATE_KEYS, "slug", "id")
_TEMPLATE_PART = lazy_pattern(
    r"<title>[^<]*(?:\{\{[^<{}]*\}\}|\{%[^<%]*%\}|<%)|\{\{-?\s*(?:content|define|template|partial|block)\b|\{%-?\s*(?:extends|block|macro)\b",
    re.IGNORECASE,
)
"""What a template has in place of its text, or around it."""
_COMMANDS = lazy_pattern(
    r"\A(?:<!DOCTYPE[^<>]*>\s*)?(?:\{\{|\{%|<%)|\{%-?\s*(?:include|for)\b",
    re.IGNORECASE,
)
"""Commands in a template and in a page that Jekyll renders."""
_VUE_DIRECTIVE = lazy_pattern(
    r"<[A-Za-z][\w-]*\s(?:[^<>]*\s)?(?:v-(?:if|else|else-if|for|model|bind|on|html|text|show|slot)|\*ng[A-Z]\w*|ng-(?:repeat|if|model))\b"
)
"""An attribute of Vue or Angular in a component. A whole page may have some, too, such as in a widget beside its article."""
_ALONE = lazy_pattern(r">\s*(?:\{\{[^{}<>]*\}\}|\{%[^{}<>]*%\}|<%[^<>]*%>)\s*<|=\"\s*(?:\{\{|\{%|<%)")
"""An expression that is the whole content of an element or begins a value of an attribute."""
_PROSE = lazy_pattern("[，。]")
_WHOLE_PAGE = lazy_pattern(r"<(?:!DOCTYPE|html)\b", re.IGNORECASE)
_CODE_BLOCK = lazy_pattern(r"<(?:pre|code)\b", re.IGNORECASE)
_MAX_TEMPLATE_LENGTH = 1 << 16
_MAX_VALUE_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Whether an article is published.

    ``state`` is "" for a published article. ``evidence`` is the key that means the state, unless it is named like it.
    ``changes_at`` is the time, in seconds since 1970, at which the state changes although the file does not, or None.
    """

    state: str = ""
    evidence: str = ""
    changes_at: float | None = None

    @property
    def reason(self) -> str:
        """The reason to leave the article out, or "" for a published one."""
        return f"{self.state} ({self.evidence})" if self.evidence else self.state


PUBLISHED = Publication()


def find_publication(metadata: Metadata, date: datetime | None, settings: Settings, now: float) -> Publication:
    """Return whether an article with this date is published at the time ``now``, in seconds since 1970."""
    if settings.unpublished == "index":
        return PUBLISHED
    for key, value in metadata.items():
        if state := state_of(key, value):
            return Publication(state=state, evidence="" if normal_key(key) == state else key)
    return _scheduled(metadata, date, settings, now)


def is_state_key(key: str) -> bool:
    """Return whether a value of a key can mean a state."""
    return _rule(key[:MAX_KEY_LENGTH]) is not None


def state_of(key: str, value: Any) -> str:
    """Return the state of an article that a key with this value means, or "" if it means that the article is published."""
    rule = _rule(key[:MAX_KEY_LENGTH])
    return "" if rule is None else rule(value)


def is_template(metadata: Metadata) -> bool:
    """Return whether front matter belongs to a template.

    Its title or date is a placeholder expression, or any value is a command of Templater.
    """
    return any(_is_placeholder(key, value) for key, value in metadata.find(_PLACEHOLDER_KEYS)) or any(
        isinstance(value, str)
        and value.startswith("<%")
        and _COMMAND.match(value)
        and _is_expression(value[:_MAX_VALUE_LENGTH])
        for _, value in metadata.items()
    )


def is_template_note(text: str, *, has_title: bool) -> bool:
    """Return whether a text begins with a command of Templater, or with a heading for the title of a note of Obsidian.

    In a text with a title, such as an article of Eleventy, that heading shows it.
    """
    text = text.lstrip()
    return _COMMAND.match(text) is not None or (not has_title and _TITLE_VARIABLE.match(text) is not None)


def is_template_page(html: str, blocks: Sequence[str], *, has_front_matter: bool) -> bool:
    """Return whether an HTML file is a template rather than an article about templates. ``blocks`` are the text in it.

    A file with front matter and prose is a page that Jekyll renders, whatever it includes. A part of a page without front matter
    and prose is a template if an expression stands alone in it.
    """
    html = html.lstrip()
    code = _CODE_BLOCK.search(html)
    end = min(code.start() if code else len(html), _MAX_TEMPLATE_LENGTH)
    has_expressions = _EXPRESSION_START.search(html) is not None
    if has_expressions and _TEMPLATE_PART.search(html, 0, end):
        return True
    if has_front_matter and any(map(_PROSE.search, blocks)):
        return False
    is_part = _WHOLE_PAGE.match(html) is None
    if is_part and _VUE_DIRECTIVE.search(html, 0, end):
        return True
    if is_part and not has_front_matter and _ALONE.search(html, 0, end) and not _PROSE.search(html, 0, end):
        return True
    return has_expressions and _COMMANDS.search(html, 0, end) is not None


def _is_placeholder(key: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        # YAML reads {{ title }} as a mapping whose key is a mapping.
        return bool(value) and all(str(each).startswith("{") and inner is None for each, inner in value.items())
    if not isinstance(value, str) or not _EXPRESSION_START.search(value := value[:_MAX_VALUE_LENGTH]):
        return False
    if normal_key(key) not in TITLE_KEYS:
        return True
    # A title may be about templates: 插值 {{ message }} 的用法.
    return _is_expression(value)


def _is_expression(value: str) -> bool:
    """Return whether a value is an expression without words beside it."""
    return _EXPRESSION.search(value) is not None and not any(map(str.isalpha, _EXPRESSION.sub("", value)))


def _scheduled(metadata: Metadata, date: datetime | None, settings: Settings, now: float) -> Publication:
    """Return the state of an article with a date of publication or expiry."""
    zone = ZoneInfo(settings.zone)
    expiry = next(_times(metadata, _EXPIRY_KEYS, zone), None)
    if expiry is not None and expiry <= now:
        return Publication(state="expired")
    if settings.future == "skip":
        start = max((*_times(metadata, _SCHEDULE_KEYS, zone), date.timestamp() if date else now))
        if start > now:
            return Publication(state="future", changes_at=start)
    return Publication(changes_at=expiry) if expiry else PUBLISHED


def _times(metadata: Metadata, keys: tuple[str, ...], zone: ZoneInfo) -> Iterator[float]:
    """Yield the dates under the keys, in seconds since 1970."""
    for _, value in metadata.find(keys):
        if (moment := read_date(value, zone)) is not None:
            yield moment.timestamp()


_Rule = Callable[[Any], str]
"""A function from a value to the state that it means, or "" for published."""


def _true_rule(state: str, name: str) -> _Rule:
    def rule(value: Any) -> str:
        meaning = as_bool(value)
        if meaning is None and isinstance(value, str):
            # Any other text, such as "to be continued", also means a draft.
            meaning = name == "draft" or (name == "hide" and value.strip().lower() == _HIDE_EVERYWHERE)
        return state if meaning else ""

    return rule


def _false_rule(state: str, name: str) -> _Rule:
    def rule(value: Any) -> str:
        if name == "search" and isinstance(value, Mapping):
            value = not any(as_bool(value.get(key)) for key in ("exclude", "disable"))
        return state if value is not None and value != "" and as_bool(value) is False else ""

    return rule


def _state_rule(value: Any) -> str:
    return _STATE_OF.get(normal_key(value.strip()), "") if isinstance(value, str) else ""


def _type_rule(value: Any) -> str:
    return "draft" if isinstance(value, str) and normal_key(value.strip()) in _DRAFT_TYPES else ""


def _build_rule(value: Any) -> str:
    """Read the build options of Hugo: a page that is never rendered or never listed is not published."""
    if not isinstance(value, Mapping):
        return ""
    options = (value.get(name) for name in ("render", "list") if name in value)
    return "unlisted" if any(each == "never" or as_bool(each) is False for each in options) else ""


_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}
_RULES: dict[str, _Rule] = (
    dict.fromkeys(_STATE_KEYS, _state_rule)
    | dict.fromkeys(_TYPE_KEYS, _type_rule)
    | {name: _true_rule(state, name) for state, names in _TRUE_KEYS.items() for name in names.split()}
    | {name: _false_rule(state, name) for state, names in _FALSE_KEYS.items() for name in names.split()}
    | {"build": _build_rule}
)


@lru_cache(maxsize=4096)  # cached: the articles of an archive share their keys
def _rule(key: str) -> _Rule | None:
    return _RULES.get(normal_key(key))
