"""All that programs can ask of the site: what each address takes, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import searchlib
from webui.api import feeds, parameters, schemas
from webui.api.endpoints import SIMILAR, SUGGESTIONS
from webui.api.parameters import Parameter
from webui.http import metrics
from webui.languages import gettext_noop as _

JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: its media type and, where that is JSON, the model that it holds. Texts are to be translated."""

    text: str
    media_type: str = JSON
    model: type[searchlib.Model] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one address gives to GET; ``answers`` are by status, and ``changes`` says that they change with the index."""

    endpoint: str
    group: str
    summary: str
    text: str = ""
    parameters: tuple[Parameter, ...] = ()
    answers: Mapping[int, Answer] = field(default_factory=dict)
    changes: bool = True


_SEARCHING = _("搜索")
_PAGES = _("网页")
_SUBSCRIBING = _("订阅与浏览器")
_SERVICE = _("运行状况")


def _errors(media_type: str, *, parameters: bool = False, article: bool = False) -> dict[int, Answer]:
    """The errors of what searches the index: for programs in JSON, for readers as a page."""
    model = schemas.Error if media_type == JSON else None
    said = {
        **({400: _("一个参数不对；答案说明是哪一个，可以怎样写。")} if parameters else {}),
        **({404: _("没有这篇文章。")} if article else {}),
        503: _("还没有索引（code 为 no_index），索引不能使用（unusable_index），或者搜索超过了规定的时间（timeout）。"),
    }
    return {status: Answer(text=text, media_type=media_type, model=model) for status, text in said.items()}


OPERATIONS = (
    Operation(
        endpoint="api.search_articles",
        group=_SEARCHING,
        summary=_("搜索文章"),
        text=_("结果、分面和通往下一步的地址：每个分面值、前后页、去掉每个筛选条件。"),
        parameters=(*parameters.STATE, parameters.EXPLAIN, parameters.LOG),
        answers={200: Answer(text=_("找到的文章。"), model=schemas.SearchResults), **_errors(JSON, parameters=True)},
    ),
    Operation(
        endpoint="api.suggest",
        group=_SEARCHING,
        summary=_("补全输入"),
        text=_("标题、分类、标签、作者、词语和短语，按汉字、拼音、首字母或它们的混合。"),
        parameters=(parameters.TYPED, parameters.size(SUGGESTIONS, _("最多几条。"))),
        answers={200: Answer(text=_("补全的建议。"), model=schemas.Suggestions), **_errors(JSON, parameters=True)},
    ),
    Operation(
        endpoint="api.get_article",
        group=_SEARCHING,
        summary=_("读一篇文章"),
        parameters=(parameters.ARTICLE_ID,),
        answers={200: Answer(text=_("这篇文章。"), model=schemas.Article), **_errors(JSON, article=True)},
    ),
    Operation(
        endpoint="api.similar",
        group=_SEARCHING,
        summary=_("找相似的文章"),
        parameters=(parameters.ARTICLE_ID, parameters.size(SIMILAR, _("最多几篇。"))),
        answers={
            200: Answer(text=_("最相似的文章。"), model=schemas.SimilarResults),
            **_errors(JSON, parameters=True, article=True),
        },
    ),
    Operation(
        endpoint="feeds.feed",
        group=_SUBSCRIBING,
        summary=_("一次搜索的 Atom 订阅"),
        text=_("参数与搜索相同；不给排序时最新的在前。"),
        parameters=parameters.STATE,
        answers={200: Answer(text=_("订阅。"), media_type=feeds.FEED), **_errors(HTML, parameters=True)},
    ),
    Operation(
        endpoint="feeds.description",
        group=_SUBSCRIBING,
        summary=_("OpenSearch 描述"),
        text=_("浏览器凭它把本站加为搜索引擎。"),
        answers={200: Answer(text=_("描述。"), media_type=feeds.DESCRIPTION)},
        changes=False,
    ),
    Operation(
        endpoint="feeds.suggest",
        group=_SUBSCRIBING,
        summary=_("浏览器搜索框里的补全"),
        text=_("OpenSearch 的形式：一个数组，先是输入的文字，再是补全、说明和地址。"),
        parameters=(parameters.TYPED,),
        answers={200: Answer(text=_("补全的建议。"), media_type=feeds.SUGGESTIONS), **_errors(HTML)},
    ),
    Operation(
        endpoint="search.show",
        group=_PAGES,
        summary=_("搜索页"),
        parameters=(*parameters.STATE, parameters.LOG),
        answers={200: Answer(text=_("网页。"), media_type=HTML), **_errors(HTML, parameters=True)},
    ),
    Operation(
        endpoint="values.show",
        group=_PAGES,
        summary=_("一个分面的全部值"),
        text=_("一次搜索之下的全部分类、作者或标签，或其中含有某些文字的。"),
        parameters=(parameters.FACET, parameters.FIND, *parameters.FOUND),
        answers={200: Answer(text=_("网页。"), media_type=HTML), **_errors(HTML, parameters=True)},
    ),
    Operation(
        endpoint="article.show",
        group=_PAGES,
        summary=_("文章页"),
        text=_("还可以带上搜索页的其他参数，页上就有链接返回那次搜索。"),
        parameters=(parameters.ARTICLE_ID, parameters.MARKED, parameters.PICTURES),
        answers={200: Answer(text=_("网页。"), media_type=HTML), **_errors(HTML, article=True)},
    ),
    Operation(
        endpoint="docs.page",
        group=_PAGES,
        summary=_("本说明"),
        answers={200: Answer(text=_("网页。"), media_type=HTML)},
        changes=False,
    ),
    Operation(
        endpoint="docs.document",
        group=_SERVICE,
        summary=_("本说明的 OpenAPI 3.1 文档"),
        answers={200: Answer(text=_("文档。"))},
        changes=False,
    ),
    Operation(
        endpoint="api.health",
        group=_SERVICE,
        summary=_("能否搜索"),
        answers={
            200: Answer(text=_("可以搜索。"), model=schemas.Health),
            503: Answer(text=_("不能搜索，原因如答案所说。"), model=schemas.Trouble),
        },
        changes=False,
    ),
    Operation(
        endpoint="metrics.show",
        group=_SERVICE,
        summary=_("Prometheus 指标"),
        text=_("请求数、搜索用时和索引的代次与篇数；其中没有查询的文字。"),
        answers={200: Answer(text=_("指标。"), media_type=metrics.MEDIA_TYPE)},
        changes=False,
    ),
)
