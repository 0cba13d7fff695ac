"""Assistants reach the index through the tools of the Model Context Protocol, driven here by its own client."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

import searchlib
from tests.cli.commands import environment
from tests.webui.servers import free_port

pytestmark = pytest.mark.slow

ARTICLE = "internet/metaverse-word.md"


def command(index: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "searchlib", "mcp", "--index", str(index), *options]


def ask(transport: Any, question: Callable[[Client], Awaitable[Any]]) -> Any:
    """Connect a client, ask it, and return the answer; Playwright's event loop may run in the thread of the tests."""

    async def run() -> Any:
        async with Client(transport) as client:
            return await question(client)

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, run()).result()


def call(transport: Any, tool: str, **arguments: Any) -> Any:
    """Call a tool, and return its structured content, or the text of its error."""
    result = ask(transport, lambda client: client.call_tool(tool, arguments))
    if result.is_error:
        return result.content[0].text
    content = result.structured_content
    return content["result"] if set(content) == {"result"} else content


@pytest.fixture
def stdio(sample_index: Path) -> Any:
    program, *arguments = command(sample_index)
    return stdio_client(StdioServerParameters(command=program, args=arguments, env=environment()))


@pytest.fixture
def http(sample_index: Path, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    with (tmp_path / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            command(sample_index, "--http", "--port", str(port)), env=environment(), stderr=stderr
        )
    address = f"http://127.0.0.1:{port}/mcp"
    try:
        for _ in range(300):
            assert process.poll() is None, (tmp_path / "stderr").read_text()
            if status(address) is not None:
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def status(address: str, **headers: str) -> int | None:
    """Return the status of a request, or None if nothing listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as response:
            code: int = response.status
            return code
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return None


def test_the_tools_only_read(stdio: Any) -> None:
    tools = ask(stdio, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["search", "passages", "get", "similar", "facets"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert not any(line.startswith(" ") for tool in tools for line in tool.description.splitlines())
    sort = next(tool for tool in tools if tool.name == "search").input_schema["properties"]["sort"]
    assert sort["enum"] == ["relevance", "newest", "oldest"]


def test_a_client_searches_over_stdio(stdio: Any, sample_index: Path) -> None:
    found = call(stdio, "search", query="元宇宙", size=3)
    with searchlib.open_index(sample_index) as index:
        expected = index.search("元宇宙", size=3)
    assert found["total"] == expected.total
    assert [hit["id"] for hit in found["hits"]] == [hit.id for hit in expected]
    assert "元宇宙" in found["hits"][0]["snippets"][0]


def test_a_filter_is_one_value_or_several(http: str) -> None:
    totals = [call(http, "search", category=value)["total"] for value in ("科技", ["科技"], ["科技", "美食"])]
    assert totals[0] == totals[1] > 0
    assert totals[2] > totals[1]
    assert call(http, "search", filters={"category": "科技"})["total"] == totals[0]


def test_the_notes_say_how_a_query_was_read(stdio: Any) -> None:
    notes = call(stdio, "search", query="元宇宙 -产业")["notes"]
    assert [note.startswith("Without “产业”") for note in notes] == [True]


def test_a_client_reads_passages_and_lines(stdio: Any, sample_index: Path) -> None:
    passages = call(stdio, "passages", query="元宇宙这个词是从哪里来的？", budget=500)
    assert passages[0]["id"] == ARTICLE
    assert sum(len(passage["text"]) for passage in passages) <= 500


def test_a_client_reads_some_lines_of_an_article(stdio: Any, sample_index: Path) -> None:
    with searchlib.open_index(sample_index) as index:
        lines = index.get(ARTICLE).body.split("\n")
    read = call(stdio, "get", id=ARTICLE, first_line=2, last_line=3)
    assert (read["text"], read["lines"]) == ("\n".join(lines[1:3]), len(lines))


def test_a_client_finds_similar_articles(stdio: Any) -> None:
    ids = [hit["id"] for hit in call(stdio, "similar", id=ARTICLE, size=3)]
    assert len(ids) == 3
    assert ARTICLE not in ids


def test_a_client_counts_facets(stdio: Any) -> None:
    facets = call(stdio, "facets", query="元宇宙", size=5)
    assert {"category", "author", "tag", "year", "month"} == set(facets)
    assert len(facets["category"]) <= 5


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("get", {"id": "none.md"}, "no article has the id 'none.md'"),
        ("get", {"id": ARTICLE, "first_line": 0}, "first_line must be from 1 to "),
        ("search", {"query": "x", "size": 1000}, "size must be from 1 to 100"),
        ("search", {"query": "x", "date_from": "yesterday"}, "date_from must be a date"),
    ],
)
def test_an_error_of_the_library_is_the_answer(stdio: Any, tool: str, arguments: dict[str, Any], message: str) -> None:
    assert message in call(stdio, tool, **arguments)


def test_a_client_searches_over_http(http: str) -> None:
    assert call(http, "search", query="元宇宙")["total"] > 0


def test_pages_of_other_sites_are_refused(http: str) -> None:
    accept = {"Accept": "application/json, text/event-stream"}
    assert status(http, Host="attacker.example", **accept) == 421
    assert status(http, Origin="https://attacker.example", **accept) == 403
