"""Describe every endpoint of the site: its parameters and responses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import searchlib
from webui.api import embed, feeds, parameters, robots, schemas, sitemap
from webui.api.parameters import Parameter
from webui.api.views import DEFAULT_BUDGET, DEFAULT_SIMILAR, DEFAULT_SUGGESTIONS
from webui.http import metrics
from webui.languages import gettext_noop as _

JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec:
    """A response: a description to translate, the media type and, for JSON, the model of the body."""

    text: str
    media_type: str = JSON
    model: type[searchlib.Model] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A GET endpoint: its name in Flask, texts to translate, parameters, and the response if nothing is wrong.

    ``has_etag`` tells that the response depends on the index and has an ETag. ``failure`` is the response if the
    index cannot be searched, for an endpoint that reports this.
    """

    name: str
    group: str
    summary: str
    text: str = ""
    parameters: tuple[Parameter, ...] = ()
    response: ResponseSpec
    failure: ResponseSpec | None = None
    has_etag: bool = True

    @property
    def responses(self) -> dict[int, ResponseSpec]:
        """The responses by status. Errors are JSON in the API, and a page elsewhere."""
        responses = {200: self.response}
        if self.failure:
            responses[503] = self.failure
        if not self.has_etag:
            return responses
        is_api = self.name.startswith("api.")
        error = partial(ResponseSpec, media_type=JSON if is_api else HTML, model=schemas.Error if is_api else None)
        if any(map(_can_be_wrong, self.parameters)):
            responses[400] = error(text=_("参数有误；响应会指出是哪一个，以及应当怎样填写。"))
        if parameters.ARTICLE_ID in self.parameters:
            responses[404] = error(text=_("没有这篇文章。"))
        responses[503] = error(text=_("没有索引（no_index）、索引不可用（unusable_index）或搜索超时（timeout）。"))
        return responses


def _can_be_wrong(parameter: Parameter) -> bool:
    return parameter.schema != parameters.TEXT_SCHEMA and not parameter.is_path


_SEARCH_GROUP = _("搜索")
_PAGE_GROUP = _("网页")
_FEED_GROUP = _("订阅与浏览器")
_STATUS_GROUP = _("运行状况")

