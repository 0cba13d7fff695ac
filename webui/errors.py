"""Turn errors into responses: JSON under /api/, a page elsewhere."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

import searchlib
from webui.api.schemas import Error, ErrorDetail
from webui.languages import gettext
from webui.pages.links import Link, search_link
from webui.pages.render import render_page
from webui.shared_index import index_facets, index_location
from webui.state import BLANK, MAX_FILTER_CHARACTERS, MAX_FILTER_VALUES, VALUE_FILTERS, SearchState, parse_state
from webui.urls import PARAMETER_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error. Programs get ``code``, ``message`` and ``parameter``; readers get the other texts."""

    status: int
    code: str
    message: str
    parameter: str | None = None
    heading: str
    explanation: str
    command: str = ""
    detail: str = ""
    detail_label: str = ""


def init_app(app: Flask) -> None:
    """Handle all errors of the library and of HTTP."""
    app.register_error_handler(searchlib.SearchlibError, lambda error: _response(_library_problem(error)))
    app.register_error_handler(HTTPException, _http_response)


def _library_problem(error: searchlib.SearchlibError) -> Problem:
    if isinstance(error, searchlib.ParameterError):
        return _parameter_problem(error)
    if isinstance(error, searchlib.UnknownArticleError):
        return Problem(
            status=404,
            code="unknown_article",
            message=str(error),
            parameter="id",
            heading=gettext("没有这篇文章"),
            explanation=gettext("文章可能已被移动或改名。可以在上方搜索它的标题。"),
            detail=error.article_id,
            detail_label=gettext("要找的文章："),
        )
    if isinstance(error, searchlib.NoIndexError):
        location = shlex.quote(index_location())
        return Problem(
            status=503,
            code="no_index",
            message=f"{error} (run: searchlib build ARTICLES --index {location})",
            heading=gettext("还没有索引"),
            explanation=gettext("请先为文章文件夹建立索引，然后刷新本页。服务器无需重启："),
            command=gettext("searchlib build 文章文件夹 --index %(location)s", location=location),
        )
    if isinstance(error, searchlib.SearchTimeoutError):
        return Problem(
            status=503,
            code="timeout",
            message=str(error),
            heading=gettext("搜索超时"),
            explanation=gettext(
                "搜索超过 %(seconds)s 秒，已停止。请简化查询，或稍后再试。",
                seconds=f"{error.seconds:.1f}",
            ),
        )
    if isinstance(error, searchlib.IndexUnavailableError):
        return Problem(
            status=503,
            code="unavailable",
            message=str(error),
            heading=gettext("搜索暂时不可用"),
            explanation=gettext("本站的 OpenSearch 集群暂时不可用，请稍后再试。供管理员参考的原因："),
            detail=str(error),
        )
    is_unusable = isinstance(error, searchlib.IndexMismatchError | searchlib.IndexDamagedError)
    return Problem(
        status=503 if is_unusable else 500,
        code="unusable_index" if is_unusable else "internal_error",
        message=str(error),
        heading=gettext("索引不可用") if is_unusable else gettext("出错了"),
        explanation=gettext("需要管理员处理，原因："),
        detail=str(error),
    )


def _parameter_problem(error: searchlib.ParameterError) -> Problem:
    is_known = error.code != "unknown_parameter"
    name = PARAMETER_NAMES.get(error.parameter, error.parameter) if is_known else error.parameter
    heading, rule = _parameter_texts().get(name, (gettext("参数 %(name)s 有误", name=name), ""))
    return Problem(
        status=400,
        code=error.code,
        message=f"{name}{str(error).removeprefix(error.parameter)}" if name != error.parameter else str(error),
        parameter=name,
        heading=heading,
        explanation=rule,
        detail=request.args.get(name, ""),
        detail_label=gettext("当前值："),
    )


def _parameter_texts() -> dict[str, tuple[str, str]]:
    """Return the heading of a wrong parameter and the values that it accepts, by name."""
    dates = gettext("日期可以写成 2021、2021-11、2021-11-20、2021年11月或“去年”。")
    pages = gettext(
        "页码应为不小于 1 的整数，最多显示到第 %(limit)s 篇。请缩小范围以查看更多文章。",
        limit=f"{searchlib.MAX_DEPTH:,}",
    )
    filters = gettext(
        "筛选条件合计最多 %(values)s 个、%(characters)s 个字符。",
        values=MAX_FILTER_VALUES,
        characters=f"{MAX_FILTER_CHARACTERS:,}",
    )
    return {
        "from": (gettext("开始日期有误"), dates),
        "to": (gettext("结束日期有误"), dates),
        "sort": (gettext("排序方式有误"), gettext("取值为 relevance（相关度）、newest（最新）或 oldest（最早）。")),
        "page": (gettext("页码有误"), pages),
        "size": (gettext("每页篇数有误"), gettext("每页篇数应为 1 到 %(limit)s 的整数。", limit=searchlib.MAX_SIZE)),
        "repeats": (gettext("相似内容的选项有误"), gettext("取值为 fold（合并）或 show（全部列出）。")),
        "facet": (gettext("筛选项有误"), gettext("取值为 category（分类）、author（作者）或 tag（标签）。")),
        "days": (gettext("天数有误"), gettext("天数应为不小于 1 的整数。")),
        **{
            name: (gettext("参数 %(name)s 有误", name=name), gettext("取值为 0 或 1。"))
            for name in ("verbatim", "literal", "log")
        },
        **dict.fromkeys((*VALUE_FILTERS, *index_facets()), (gettext("筛选条件太多"), filters)),
    }


def _http_response(error: HTTPException) -> Response:
    status = error.code or 500
    heading, explanation = _http_texts().get(status, (gettext("无法完成请求"), error.name))
    response = _response(
        Problem(
            status=status,
            code=error.name.lower().replace(" ", "_"),
            message=error.description or error.name,
            heading=heading,
            explanation=explanation,
        )
    )
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _http_texts() -> dict[int, tuple[str, str]]:
    return {
        404: (gettext("没有这一页"), gettext("地址可能有误，或者已经更改。")),
        413: (gettext("请求太大"), gettext("本站只读，不接收数据。")),
        421: (
            gettext("这不是本站的地址"),
            gettext("请用本站的地址访问。管理员可以在设置项 allowed_hosts 中添加主机名。"),
        ),
        405: (gettext("不支持这种访问方式"), gettext("本站只读。")),
        500: (gettext("出错了"), gettext("服务器发生意外错误，已记入日志。")),
    }


def _response(problem: Problem) -> Response:
    if request.path.startswith("/api/") or request.path == "/healthz":
        detail = ErrorDetail(code=problem.code, message=problem.message, parameter=problem.parameter)
        response = jsonify(Error(error=detail).to_dict())
    else:
        state = _state_without(problem.parameter)
        page = render_page("error.html", state, problem=problem, link=_next_link(problem, state))
        response = make_response(page)
    response.status_code = problem.status
    return response


def _next_link(problem: Problem, state: SearchState) -> Link | None:
    """Return the link below the error; None if no search can work."""
    if problem.status == 400:
        return search_link(gettext("去掉这个条件，重新搜索"), state)
    return None if problem.status == 503 else search_link(gettext("查看全部文章"), BLANK)


def _state_without(parameter: str | None) -> SearchState:
    args = MultiDict(request.args)
    if parameter:
        args.poplist(parameter)
    try:
        return parse_state(args, index_facets())
    except searchlib.ParameterError:
        return SearchState(query=args.get("q", "").strip())
