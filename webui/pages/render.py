"""Render a page in the frame that all pages share: the head and the search box."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from webui.http.timing import timed
from webui.languages import gettext
from webui.state import SearchState
from webui.urls import hidden_fields

_PAGES_WITHOUT_FILTERS = ("article.html", "values.html")
"""The pages that belong to a search but do not display its filters. A search from their search box starts without filters."""


def site_title() -> str:
    """Return the title of the site from the settings, or a default in the page's language."""
    return current_app.config["SITE_TITLE"] or gettext("文章搜索")


def render_page(template: str, state: SearchState, **context: Any) -> str:
    """Render a page whose search box contains the state."""
    box_state = state.without_filters() if template in _PAGES_WITHOUT_FILTERS else state
    with timed("render"):
        return render_template(
            template,
            state=state,
            box_fields=hidden_fields(box_state, "q", "verbatim", "literal"),
            site_title=site_title(),
            script_texts=_script_texts(),
            **context,
        )


def _script_texts() -> dict[str, str]:
    """Return the texts of search.js. The script replaces the names in braces."""
    return {
        "title": gettext("标题"),
        "category": gettext("分类"),
        "tag": gettext("标签"),
        "author": gettext("作者"),
        "word": gettext("词语"),
        "phrase": gettext("短语"),
        "recent": gettext("最近搜索"),
        "clear": gettext("清除搜索记录"),
        "suggestions": gettext("搜索建议"),
        "previous": gettext("上一处"),
        "next": gettext("下一处"),
        "key": gettext("按 {key} 键"),
        "keysOff": gettext("关闭单键快捷键（/ n p）"),
        "keysOn": gettext("启用单键快捷键（/ n p）"),
        "failed": gettext("结果加载失败，请按回车键重试。"),
        "match": gettext("第 {number} 处，共 {count} 处"),
        "histogram": gettext("各时期的文章数。用左右方向键选择，按住 Shift 选择一段，按回车键确定。"),
    }
