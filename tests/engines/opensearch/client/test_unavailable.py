"""An unusable cluster, or a server that is not OpenSearch, causes one error that names the cause, also on the page."""

from __future__ import annotations

import shutil
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme

import searchlib
from searchlib.cli import main
from searchlib.engines.common.deadline import Deadline
from searchlib.engines.opensearch.client import cluster
from searchlib.engines.opensearch.client.address import parse_address
from searchlib.engines.opensearch.client.cluster import Cluster
from searchlib.engines.opensearch.client.failures import RefusedError
from searchlib.engines.opensearch.client.retries import Retry, RetryPolicy
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster as Running
from tests.engines.opensearch.servers import Response, responding, sending, slow_proxy
from webui import create_app


@pytest.fixture
def nowhere() -> str:
    """Return the address of a port where no server listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"opensearch://127.0.0.1:{free.getsockname()[1]}/articles"


def test_an_index_where_nothing_listens_cannot_be_opened(nowhere: str) -> None:
    with pytest.raises(searchlib.IndexUnavailableError, match=r"no node responds .*refused.*check that it is running"):
        searchlib.open_index(nowhere)


def test_the_shell_prints_the_error_in_one_line(nowhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "元宇宙", "--index", nowhere]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert nowhere in said


def test_the_page_responds_503_and_says_what_to_do(nowhere: str) -> None:
    client = create_app(nowhere).test_client()
    answer = client.get("/api/search?q=元宇宙")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["error"]["code"] == "unavailable"
    page = client.get("/?q=元宇宙")
    assert page.status_code == 503
    assert "OpenSearch" in page.text


def test_a_build_ends_with_the_same_error(nowhere: str) -> None:
    with pytest.raises(searchlib.IndexUnavailableError):
        searchlib.build_index(SAMPLES, nowhere)


# ---- servers other than OpenSearch

STRANGERS: dict[str, Response] = {
    "a page": Response(200, "<html>你好</html>", "text/html"),
    "text": Response(200, "hello", "text/plain"),
    "a list": Response(200, [1, 2]),
    "an object": Response(200, {"name": {"a": 1}}),
    "deep JSON": Response(200, "[" * 100_000),
    "a page that is not there": Response(404, "<html>404</html>", "text/html"),
    "an object that is not there": Response(404, {"detail": "Not Found"}),
    "a list that is not there": Response(404, ["no"]),
    "a way elsewhere": Response(302, "", "text/html"),
    "another method": Response(405, {"message": "Method Not Allowed"}),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_another_server_is_an_error_that_says_so(stranger: str, capsys: pytest.CaptureFixture[str]) -> None:
    with responding(lambda method, path: STRANGERS[stranger]) as server:
        for command in (["search", "元宇宙"], ["build", str(SAMPLES)]):
            assert main([*command, "--index", server.address()]) == 1
            said = capsys.readouterr().err
            assert "unexpected response" in said
            assert said.count("\n") == 1


def test_a_server_without_http_is_an_error_that_says_so() -> None:
    with sending(b"SSH-2.0-OpenSSH_9.6\r\n") as server, pytest.raises(searchlib.IndexUnavailableError) as refused:
        searchlib.open_index(server.address())
    assert "unexpected response (not HTTP" in str(refused.value)
    assert "opensearchs://" in str(refused.value)


def test_without_tls_the_error_names_the_other_scheme() -> None:
    with responding(lambda method, path: Response()) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match=r"does not use TLS .*use opensearch://"):
            searchlib.open_index(server.address("opensearchs"))
        assert not server.requests


def test_an_untrusted_certificate_is_an_error_of_its_own() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with (
        responding(lambda method, path: Response(), context) as server,
        pytest.raises(searchlib.IndexUnavailableError, match="certificate of the cluster is not trusted"),
    ):
        searchlib.open_index(server.address("opensearchs"))


# ---- errors of the cluster

FLOOD = "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];"
READ_ONLY = "index [a] blocked by: [FORBIDDEN/5/index read-only (api)];"
MAY_NOT = "no permissions for [indices:admin/create] and User [name=reader]"
FULL = "rejected execution of coordinating operation"
NO_MEMORY = "[parent] Data too large, data for [<http_request>] would be [600/600mb]"
NESTED = "Query contains too many nested clauses; maxClauseCount is set to 1024"


def error(status: int, kind: str, reason: str, **more: Any) -> Response:
    cause = {"type": kind, "reason": reason, **more}
    return Response(status, {"error": {"root_cause": [cause], **cause}, "status": status})


def failed_search(status: int, kind: str, reason: str) -> Response:
    """Return the error of a search: the cause is nested below the failure of all shards."""
    failure = {"type": "search_phase_execution_exception", "reason": "all shards failed", "root_cause": []}
    return Response(status, {"error": {**failure, "caused_by": {"type": kind, "reason": reason}}, "status": status})


FINAL_ERRORS: dict[str, tuple[Response, str]] = {
    "a full disk": (
        error(429, "cluster_block_exception", FLOOD),
        f"the disk of a node is full (429 cluster_block_exception: {FLOOD})",
    ),
    "a closed index": (
        error(403, "cluster_block_exception", READ_ONLY),
        f"the index has a block in the cluster (403 cluster_block_exception: {READ_ONLY})",
    ),
    "unknown credentials": (
        Response(401, "Unauthorized", "text/plain"),
        "the cluster rejects the credentials (401 Unauthorized)",
    ),
    "a missing permission": (
        error(403, "security_exception", MAY_NOT),
        f"the user lacks a permission (403 security_exception: {MAY_NOT})",
    ),
    "too many clauses": (
        failed_search(500, "too_many_nested_clauses", NESTED),
        f"larger than the cluster accepts (500 too_many_nested_clauses: {NESTED})",
    ),
    "too many buckets": (
        failed_search(503, "too_many_buckets_exception", "Trying to create too many buckets."),
        "simplify the query",
    ),
    "permanently no memory": (
        error(429, "circuit_breaking_exception", NO_MEMORY, durability="PERMANENT"),
        f"not enough memory for this request (429 circuit_breaking_exception: {NO_MEMORY})",
    ),
    "too large a request": (
        Response(413, "<html>413 Request Entity Too Large</html>", "text/html"),
        "413 Request Entity Too Large",
    ),
}
"""Final errors, and a part of the message that each becomes."""


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test fail if a request waits."""

    def refuse(seconds: float) -> None:
        raise AssertionError(f"a request waits {seconds} s")

    monkeypatch.setattr(time, "sleep", refuse)