ENDPOINTS = (
    Endpoint(
        name="api.search_articles",
        group=_SEARCH_GROUP,
        summary=_("搜索文章"),
        text=_("返回结果、各筛选项，以及后续操作的地址：选择筛选项、翻页、去掉筛选条件。"),
        parameters=(*parameters.STATE, parameters.EXPLAIN, parameters.FACETS, parameters.LOG),
        response=ResponseSpec(text=_("找到的文章。"), model=schemas.SearchResults),
    ),
    Endpoint(
        name="api.suggest",
        group=_SEARCH_GROUP,
        summary=_("输入补全"),
        text=_("标题、分类、标签、作者、词语和短语，可用汉字、拼音、首字母或混合输入。"),
        parameters=(parameters.TYPED, parameters.size(DEFAULT_SUGGESTIONS, _("最多返回的条数。"))),
        response=ResponseSpec(text=_("补全建议。"), model=schemas.Suggestions),
    ),
    Endpoint(
        name="api.passages",
        group=_SEARCH_GROUP,
        summary=_("查找能回答问题的段落"),
        text=_("全部文章中最相关的段落，都是完整的段，彼此不重复，合计不超过规定的字数。"),
        parameters=(*parameters.FILTERED_QUERY, parameters.budget(DEFAULT_BUDGET)),
        response=ResponseSpec(text=_("段落，最相关的在前。"), model=schemas.Passages),
    ),
    Endpoint(
        name="api.get_article",
        group=_SEARCH_GROUP,
        summary=_("读取一篇文章"),
        parameters=(parameters.ARTICLE_ID,),
        response=ResponseSpec(text=_("这篇文章。"), model=schemas.Article),
    ),
    Endpoint(
        name="api.similar",
        group=_SEARCH_GROUP,
        summary=_("查找相似文章"),
        parameters=(parameters.ARTICLE_ID, parameters.size(DEFAULT_SIMILAR, _("最多返回的篇数。"))),
        response=ResponseSpec(text=_("最相似的文章。"), model=schemas.SimilarResults),
    ),
    Endpoint(
        name="feeds.feed",
        group=_FEED_GROUP,
        summary=_("搜索结果的 Atom 订阅"),
        text=_("参数与搜索相同；默认最新的在前。"),
        parameters=parameters.STATE,
        response=ResponseSpec(text=_("订阅。"), media_type=feeds.FEED_TYPE),
    ),
    Endpoint(
        name="feeds.description",
        group=_FEED_GROUP,
        summary=_("OpenSearch 描述"),
        text=_("浏览器据此把本站添加为搜索引擎。"),
        response=ResponseSpec(text=_("描述。"), media_type=feeds.DESCRIPTION_TYPE),
        has_etag=False,
    ),
    Endpoint(
        name="feeds.suggest",
        group=_FEED_GROUP,
        summary=_("浏览器搜索框的补全"),
        text=_("OpenSearch 格式的数组，依次是输入的文字、补全、说明和地址。"),
        parameters=(parameters.TYPED,),
        response=ResponseSpec(text=_("补全建议。"), media_type=feeds.SUGGESTIONS_TYPE),
    ),
    Endpoint(
        name="search.show",
        group=_PAGE_GROUP,
        summary=_("搜索页"),
        parameters=(*parameters.PAGE_STATE, parameters.LOG),
        response=ResponseSpec(text=_("网页。"), media_type=HTML),
    ),
    Endpoint(
        name="values.show",
        group=_PAGE_GROUP,
        summary=_("一个筛选项的全部值"),
        text=_("一次搜索结果中的全部分类、作者或标签，或者其中含有指定文字的。"),
        parameters=(parameters.FACET, parameters.FIND, *parameters.MATCH_STATE),
        response=ResponseSpec(text=_("网页。"), media_type=HTML),
    ),
    Endpoint(
        name="article.show",
        group=_PAGE_GROUP,
        summary=_("文章页"),
        text=_("可以带上搜索页的其他参数，页面上会有返回该搜索的链接。"),
        parameters=(parameters.ARTICLE_ID, parameters.MARKED, parameters.PICTURES),
        response=ResponseSpec(text=_("网页。"), media_type=HTML),
    ),
    Endpoint(
        name="embed.script",
        group=_PAGE_GROUP,
        summary=_("可嵌入其他网页的搜索框"),
        text=_("一个定义 `searchlib-box` 元素的脚本；设置项 cors_origins 列出可以嵌入它的网站。"),
        response=ResponseSpec(text=_("脚本。"), media_type=embed.SCRIPT_TYPE),
        has_etag=False,
    ),
    Endpoint(
        name="docs.page",
        group=_PAGE_GROUP,
        summary=_("本文档"),
        response=ResponseSpec(text=_("网页。"), media_type=HTML),
        has_etag=False,
    ),
    Endpoint(
        name="docs.document",
        group=_STATUS_GROUP,
        summary=_("OpenAPI 3.1 文档"),
        response=ResponseSpec(text=_("文档。")),
        has_etag=False,
    ),
    Endpoint(
        name="api.health",
        group=_STATUS_GROUP,
        summary=_("健康检查"),
        response=ResponseSpec(text=_("可以搜索。"), model=schemas.Health),
        failure=ResponseSpec(text=_("暂时不能搜索，原因见响应。"), model=schemas.Trouble),
        has_etag=False,
    ),
    Endpoint(
        name="robots.show",
        group=_STATUS_GROUP,
        summary=_("爬虫规则"),
        text=_("允许收录文章，不允许收录搜索结果。"),
        response=ResponseSpec(text=_("规则。"), media_type=robots.TEXT_TYPE),
        has_etag=False,
    ),
    Endpoint(
        name="sitemap.show",
        group=_STATUS_GROUP,
        summary=_("全部文章的网站地图"),
        text=_("按月份列出；需用设置项 sitemap 启用。"),
        parameters=(parameters.MONTH,),
        response=ResponseSpec(text=_("网站地图。"), media_type=sitemap.XML_TYPE),
        has_etag=False,
    ),
    Endpoint(
        name="metrics.show",
        group=_STATUS_GROUP,
        summary=_("Prometheus 指标"),
        text=_("请求数、搜索用时，以及索引的版本与篇数；不含查询内容。"),
        response=ResponseSpec(text=_("指标。"), media_type=metrics.MEDIA_TYPE),
        has_etag=False,
    ),
)
