"""Offer an index to assistants as tools of the Model Context Protocol. All tools only read."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from inspect import cleandoc
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field

import searchlib
from searchlib.models import Sort, plain_text

MAX_LINES = 2_000
"""Maximum lines of an article that one call of ``get`` returns."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The hosts that requests over HTTP may name."""

Values = Annotated[list[str] | str | None, Field(description="One value, or several of which one must hold.")]
Filters = Annotated[
    dict[str, list[str] | str] | None,
    Field(description="Facets of the archive and their values. A value can be a range like 1990..2000 or >=4."),
]
Day = Annotated[str | None, Field(description="A day, month or year like 2021-11-20, 2021-11, 2021 or 去年.")]
Order = Annotated[Sort, Field(description="The order of the articles.")]
ArticleId = Annotated[str, Field(description="The id of an article, as other tools return it.")]
Budget = Annotated[int, Field(description="The maximum number of characters of all passages together.")]
FirstLine = Annotated[int, Field(description="The first line of the text to return, counted from 1.")]
LastLine = Annotated[int | None, Field(description=f"The last line. A call returns at most {MAX_LINES:,} lines.")]

_INSTRUCTIONS = (
    "Search a collection of Chinese articles. Ask `passages` for text that answers a question. `search` lists articles, "
    '`get` reads one, whole or some of its lines. Queries may be Chinese words, a question, a "quoted phrase" or pinyin.'
)


def serve_stdio(index: str | os.PathLike[str]) -> None:
    """Serve the tools over stdin and stdout until the client closes them."""
    with searchlib.open_index(index) as opened:
        make_server(opened).run()


def serve_http(index: str | os.PathLike[str], *, port: int) -> None:
    """Serve the tools as streamable HTTP at ``http://127.0.0.1:port/mcp`` until a signal ends the process.

    Requests that name another host, and those of pages of another origin, are refused.
    """
    security = TransportSecuritySettings(
        allowed_hosts=[f"{host}:{port}" for host in LOOPBACK],
        allowed_origins=[f"http://{host}:{port}" for host in LOOPBACK],
    )
    with searchlib.open_index(index) as opened:
        make_server(opened).run("streamable-http", host="127.0.0.1", port=port, transport_security=security)


def make_server(index: searchlib.Index) -> MCPServer:
    """Return a server with the tools of an index."""
    server: MCPServer = MCPServer(
        "searchlib", instructions=_INSTRUCTIONS, version=searchlib.__version__, log_level="WARNING"
    )
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def tool(function: Callable[..., Any]) -> Callable[..., Any]:
        server.add_tool(function, description=cleandoc(function.__doc__ or ""), annotations=read_only)
        return function

    @tool
    def search(
        query: str = "",
        category: Values = None,
        author: Values = None,
        tag: Values = None,
        filters: Filters = None,
        date_from: Day = None,
        date_to: Day = None,
        sort: Order = "relevance",
        page: int = 1,
        size: int = 10,
    ) -> dict[str, Any]:
        """List the articles that match a query, with snippets. The notes say how the query was read."""
        results = _result_of(
            lambda: index.search(
                query,
                category=category or (),
                author=author or (),
                tag=tag or (),
                filters=filters,
                date_from=date_from,
                date_to=date_to,
                sort=sort,
                page=page,
                size=size,
                facets=False,
                corrected=True,
            )
        )
        return {
            "total": results.total,
            "searched": results.searched,
            "correction": results.correction,
            "notes": [note.english for note in results.notes],
            "hits": [_hit(hit) for hit in results],
        }

    @tool
    def passages(
        query: str,
        budget: Budget = 4000,
        category: Values = None,
        author: Values = None,
        tag: Values = None,
        filters: Filters = None,
        date_from: Day = None,
        date_to: Day = None,
    ) -> list[dict[str, Any]]:
        """Return the passages of all articles that best answer a question.

        The line of a passage is the number of its first line in its article, for the tool `get`.
        """
        chosen = _result_of(
            lambda: index.passages(
                query,
                budget=budget,
                category=category or (),
                author=author or (),
                tag=tag or (),
                filters=filters,
                date_from=date_from,
                date_to=date_to,
            )
        )
        return [passage.to_dict() for passage in chosen]

    @tool
    def get(id: ArticleId, first_line: FirstLine = 1, last_line: LastLine = None) -> dict[str, Any]:
        """Read an article: its metadata and its text, whole or some of its lines."""
        article = _result_of(lambda: index.get(id))
        lines = article.body.split("\n")
        if first_line < 1 or first_line > len(lines):
            raise ToolError(f"first_line must be from 1 to {len(lines)}, not {first_line}")
        last = min(len(lines) if last_line is None else last_line, first_line + MAX_LINES - 1)
        return {
            "id": article.id,
            "title": article.title,
            "date": _day(article.date),
            "author": article.author,
            "categories": list(article.categories),
            "tags": list(article.tags),
            "url": index.original_url(article),
            "lines": len(lines),
            "first_line": first_line,
            "text": "\n".join(lines[first_line - 1 : last]),
        }

    @tool
    def similar(id: ArticleId, size: int = 10) -> list[dict[str, Any]]:
        """List the articles that are most similar to one."""
        return [_hit(hit) for hit in _result_of(lambda: index.similar(id, size=size))]

    @tool
    def facets(query: str = "", size: int = 20) -> dict[str, list[dict[str, Any]]]:
        """Count the articles that match a query by category, author, tag, year, month and the facets of the archive.

        The result has at most `size` values of each facet.
        """
        results = _result_of(lambda: index.search(query, size=1, most_values=size, snippets=False))
        return {
            name: [{"value": each.value, "count": each.count} for each in values[:size]]
            for name, values in results.facets.items()
        }

    return server


def _result_of(call: Callable[[], Any]) -> Any:
    """Return the result of a call of the library. Its errors become errors of the tool."""
    try:
        return call()
    except searchlib.SearchlibError as error:
        raise ToolError(str(error)) from error


def _hit(hit: searchlib.Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "date": _day(hit.date),
        "author": hit.author,
        "categories": list(hit.categories),
        "tags": list(hit.tags),
        "url": hit.url,
        "extra": dict(hit.extra),
        "snippets": [plain_text(snippet) for snippet in hit.snippets],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
