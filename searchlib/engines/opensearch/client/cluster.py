"""Talk to an OpenSearch cluster: the one place where requests are made, repeated and given up."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch.client.address import CA_VARIABLE, Address, Credentials, read_credentials
from searchlib.engines.opensearch.client.failures import (
    RefusedError,
    lost,
    no_opensearch,
    refusal,
)
from searchlib.errors import IndexUnavailableError, SearchlibError

__all__ = ["Cluster", "RefusedError"]

ATTEMPT_SECONDS = 60.0
"""One request takes no longer; a search has less, which its deadline says."""

READ_PATIENCE = 20.0
WRITE_PATIENCE = 300.0
"""A request is repeated for so many seconds while the cluster is busy or a node of it is lost; searches have a deadline."""

READ_GONE_PATIENCE = 1.5
WRITE_GONE_PATIENCE = 60.0
"""… and for so many where no node answers at all. What is written has this time once, from the first request that nobody answered:
those that follow it, to clean up, do not begin to wait anew."""

_SHARD_SECONDS = 20
"""How long a node that takes articles waits for a shard that is lost."""

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 10.0
_CONNECTIONS = 16
_OTHER_FORM = "what answers there does not answer in its form"


class _SilentError(Exception):
    """Nobody answered; ``told`` is what to say of it, ``since`` when that began, and ``slow`` that somebody took the request."""

    def __init__(self, told: SearchlibError, since: float, slow: bool) -> None:
        super().__init__(str(told))
        self.told = told
        self.since = since
        self.slow = slow


class Cluster:
    """The nodes at an address; for any number of threads, and for one process."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._credentials = read_credentials(address)
        self._client = _client(address, self._credentials)
        self._silence: tuple[float, float] | None = None

    def get(self, path: str, *, deadline: Deadline = NO_DEADLINE, **params: Any) -> Any:
        """What lies at a path."""
        return self.request("GET", path, params=params, deadline=deadline)

    def search(
        self, index: str, body: Mapping[str, Any], *, deadline: Deadline = NO_DEADLINE, preference: str | None = None
    ) -> Any:
        """The answer of all shards to a search: if one of them is missing, so is the answer.

        Requests with the same ``preference`` go to the same copies of the shards.
        """
        params = (
            {"allow_partial_search_results": "false", "request_cache": "true"}
            if body.get("size") == 0
            else {"allow_partial_search_results": "false"}
        )
        if preference is not None:
            params["preference"] = preference
        return self.request("POST", f"/{index}/_search", body, params=params, deadline=deadline)

    def counts(
        self,
        index: str,
        queries: Sequence[Mapping[str, Any]],
        *,
        deadline: Deadline = NO_DEADLINE,
        preference: str | None = None,
    ) -> list[int]:
        """How many articles each query finds, all in one request; ``preference`` as in a search."""
        if not queries:
            return []
        lines: list[Mapping[str, Any]] = []
        header: dict[str, Any] = {"allow_partial_search_results": False}
        if preference is not None:
            header["preference"] = preference
        for query in queries:
            lines += [header, {"size": 0, "track_total_hits": True, "query": query}]
        answer = self.request("POST", f"/{index}/_msearch", _lines(lines), deadline=deadline)
        return [each["hits"]["total"]["value"] for each in answer["responses"]]

    def put(
        self, path: str, body: Mapping[str, Any] | None = None, *, patience: float | None = None, **params: Any
    ) -> Any:
        """Write at a path; ``patience`` is for how many seconds this is tried, if it is not worth the usual time."""
        return self.request("PUT", path, body, params=params, patience=_or_usual(patience))

    def create(self, index: str, body: Mapping[str, Any]) -> None:
        """Make an index with a name that nobody else uses: if it is there, the answer to an earlier attempt was lost."""
        try:
            self.put(f"/{index}", body)
        except RefusedError as error:
            if not error.is_conflict:
                raise

    def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, patience: float | None = None, **params: Any
    ) -> Any:
        """Have something done that may be done twice."""
        return self.request("POST", path, body, params=params, patience=_or_usual(patience))

    def delete(self, path: str, *, patience: float | None = None, **params: Any) -> Any:
        """Remove what lies at a path."""
        return self.request("DELETE", path, params=params, patience=_or_usual(patience))

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        """Carry out actions, each given as its lines; those that the cluster has no room for now again, after a while.

        Each may be carried out twice: none but the last of two on one article counts.

        Raises:
            SearchlibError: the cluster refuses one of them for good.
            IndexUnavailableError: it has had no room for too long, or is gone.
        """
        left = list(actions)
        begun = time.monotonic()
        waits = _waits()
        params = {"timeout": f"{_SHARD_SECONDS}s"}
        tries = 0
        while left:
            tries += 1
            remaining = max(begun + WRITE_PATIENCE - time.monotonic(), 1.0)
            answer = self.request("POST", f"/{index}/_bulk", b"".join(left), params=params, patience=remaining)
            if not answer.get("errors"):
                return
            again: list[bytes] = []
            for action, item in zip(left, answer["items"], strict=True):
                (result,) = item.values()
                if "error" not in result or result["status"] == 404:
                    continue
                refused = refusal(str(self.address), result["status"], {"status": result["status"], **result})
                if time.monotonic() - begun >= refused.patience(tries, WRITE_PATIENCE):
                    raise refused.told(self.address)
                again.append(action)
            left = again
            if left:
                time.sleep(next(waits))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        deadline: Deadline = NO_DEADLINE,
        patience: float = READ_PATIENCE,
    ) -> Any:
        """Make a request, and make it again while that may help: all that can be asked here may be asked twice.

        Raises:
            SearchTimeoutError: the deadline has passed.
            IndexUnavailableError: no node has answered, or the cluster was too busy, for as long as is waited; or it lets
                nobody in, has no room, or is none.
            RefusedError: the cluster refused it.
        """
        begun = time.monotonic()
        waits = _waits()
        tries = 0
        while True:
            tries += 1
            try:
                return self._attempt(
                    method, path, body, {**(params or {}), "request_timeout": _seconds(deadline, patience)}
                )
            except RefusedError as error:
                told = error.told(self.address)
                if time.monotonic() - begun >= error.patience(tries, patience):
                    raise told from (error if told is not error else error.__cause__)
            except _SilentError as error:
                # Reading is given up sooner, and each time anew; for what is written all nodes may be started again meanwhile.
                reads = patience <= READ_PATIENCE
                since = begun if reads else min(begun, error.since)
                gone = READ_GONE_PATIENCE if reads else WRITE_GONE_PATIENCE
                silent = time.monotonic() - since
                if (silent >= patience) if error.slow else (silent >= gone and tries >= len(self.address.hosts)):
                    raise error.told from error.__cause__
            # Another node may answer at once.
            self._sleep(0.0 if tries < len(self.address.hosts) else next(waits), deadline)

    def _attempt(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> Any:
        from opensearchpy import exceptions as theirs

        asked = time.monotonic()
        try:
            answer = self._client.transport.perform_request(method, path, params=params, body=body)
        except theirs.ConnectionError as error:
            told, is_final = lost(self.address, error)
            if is_final:
                raise told from error
            raise _SilentError(told, self._silent_since(asked), isinstance(error, theirs.ConnectionTimeout)) from error
        except theirs.TransportError as error:
            self._silence = None
            said = error.info if isinstance(error.info, dict) else str(error.error)
            raise refusal(str(self.address), int(error.status_code), said, str(error.error)) from error
        except (theirs.OpenSearchException, AttributeError, RecursionError, TypeError, ValueError) as error:
            # The client library takes every answer for one of OpenSearch's.
            raise no_opensearch(self.address, _OTHER_FORM) from error
        self._silence = None
        if not _is_answer(method, path, answer):
            raise no_opensearch(self.address, _OTHER_FORM)
        for each in answer.get("responses", ()):
            if "error" in each:
                # The answer to many searches is refused if one of them failed.
                raise refusal(str(self.address), each["status"], each)
        return answer

    def _silent_since(self, asked: float) -> float:
        """When the first of the requests was made that nobody answered, up to this one; long ago is another matter."""
        known = self._silence
        since = known[0] if known and asked - known[1] < WRITE_GONE_PATIENCE else asked
        self._silence = (since, time.monotonic())
        return since

    @staticmethod
    def _sleep(seconds: float, deadline: Deadline) -> None:
        if seconds >= deadline.remaining():
            raise deadline.error()
        time.sleep(seconds)

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()


def _or_usual(patience: float | None) -> float:
    return WRITE_PATIENCE if patience is None else patience


def _client(address: Address, credentials: Credentials) -> Any:
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise SearchlibError(
            f"{address}: what talks to OpenSearch is not installed: run `pip install 'searchlib[opensearch]'`"
        ) from error
    if credentials.ca and not address.secure:
        raise IndexUnavailableError(
            f"{address}: {CA_VARIABLE} is for addresses with TLS, which begin with opensearchs://"
        )
    try:
        return OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address.hosts],
            headers={"Authorization": credentials.authorization} if credentials.authorization else None,
            use_ssl=address.secure,
            verify_certs=address.secure,
            ca_certs=credentials.ca or None,
            http_compress=not address.is_local,
            maxsize=_CONNECTIONS,
            # What is repeated is said above, and nowhere else.
            max_retries=0,
            retry_on_timeout=False,
        )
    except (OSError, ValueError) as error:
        raise IndexUnavailableError(f"{address}: {error}: does {CA_VARIABLE} name a file of certificates?") from error


