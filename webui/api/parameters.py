"""What every parameter of a URL is called, means and may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import searchlib
from webui.languages import gettext_noop as _
from webui.state import BLANK, MOST_VALUES, VALUE_FILTERS

_SPACE = r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
"""What is taken off a date that was typed: to Python it is white space, and no shorter pattern says the same everywhere."""
_DATE = rf"^{_SPACE}([0-9]{{4}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?{_SPACE}$"
_TEXT = {"type": "string"}
EMPTY = {"type": "string", "enum": [""]}
"""What a form sends of a field that nobody filled in."""
_FLAG = {"type": "string", "enum": ["0", "1", ""], "default": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: ``schema`` is what it may be, as JSON Schema; an array is given by repeating the parameter.

    ``text`` is to be translated, with ``values`` in the places of the names in it.
    """

    name: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=lambda: dict(_TEXT))
    example: Any = None
    is_path: bool = False
    is_required: bool = False


def _number(least: int, most: int, default: int) -> dict[str, Any]:
    """A whole number; as in every form, an empty one counts as none."""
    number = {"type": "integer", "minimum": least, "maximum": most}
    return {"anyOf": [number, EMPTY], "default": default}


def size(default: int, text: str) -> Parameter:
    """How long a list is to be."""
    return Parameter(name="size", text=text, schema=_number(1, searchlib.MAX_SIZE, default), example=default)


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
    name="explain", text=_("为 1 时说明查询怎样切分，每篇文章的得分从何而来。"), schema=_FLAG, example="0"
)
MARKED = Parameter(name="q", text=_("查询；文中的匹配处有标记。"), example="元宇宙")
PICTURES = Parameter(name="pictures", text=_("为 1 时载入文章里别的网站上的图片。"), example="0")

LOG = Parameter(name="log", text=_("为 0 时不计入查询的记录。"), schema=_FLAG | {"default": "1"}, example="1")
FACET = Parameter(
    name="facet",
    text=_("分面。"),
    schema={"type": "string", "enum": [*VALUE_FILTERS]},
    example=VALUE_FILTERS[0],
    is_required=True,
)
FIND = Parameter(name="find", text=_("只要含有这些文字的值。"))

_MANY = {"type": "array", "items": _TEXT, "maxItems": MOST_VALUES}

STATE = (
    QUERY,
    Parameter(name="category", text=_("分类；可以重复，各值之间是“或”。"), schema=_MANY),
    Parameter(name="author", text=_("作者；可以重复，各值之间是“或”。"), schema=_MANY),
    Parameter(name="tag", text=_("标签；可以重复，各值之间是“或”。"), schema=_MANY),
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
        schema=_number(1, searchlib.MAX_DEPTH, BLANK.page),
        example=BLANK.page,
    ),
    size(BLANK.size, _("每页篇数。")),
    Parameter(
        name="verbatim",
        text=_("为 1 时只搜索所输入的文字，不按拼音或改正后的说法去找。"),
        schema=_FLAG,
        example="0",
    ),
)
"""The state of a search, as the page, the API and the feed take it."""

FOUND = tuple(each for each in STATE if each.name not in ("sort", "repeats", "page", "size"))
"""Those of the state that decide what is found."""