@pytest.mark.usefixtures("no_wait")
@pytest.mark.parametrize("case", FINAL_ERRORS)
def test_a_final_error_is_raised_at_once_with_the_words_of_the_cluster(case: str) -> None:
    response, message = FINAL_ERRORS[case]
    with responding(lambda method, path: response) as server:
        with pytest.raises(searchlib.SearchlibError) as refused:
            Cluster(parse_address(server.address())).put("/articles/_doc/1", {})
        assert len(server.requests) == 1
    assert message in str(refused.value)
    assert str(refused.value).startswith(server.address())


@pytest.mark.usefixtures("no_wait")
def test_a_final_error_of_one_bulk_action_ends_the_request() -> None:
    item = {"_id": "1", "status": 429, "error": {"type": "cluster_block_exception", "reason": FLOOD}}
    with responding(lambda method, path: Response(200, {"errors": True, "items": [{"index": item}]})) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match="free disk space"):
            Cluster(parse_address(server.address())).bulk("articles", [b'{"index":{"_id":"1"}}\n{}\n'])
        assert len(server.requests) == 1


@pytest.mark.usefixtures("no_wait")
def test_a_failing_search_of_a_multi_search_is_an_error() -> None:
    failure = failed_search(500, "too_many_clauses", NESTED).body
    with (
        responding(lambda method, path: Response(200, {"responses": [failure]})) as server,
        pytest.raises(searchlib.SearchlibError, match="too_many_clauses"),
    ):
        Cluster(parse_address(server.address())).counts("articles", [{"match_all": {}}])