def _seconds(deadline: Deadline, patience: float) -> float:
    """How long one attempt may take: a search's, half of what its deadline leaves, so that another node can be asked."""
    if deadline is NO_DEADLINE:
        return min(ATTEMPT_SECONDS, patience)
    deadline.check()
    left = deadline.remaining()
    return max(left / 2, min(left, 1.0))


def _waits() -> Iterator[float]:
    """How long to wait before each further attempt: longer and longer, and never in step with others."""
    wait = _FIRST_WAIT
    while True:
        yield wait * random.uniform(0.5, 1.0)
        wait = min(2 * wait, _LONGEST_WAIT)


def _is_answer(method: str, path: str, answer: Any) -> bool:
    """Whether an answer looks as OpenSearch's own would, in the parts by which others are told apart."""
    if not isinstance(answer, dict):
        return False
    asked = path.split("/")
    for name, part, kind in (("_search", "hits", dict), ("_msearch", "responses", list), ("_bulk", "items", list)):
        if asked[-1] == name:
            return isinstance(answer.get(part), kind)
    if method == "GET" and asked[-1] == "_mapping":
        return all(isinstance(each, dict) and isinstance(each.get("mappings"), dict) for each in answer.values())
    if method == "GET" and "_doc" in asked:
        return "_source" in answer
    return True


def _lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in values).encode("utf-8", "replace")
