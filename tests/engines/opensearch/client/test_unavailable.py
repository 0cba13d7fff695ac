"""A cluster that cannot be used, or is none, gives one clear error that names the cause, and the page says so."""

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
from searchlib.engines.opensearch.client.cluster import Cluster, RefusedError
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster as Running
from tests.engines.opensearch.servers import Answer, answering, saying, slow_way
from webui import create_app


@pytest.fixture
def nowhere() -> str:
    """An address where nothing answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"opensearch://127.0.0.1:{free.getsockname()[1]}/articles"


def test_to_open_an_index_there_is_an_error(nowhere: str) -> None:
    with pytest.raises(searchlib.IndexUnavailableError, match=r"no node answers .*refused.*see whether it runs"):
        searchlib.open_index(nowhere)


def test_the_shell_says_so_in_one_line(nowhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "元宇宙", "--index", nowhere]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert nowhere in said


def test_the_page_answers_503_and_says_what_to_do(nowhere: str) -> None:
    client = create_app(nowhere).test_client()
    answer = client.get("/api/search?q=元宇宙")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["error"]["code"] == "unavailable"
    page = client.get("/?q=元宇宙")
    assert page.status_code == 503
    assert "OpenSearch" in page.text


def test_a_build_gives_up_with_the_same_error(nowhere: str) -> None:
    with pytest.raises(searchlib.IndexUnavailableError):
        searchlib.build_index(SAMPLES, nowhere)


# ---- something else is there

STRANGERS: dict[str, Answer] = {
    "a page": Answer(200, "<html>你好</html>", "text/html"),
    "text": Answer(200, "hello", "text/plain"),
    "a list": Answer(200, [1, 2]),
    "an object": Answer(200, {"name": {"a": 1}}),
    "deep JSON": Answer(200, "[" * 100_000),
    "a page that is not there": Answer(404, "<html>404</html>", "text/html"),
    "an object that is not there": Answer(404, {"detail": "Not Found"}),
    "a list that is not there": Answer(404, ["no"]),
    "a way elsewhere": Answer(302, "", "text/html"),
    "another method": Answer(405, {"message": "Method Not Allowed"}),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_is_no_opensearch_is_called_so(stranger: str, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(lambda method, path: STRANGERS[stranger]) as server:
        for command in (["search", "元宇宙"], ["build", str(SAMPLES)]):
            assert main([*command, "--index", server.address()]) == 1
            said = capsys.readouterr().err
            assert "there is no OpenSearch here" in said
            assert said.count("\n") == 1


def test_what_speaks_no_http_is_called_so() -> None:
    with saying(b"SSH-2.0-OpenSSH_9.6\r\n") as server, pytest.raises(searchlib.IndexUnavailableError) as refused:
        searchlib.open_index(server.address())
    assert "there is no OpenSearch here: what answers there speaks no HTTP" in str(refused.value)
    assert "opensearchs://" in str(refused.value)


def test_where_no_tls_is_spoken_the_other_scheme_is_named() -> None:
    with answering(lambda method, path: Answer()) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match=r"no TLS is spoken there .*write opensearch://"):
            searchlib.open_index(server.address("opensearchs"))
        assert not server.asked


def test_a_certificate_that_nobody_vouches_for_is_another_matter() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with (
        answering(lambda method, path: Answer(), context) as server,
        pytest.raises(searchlib.IndexUnavailableError, match="cannot prove who it is"),
    ):
        searchlib.open_index(server.address("opensearchs"))


# ---- what the cluster says

FLOOD = "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];"
READ_ONLY = "index [a] blocked by: [FORBIDDEN/5/index read-only (api)];"
MAY_NOT = "no permissions for [indices:admin/create] and User [name=reader]"
FULL = "rejected execution of coordinating operation"
NO_MEMORY = "[parent] Data too large, data for [<http_request>] would be [600/600mb]"
NESTED = "Query contains too many nested clauses; maxClauseCount is set to 1024"


def error(status: int, kind: str, reason: str, **more: Any) -> Answer:
    cause = {"type": kind, "reason": reason, **more}
    return Answer(status, {"error": {"root_cause": [cause], **cause}, "status": status})


def failed_search(status: int, kind: str, reason: str) -> Answer:
    """As a search says it: the cause below the failure of all shards."""
    failure = {"type": "search_phase_execution_exception", "reason": "all shards failed", "root_cause": []}
    return Answer(status, {"error": {**failure, "caused_by": {"type": kind, "reason": reason}}, "status": status})


SAID: dict[str, tuple[Answer, str]] = {
    "a full disk": (
        error(429, "cluster_block_exception", FLOOD),
        f"the disk of a node is full (429 cluster_block_exception: {FLOOD})",
    ),
    "a closed index": (
        error(403, "cluster_block_exception", READ_ONLY),
        f"closed for this (403 cluster_block_exception: {READ_ONLY})",
    ),
    "somebody unknown": (
        Answer(401, "Unauthorized", "text/plain"),
        "does not let this user in (401 Unauthorized)",
    ),
    "a right that lacks": (
        error(403, "security_exception", MAY_NOT),
        f"does not allow this (403 security_exception: {MAY_NOT})",
    ),
    "too many clauses": (
        failed_search(500, "too_many_nested_clauses", NESTED),
        f"more than the cluster takes (500 too_many_nested_clauses: {NESTED})",
    ),
    "too many buckets": (
        failed_search(503, "too_many_buckets_exception", "Trying to create too many buckets."),
        "ask for something simpler",
    ),
    "no memory for good": (
        error(429, "circuit_breaking_exception", NO_MEMORY, durability="PERMANENT"),
        f"not enough memory for this (429 circuit_breaking_exception: {NO_MEMORY})",
    ),
    "too large a request": (
        Answer(413, "<html>413 Request Entity Too Large</html>", "text/html"),
        "413 Request Entity Too Large",
    ),
}
"""What can be told at once, and what of it is passed on."""


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is final is found out without a wait: to sleep is an error."""

    def refuse(seconds: float) -> None:
        raise AssertionError(f"this waits {seconds} s")

    monkeypatch.setattr(time, "sleep", refuse)


