"""Describe the parameters of all URLs: names, meanings and accepted values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import searchlib
from webui.languages import gettext_noop as _
from webui.state import BLANK, MAX_FILTER_VALUES, VALUE_FILTERS

_SPACE = r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
"""The white space that ``str.strip`` removes from a date. Other regular expression dialects give ``\\s`` another meaning."""
_DATE = rf"^{_SPACE}([0-9]{{4}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?{_SPACE}$"
TEXT_SCHEMA = {"type": "string"}
EMPTY = {"type": "string", "enum": [""]}
"""The value of an empty form field."""
_FLAG_SCHEMA = {"type": "string", "enum": ["0", "1", ""], "default": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter. ``values`` are inserted into the translated ``text``. If ``schema`` is an array, it can be repeated."""

    name: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=lambda: dict(TEXT_SCHEMA))
    example: Any = None
    is_path: bool = False
    is_required: bool = False


def budget(default: int) -> Parameter:
    """Return the parameter for the number of characters of passages."""
    return Parameter(
        name="budget",
        text=_("各段合计最多多少字。"),
        schema=_number_schema(1, searchlib.MAX_BUDGET, default),
        example=default,
    )


def _number_schema(minimum: int, maximum: int, default: int) -> dict[str, Any]:
    """Return the schema of a whole number. An empty value counts as missing."""
    number = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return {"anyOf": [number, EMPTY], "default": default}


def size(default: int, text: str) -> Parameter:
    """Return the parameter for the length of a list."""
    return Parameter(name="size", text=text, schema=_number_schema(1, searchlib.MAX_SIZE, default), example=default)


ARTICLE_ID = Parameter(
    name="article_id",
    text=_("文章的 id：它相对于文章目录的路径，其中的斜线可以照写。"),
    schema={"type": "string", "minLength": 1},
    example="food/tea/gaiwan.md",
    is_path=True,
)
QUERY = Parameter(
    name="q", text=_("查询；空的查询列出全部文章，最新的在前。任何文字都是有效的查询。"), example="元宇宙"
)
TYPED = Parameter(name="q", text=_("已经输入的文字，可以是汉字、拼音或拼音首字母。"), example="yuan")
EXPLAIN = Parameter(
    name="explain", text=_("为 1 时说明查询怎样切分，每篇文章的得分从何而来。"), schema=_FLAG_SCHEMA, example="0"
)
MARKED = Parameter(name="q", text=_("查询；文中的匹配处有标记。"), example="元宇宙")
PICTURES = Parameter(name="pictures", text=_("为 1 时载入文章里别的网站上的图片。"), example="0")

LOG = Parameter(name="log", text=_("为 0 时不计入查询的记录。"), schema=_FLAG_SCHEMA | {"default": "1"}, example="1")
FACET = Parameter(
    name="facet",
    text=_("分面。"),
    schema={"type": "string", "enum": [*VALUE_FILTERS]},
    example=VALUE_FILTERS[0],
    is_required=True,
)
MONTH = Parameter(name="month", text=_("只列出这个月的文章，如 2021-11；undated 是没有日期的文章。"))
FIND = Parameter(name="find", text=_("只要含有这些文字的值。"))

_REPEATABLE_SCHEMA = {"type": "array", "items": TEXT_SCHEMA, "maxItems": MAX_FILTER_VALUES}

STATE = (
    QUERY,
    Parameter(name="category", text=_("分类；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(name="author", text=_("作者；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(name="tag", text=_("标签；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(
        name="from",
        text=_("最早的日期，如 2021、2021-11 或 2021-11-20，含当日、当月或当年。"),
        schema={"type": "string", "pattern": _DATE},
        example="2021",
    ),
    Parameter(
        name="to",
        text=_("最晚的日期，写法相同，也含当日、当月或当年。"),
        schema={"type": "string", "pattern": _DATE},
        example="2024-11",
    ),
    Parameter(
        name="sort",
        text=_("排序：相关度、最新或最早。"),
        schema={"type": "string", "enum": [*searchlib.SORTS, ""], "default": BLANK.sort},
        example=BLANK.sort,
    ),
    Parameter(
        name="repeats",
        text=_("内容相近的文章合并为一条（fold），或者逐篇列出（show）；不给时依网站的设置。"),
        schema={"type": "string", "enum": [*searchlib.REPEATS, ""]},
        example=searchlib.REPEATS[0],
    ),
    Parameter(
        name="page",
        text=_("页码，从 1 起；最多翻到第 %(limit)s 篇。"),
        values={"limit": f"{searchlib.MAX_DEPTH:,}"},
        schema=_number_schema(1, searchlib.MAX_DEPTH, BLANK.page),
        example=BLANK.page,
    ),
    size(BLANK.size, _("每页篇数。")),
    Parameter(
        name="verbatim",
        text=_("为 1 时只搜索所输入的文字，不按拼音或改正后的说法去找。"),
        schema=_FLAG_SCHEMA,
        example="0",
    ),
    Parameter(
        name="literal",
        text=_("为 1 时按字面搜索：减号、NOT、OR、字段名等不作运算符。"),
        schema=_FLAG_SCHEMA,
        example="0",
    ),
)
"""The state of a search, in the page, the API and the feed."""

MATCH_STATE = tuple(each for each in STATE if each.name not in ("sort", "repeats", "page", "size"))
"""The part of the state that decides which articles match."""

FILTERED_QUERY = tuple(each for each in MATCH_STATE if each.name not in ("verbatim", "literal"))
"""A query with filters, and nothing else."""
