"""Answer what went wrong: in JSON under /api/, as a page elsewhere."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

import searchlib
from webui.pages import render_page
from webui.shared_index import index_place
from webui.state import SearchState, parse_state
from webui.urls import search_url

_HTTP_NAMES = {"date_from": "from", "date_to": "to"}
"""The library's parameters that are called otherwise in a URL."""

_DATE_RULE = "日期请写成 2021、2021-11 或 2021-11-20。"
_RULES = {
    "from": ("开始日期", _DATE_RULE),
    "to": ("结束日期", _DATE_RULE),
    "sort": ("排序", "可以是 relevance（相关度）、newest（最新）或 oldest（最早）。"),
    "page": ("页码", f"页码是从 1 起的整数，最多翻到第 {searchlib.MAX_DEPTH:,} 篇；要找更靠后的文章，请缩小范围。"),
    "size": ("每页篇数", f"每页篇数是 1 到 {searchlib.MAX_SIZE} 的整数。"),
}
"""What each parameter of a page is called, and what it may be."""

_HTTP_ERRORS = {
    404: ("没有这一页", "地址也许写错了，也许已经改变。"),
    405: ("不能这样访问", "这里的网页只供阅读。"),
    500: ("出错了", "服务器遇到了意外的错误，已记入日志。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that went wrong: for machines ``code``, ``message`` and ``parameter``, for readers the rest."""

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
    """Answer every error of the library and of HTTP."""
    app.register_error_handler(searchlib.SearchlibError, _library_error)
    app.register_error_handler(HTTPException, _http_error)


def _library_error(error: searchlib.SearchlibError) -> Response:
    if isinstance(error, searchlib.ParameterError):
        return _answer(_bad_parameter(error))
    if isinstance(error, searchlib.UnknownArticleError):
        return _answer(
            Problem(
                status=404,
                code="unknown_article",
                message=str(error),
                parameter="id",
                heading="没有这篇文章",
                explanation="它也许已被移走或改名。可以在上面的搜索框里查找它的标题。",
                detail=error.article_id,
                detail_label="要找的是：",
            )
        )
    if isinstance(error, searchlib.NoIndexError):
        place = shlex.quote(index_place())
        return _answer(
            Problem(
                status=503,
                code="no_index",
                message=f"{error} (run: searchlib build ARTICLES --index {place})",
                heading="还没有索引",
                explanation="先为文章目录建立索引，然后刷新这一页，不必重新启动：",
                command=f"searchlib build 文章目录 --index {place}",
            )
        )
    if isinstance(error, searchlib.SearchTimeoutError):
        return _answer(
            Problem(
                status=503,
                code="timeout",
                message=str(error),
                heading="搜索超时",
                explanation=f"这次搜索用了 {error.seconds:.1f} 秒还没有做完，已经停下。请换简单一些的说法，或者稍后再试。",
            )
        )
    if isinstance(error, searchlib.IndexUnavailableError):
        return _answer(
            Problem(
                status=503,
                code="unavailable",
                message=str(error),
                heading="搜索暂时不可用",
                explanation="存放索引的 OpenSearch 集群现在没有应答。请稍后再试；管理员可以检查集群是否在运行，原因如下：",
                detail=str(error),
            )
        )
    unusable = isinstance(error, searchlib.IndexMismatchError | searchlib.IndexDamagedError)
    return _answer(
        Problem(
            status=503 if unusable else 500,
            code="unusable_index" if unusable else "internal_error",
            message=str(error),
            heading="索引不能使用" if unusable else "出错了",
            explanation="需要管理员处理，原因如下：",
            detail=str(error),
        )
    )


def _bad_parameter(error: searchlib.ParameterError) -> Problem:
    name = _HTTP_NAMES.get(error.parameter, error.parameter)
    label, rule = _RULES.get(name, (name, ""))
    return Problem(
        status=400,
        code=error.code,
        message=f"{name}{str(error).removeprefix(error.parameter)}" if name != error.parameter else str(error),
        parameter=name,
        heading=f"{label}不对",
        explanation=rule,
        detail=request.args.get(name, ""),
        detail_label="这里写的是：",
    )


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    heading, explanation = _HTTP_ERRORS.get(status, ("这个请求无法完成", error.name))
    problem = Problem(
        status=status,
        code=error.name.lower().replace(" ", "_"),
        message=error.description or error.name,
        heading=heading,
        explanation=explanation,
    )
    response = _answer(problem)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _answer(problem: Problem) -> Response:
    if request.path.startswith("/api/") or request.path == "/healthz":
        error = {"code": problem.code, "message": problem.message, "parameter": problem.parameter}
        response = jsonify(error=error)
    else:
        state = _state_without(problem.parameter)
        page = render_page("error.html", state, problem=problem, without_url=search_url(state))
        response = make_response(page)
    response.status_code = problem.status
    return response


def _state_without(parameter: str | None) -> SearchState:
    """The state that the request describes, but for a parameter that is wrong."""
    args = MultiDict(request.args)
    if parameter:
        args.poplist(parameter)
    try:
        return parse_state(args)
    except searchlib.ParameterError:
        return SearchState(query=args.get("q", "").strip())