@pytest.mark.usefixtures("no_wait")
@pytest.mark.parametrize("case", SAID)
def test_what_is_final_is_told_at_once_and_by_its_name(case: str) -> None:
    given, said = SAID[case]
    with answering(lambda method, path: given) as server:
        with pytest.raises(searchlib.SearchlibError) as refused:
            Cluster(parse_address(server.address())).put("/articles/_doc/1", {})
        assert len(server.asked) == 1
    assert said in str(refused.value)
    assert str(refused.value).startswith(server.address())


@pytest.mark.usefixtures("no_wait")
def test_an_action_of_many_that_is_refused_for_good_ends_all() -> None:
    item = {"_id": "1", "status": 429, "error": {"type": "cluster_block_exception", "reason": FLOOD}}
    with answering(lambda method, path: Answer(200, {"errors": True, "items": [{"index": item}]})) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match="make room there"):
            Cluster(parse_address(server.address())).bulk("articles", [b'{"index":{"_id":"1"}}\n{}\n'])
        assert len(server.asked) == 1


@pytest.mark.usefixtures("no_wait")
def test_one_search_of_many_that_fails_is_told() -> None:
    failure = failed_search(500, "too_many_clauses", NESTED).body
    with (
        answering(lambda method, path: Answer(200, {"responses": [failure]})) as server,
        pytest.raises(searchlib.SearchlibError, match="too_many_clauses"),
    ):
        Cluster(parse_address(server.address())).counts("articles", [{"match_all": {}}])


def test_what_is_missing_is_no_strange_answer() -> None:
    with answering(lambda method, path: error(404, "index_not_found_exception", "no such index [articles]")) as server:
        with pytest.raises(RefusedError) as refused:
            Cluster(parse_address(server.address())).get("/articles/_mapping")
        assert refused.value.is_missing
        with pytest.raises(searchlib.NoIndexError):
            searchlib.open_index(server.address())


def test_a_cluster_that_is_busy_is_asked_again_and_what_it_said_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WRITE_PATIENCE", 1.0)
    with answering(lambda method, path: error(429, "rejected_execution_exception", FULL)) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match=f"429 rejected_execution_exception: {FULL}"):
            Cluster(parse_address(server.address())).post("/articles/_refresh")
        assert len(server.asked) > 1


def test_memory_that_lacks_for_now_is_waited_for_only_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchlib.engines.opensearch.client.failures.BRIEF_PATIENCE", 0.5)
    given = error(429, "circuit_breaking_exception", NO_MEMORY, durability="TRANSIENT")
    with answering(lambda method, path: given) as server:
        with pytest.raises(searchlib.IndexUnavailableError, match="not enough memory"):
            Cluster(parse_address(server.address())).post("/articles/_refresh")
        assert len(server.asked) > 1