def test_a_missing_index_is_no_unexpected_response() -> None:
    with responding(lambda method, path: error(404, "index_not_found_exception", "no such index [articles]")) as server:
        with pytest.raises(RefusedError) as refused:
            Cluster(parse_address(server.address())).get("/articles/_mapping")
        assert refused.value.is_missing
        with pytest.raises(searchlib.NoIndexError):
            searchlib.open_index(server.address())


def test_what_an_earlier_attempt_deleted_counts_as_deleted() -> None:
    responses = [error(503, "process_cluster_event_timeout_exception", "busy")]
    missing = error(404, "index_not_found_exception", "no such index [articles]")
    with responding(lambda method, path: responses.pop() if responses else missing) as server:
        Cluster(parse_address(server.address())).delete("/articles", ignore_unavailable="true")
        assert server.requests == ["DELETE /articles", "DELETE /articles"]


def test_a_refused_deletion_is_an_error() -> None:
    with (
        responding(lambda method, path: error(403, "security_exception", "no permissions")) as server,
        pytest.raises(searchlib.SearchlibError, match="no permissions"),
    ):
        Cluster(parse_address(server.address())).delete("/articles")


def test_a_request_is_repeated_while_the_cluster_is_busy() -> None:
    policy = RetryPolicy(write=Retry(busy=1.0, unreachable=60.0))
    with responding(lambda method, path: error(429, "rejected_execution_exception", FULL)) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match=f"429 rejected_execution_exception: {FULL}"):
            Cluster(parse_address(server.address()), policy).post("/articles/_refresh")
        assert len(server.requests) > 1


def test_a_request_is_repeated_only_briefly_without_memory() -> None:
    policy = RetryPolicy(memory=0.5)
    response = error(429, "circuit_breaking_exception", NO_MEMORY, durability="TRANSIENT")
    with responding(lambda method, path: response) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match="not enough memory"):
            Cluster(parse_address(server.address()), policy).post("/articles/_refresh")
        assert len(server.requests) > 1


# ---- retries


@dataclass
class Clock:
    """A clock that only waiting advances."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


BRIEF = Retry(busy=5.0, unreachable=1.5)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the clock of all requests."""
    passing = Clock()
    monkeypatch.setattr(cluster, "time", passing)
    return passing


def waited(clock: Clock, ask: Callable[[], object]) -> float:
    """Return for how long a request is repeated."""
    begun = clock.now
    with pytest.raises(searchlib.IndexUnavailableError):
        ask()
    return clock.now - begun


def test_one_outage_is_waited_for_once(nowhere: str, clock: Clock) -> None:
    cluster = Cluster(parse_address(nowhere))
    assert 60 <= waited(clock, lambda: cluster.bulk("articles", [b"{}\n"])) < 75
    assert waited(clock, lambda: cluster.delete("/articles-lock/_doc/lock")) == 0
    assert waited(clock, lambda: cluster.put("/articles/_settings", {})) == 0


def test_a_later_outage_is_waited_for_again(nowhere: str, clock: Clock) -> None:
    cluster = Cluster(parse_address(nowhere))
    waited(clock, lambda: cluster.post("/articles/_refresh"))
    clock.now += 3600
    assert waited(clock, lambda: cluster.post("/articles/_refresh")) >= 60


def test_a_response_ends_an_outage(clock: Clock) -> None:
    with responding(lambda method, path: Response()) as server:
        address = parse_address(server.address())
    cluster = Cluster(address)
    waited(clock, lambda: cluster.post("/articles/_refresh"))
    with responding(lambda method, path: Response(200, {"acknowledged": True}), port=address.hosts[0][1]):
        cluster.post("/articles/_refresh")
    assert waited(clock, lambda: cluster.post("/articles/_refresh")) >= 60


def test_reads_and_requests_with_a_short_retry_are_not_repeated_for_long(nowhere: str, clock: Clock) -> None:
    for ask in (
        lambda cluster: cluster.delete("/articles-lock/_doc/lock", retry=BRIEF),
        lambda cluster: cluster.put("/articles/_settings", {}, retry=BRIEF),
        lambda cluster: cluster.get("/articles/_mapping"),
    ):
        cluster = Cluster(parse_address(nowhere))
        assert waited(clock, partial(ask, cluster)) < 5


