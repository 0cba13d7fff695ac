"""Describe the parameters of all URLs: names, meanings and accepted values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import searchlib
from webui.languages import gettext_noop as _
from webui.state import BLANK, MAX_FILTER_VALUES, VALUE_FILTERS

_SPACE = r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
"""The white space that ``str.strip`` removes from a date. Other regular expression dialects give ``\\s`` another meaning."""
_IN_FIGURES = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_IN_WORDS = r"[0-9]{4}年((0?[1-9]|1[0-2])月)?|今年|去年|前年|本月|上个月|本周|上周|今天|昨天|前天"
_DATE = rf"^{_SPACE}({_IN_FIGURES}|{_IN_WORDS})?{_SPACE}$"
"""The usual dates. The library reads further ones, which no regular expression describes."""
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
    text=_("文章的 id，即它相对于文章文件夹的路径，斜线无需转义。"),
    schema={"type": "string", "minLength": 1},
    example="food/tea/gaiwan.md",
    is_path=True,
)
QUERY = Parameter(name="q", text=_("查询，任何文字都有效；留空则列出全部文章，最新的在前。"), example="元宇宙")
TYPED = Parameter(name="q", text=_("已输入的文字，可以是汉字、拼音或拼音首字母。"), example="yuan")
EXPLAIN = Parameter(
    name="explain", text=_("为 1 时返回查询的切分方式和每篇文章的得分明细。"), schema=_FLAG_SCHEMA, example="0"
)
FACETS = Parameter(
    name="facets",
    text=_("为 0 时不统计筛选项，响应更小、更快。"),
    schema=_FLAG_SCHEMA | {"default": "1"},
    example="1",
)
MARKED = Parameter(name="q", text=_("查询；文中会标出匹配处。"), example="元宇宙")
PICTURES = Parameter(name="pictures", text=_("为 1 时加载文章中外部网站的图片。"), example="0")

LOG = Parameter(name="log", text=_("为 0 时不记入查询日志。"), schema=_FLAG_SCHEMA | {"default": "1"}, example="1")
FACET = Parameter(
    name="facet",
    text=_("筛选项。"),
    schema={"type": "string", "enum": [*VALUE_FILTERS]},
    example=VALUE_FILTERS[0],
    is_required=True,
)
MONTH = Parameter(name="month", text=_("只列出这个月的文章，如 2021-11；undated 是没有日期的文章。"))
FIND = Parameter(name="find", text=_("只列出含有这段文字的值。"))

FILTER = "tag"
"""The last filter of every index. Endpoints with this parameter also have the facets of the front matter."""

_REPEATABLE_SCHEMA = {"type": "array", "items": TEXT_SCHEMA, "maxItems": MAX_FILTER_VALUES}

STATE = (
    QUERY,
    Parameter(name="category", text=_("分类；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(name="author", text=_("作者；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(name="tag", text=_("标签；可以重复，各值之间是“或”。"), schema=_REPEATABLE_SCHEMA),
    Parameter(
        name="from",
        text=_("起始日期（含），如 2021、2021-11、2021-11-20、2021年11月或“去年”。其他写法与查询中的日期相同。"),
        schema={"type": "string", "pattern": _DATE},
        example="2021",
    ),
    Parameter(
        name="to",
        text=_("结束日期（含），格式相同。"),
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
        text=_("相似内容合并为一条（fold），还是逐篇列出（show）；默认按网站设置。"),
        schema={"type": "string", "enum": [*searchlib.REPEATS, ""]},
        example=searchlib.REPEATS[0],
    ),
    Parameter(
        name="page",
        text=_("页码，从 1 开始；最多到第 %(limit)s 篇。"),
        values={"limit": f"{searchlib.MAX_DEPTH:,}"},
        schema=_number_schema(1, searchlib.MAX_DEPTH, BLANK.page),
        example=BLANK.page,
    ),
    size(BLANK.size, _("每页篇数。")),
    Parameter(
        name="verbatim",
        text=_("为 1 时严格按输入的文字搜索，不纠错，也不当作拼音。"),
        schema=_FLAG_SCHEMA,
        example="0",
    ),
    Parameter(
        name="literal",
        text=_("为 1 时按字面搜索：减号、NOT、OR、字段名等不作为运算符。"),
        schema=_FLAG_SCHEMA,
        example="0",
    ),
)
"""The state of a search, in the page, the API and the feed. ``with_facets`` adds the filters of the front matter."""

PAGE_STATE = tuple(
    replace(each, schema=TEXT_SCHEMA, example="去年") if each.name in ("from", "to") else each for each in STATE
)
"""The state of a search in the page. Its date fields accept any text, and the page tells how it was understood."""

MATCH_STATE = tuple(each for each in STATE if each.name not in ("sort", "repeats", "page", "size"))
"""The part of the state that decides which articles match."""

FILTERED_QUERY = tuple(each for each in MATCH_STATE if each.name not in ("verbatim", "literal"))
"""A query with filters, and nothing else."""


def with_facets(parameters: Sequence[Parameter], facets: Sequence[str]) -> Iterator[Parameter]:
    """Yield parameters, with those of the facets of the front matter."""
    for each in parameters:
        if each.name == FACET.name:
            yield replace(each, schema={"type": "string", "enum": [*VALUE_FILTERS, *facets]})
            continue
        yield each
        for name in facets if each.name == FILTER else ():
            yield Parameter(
                name=name,
                text=_("%(name)s；可以重复，各值之间是“或”。数和日期可以写成范围，如 1990..2000。"),
                values={"name": name},
                schema=_REPEATABLE_SCHEMA,
            )