# ---- patience


@dataclass
class Clock:
    """Time that passes only while somebody waits."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of all requests."""
    passing = Clock()
    monkeypatch.setattr(cluster, "time", passing)
    return passing


def waited(clock: Clock, ask: Callable[[], object]) -> float:
    """For how long something is tried before it is given up."""
    begun = clock.now
    with pytest.raises(searchlib.IndexUnavailableError):
        ask()
    return clock.now - begun


def test_nodes_that_are_gone_are_waited_for_once(nowhere: str, clock: Clock) -> None:
    cluster = Cluster(parse_address(nowhere))
    assert 60 <= waited(clock, lambda: cluster.bulk("articles", [b"{}\n"])) < 75
    assert waited(clock, lambda: cluster.delete("/articles-lock/_doc/lock")) == 0
    assert waited(clock, lambda: cluster.put("/articles/_settings", {})) == 0


def test_whoever_is_gone_again_after_a_while_is_waited_for_again(nowhere: str, clock: Clock) -> None:
    cluster = Cluster(parse_address(nowhere))
    waited(clock, lambda: cluster.post("/articles/_refresh"))
    clock.now += 3600
    assert waited(clock, lambda: cluster.post("/articles/_refresh")) >= 60


def test_an_answer_ends_the_silence(clock: Clock) -> None:
    with answering(lambda method, path: Answer()) as server:
        address = parse_address(server.address())
    cluster = Cluster(address)
    waited(clock, lambda: cluster.post("/articles/_refresh"))
    with answering(lambda method, path: Answer(200, {"acknowledged": True}), port=address.hosts[0][1]):
        cluster.post("/articles/_refresh")
    assert waited(clock, lambda: cluster.post("/articles/_refresh")) >= 60


def test_to_clean_up_and_to_read_is_not_worth_a_wait(nowhere: str, clock: Clock) -> None:
    for ask in (
        lambda cluster: cluster.delete("/articles-lock/_doc/lock", patience=5.0),
        lambda cluster: cluster.put("/articles/_settings", {}, patience=5.0),
        lambda cluster: cluster.get("/articles/_mapping"),
    ):
        cluster = Cluster(parse_address(nowhere))
        assert waited(clock, partial(ask, cluster)) < 5


def test_a_cluster_that_is_busy_has_all_the_time(clock: Clock) -> None:
    with answering(lambda method, path: error(429, "rejected_execution_exception", FULL)) as server:
        cluster = Cluster(parse_address(server.address()))
        assert 300 <= waited(clock, lambda: cluster.post("/articles/_refresh")) < 315
        assert waited(clock, lambda: cluster.post("/articles/_refresh", patience=5.0)) < 15


# ---- deadlines


def test_a_request_is_given_up_at_its_deadline() -> None:
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


def test_every_call_ends_at_its_deadline_where_a_node_is_slow(cluster: Running) -> None:
    searchlib.build_index(SAMPLES, cluster.address("slow", "?replicas=0"))
    with slow_way(cluster.nodes[0].host) as way:
        address = f"opensearch://127.0.0.1:{way.port}/slow"
        with searchlib.open_index(address, settings=searchlib.Settings(deadline=30.0)) as index:
            for call in CALLS.values():
                call(index)
        with searchlib.open_index(address, settings=searchlib.Settings(deadline=0.5)) as index:
            way.seconds = 4.0
            for name, call in CALLS.items():
                with pytest.raises(searchlib.SearchTimeoutError):
                    pytest.fail(f"{name} ended with {call(index)}")


# ---- blocks, as a real cluster sets them


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("read_only_allow_delete", "the disk of a node is full"),
        ("write", "the index is closed for this"),
        ("read_only", "the index is closed for this"),
        ("metadata", "the index is closed for this"),
    ],
)
def test_an_index_that_is_closed_for_writing_is_called_so(
    cluster: Running, tmp_path: Path, block: str, said: str
) -> None:
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


def test_a_query_with_too_many_clauses_is_told_at_once(cluster: Running) -> None:
    searchlib.build_index(SAMPLES, cluster.address("clauses", "?replicas=0"))
    many = [{"term": {"title_words": str(number)}} for number in range(5000)]
    with pytest.raises(searchlib.SearchlibError, match=r"too_many_.*ask for something simpler"):
        Cluster(parse_address(cluster.address("clauses"))).search("clauses", {"query": {"bool": {"should": many}}})