def test_a_busy_cluster_is_waited_for_longer_than_an_outage(clock: Clock) -> None:
    with responding(lambda method, path: error(429, "rejected_execution_exception", FULL)) as server:
        cluster = Cluster(parse_address(server.address()))
        assert 300 <= waited(clock, lambda: cluster.post("/articles/_refresh")) < 315
        assert waited(clock, lambda: cluster.put("/articles/_settings", {}, retry=BRIEF)) < 15


# ---- deadlines


def test_a_request_ends_at_the_deadline_of_its_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cluster = Cluster(parse_address(f"opensearch://127.0.0.1:{silent.getsockname()[1]}/articles"))
        with pytest.raises(searchlib.SearchTimeoutError):
            cluster.get("/articles/_mapping", deadline=Deadline.after(0.3))
        with pytest.raises(searchlib.SearchTimeoutError):
            cluster.counts("articles", [{"match_all": {}}], deadline=Deadline.after(0.3))


CALLS: dict[str, Callable[[searchlib.Index], object]] = {
    "search": lambda index: index.search("元宇宙"),
    "a misspelt search": lambda index: index.search("机器学戏"),
    "similar": lambda index: index.similar("internet/metaverse-word.md"),
    "suggest": lambda index: index.suggest("机器"),
    "get": lambda index: index.get("internet/metaverse-word.md"),
    "facet values": lambda index: index.facet_values("tag", "的"),
}


def test_every_call_ends_at_its_deadline_if_a_node_is_slow(cluster: Running) -> None:
    searchlib.build_index(SAMPLES, cluster.address("slow", "?replicas=0"))
    with slow_proxy(cluster.nodes[0].host) as proxy:
        address = f"opensearch://127.0.0.1:{proxy.port}/slow"
        with searchlib.open_index(address, settings=searchlib.Settings(deadline=30.0)) as index:
            for call in CALLS.values():
                call(index)
        with searchlib.open_index(address, settings=searchlib.Settings(deadline=0.5)) as index:
            proxy.seconds = 4.0
            for name, call in CALLS.items():
                with pytest.raises(searchlib.SearchTimeoutError):
                    pytest.fail(f"{name} ended with {call(index)}")


# ---- blocks that a real cluster sets


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("read_only_allow_delete", "the disk of a node is full"),
        ("write", "the index has a block"),
        ("read_only", "the index has a block"),
        ("metadata", "the index has a block"),
    ],
)
def test_a_block_is_an_error_that_names_it(cluster: Running, tmp_path: Path, block: str, said: str) -> None:
    address = cluster.address(f"blocked-{block}", "?replicas=0")
    articles = tmp_path / "articles"
    shutil.copytree(SAMPLES, articles)
    searchlib.build_index(articles, address)
    (index,) = cluster.ask(f"_alias/blocked-{block}")
    (articles / "new.md").write_text("新的文章。", encoding="utf-8")
    cluster.ask(f"{index}/_settings", "PUT", {f"index.blocks.{block}": True})
    with pytest.raises(searchlib.IndexUnavailableError, match=f"{said} .*cluster_block_exception: index .* blocked by"):
        searchlib.update_index(articles, address)
    cluster.ask(f"{index}/_settings", "PUT", {f"index.blocks.{block}": None})
    report = searchlib.update_index(articles, address)
    assert report.added + report.updated == 1


def test_a_query_with_too_many_clauses_is_an_error_at_once(cluster: Running) -> None:
    searchlib.build_index(SAMPLES, cluster.address("clauses", "?replicas=0"))
    many = [{"term": {"title_words": str(number)}} for number in range(5000)]
    with pytest.raises(searchlib.SearchlibError, match=r"too_many_.*simplify the query"):
        Cluster(parse_address(cluster.address("clauses"))).search("clauses", {"query": {"bool": {"should": many}}})
