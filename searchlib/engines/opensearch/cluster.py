"""Talk to an OpenSearch cluster: the one place where requests are made, repeated and given up."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from searchlib.engines.opensearch.address import (
    CA_VARIABLE,
    PASSWORD_VARIABLE,
    TOKEN_VARIABLE,
    USER_VARIABLE,
    Address,
    Credentials,
    read_credentials,
)
from searchlib.errors import IndexUnavailableError, SearchlibError, SearchTimeoutError

ATTEMPT_SECONDS = 60.0
"""One request takes no longer; a search has less, which its deadline says."""

READ_PATIENCE = 20.0
WRITE_PATIENCE = 300.0
"""A request is repeated for so many seconds while the cluster is busy or a node of it is lost; searches have a deadline."""

GONE_PATIENCE = 1.5
"""… and for so many where no node answers at all, if it reads."""

_SHARD_SECONDS = 20
"""How long a node that takes articles waits for a shard that is lost."""

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 10.0
_CONNECTIONS = 16
_BUSY = (429, 502, 503, 504)
"""The cluster has too much to do, or looks for another copy of a shard: what it is asked may be asked again."""

_INTERNAL = 500
_MOST_INTERNAL = 4
"""A node that is lost in the middle of a search makes it fail so, and so may a defect: a few more times tell them apart."""

_REFUSED = (401, 403)


class Call(Protocol):
    """What limits a request: a search's own ``Request`` does."""

    @property
    def begun(self) -> float: ...

    @property
    def deadline(self) -> float | None: ...


class RefusedError(SearchlibError):
    """The cluster refused a request, with this HTTP status; ``kind`` is its word for why."""

    def __init__(self, place: str, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{place}: the cluster refused a request ({status} {kind}): {reason}")
        self.status = status
        self.kind = kind
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        return (SearchlibError, self.args)

    @property
    def is_missing(self) -> bool:
        """Whether what was asked for is not there."""
        return self.status == 404

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else has changed it, or made it, before."""
        return self.status == 409 or self.kind == "resource_already_exists_exception"


class Cluster:
    """The nodes at an address; for any number of threads, and for one process."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._credentials = read_credentials(address)
        self._client = _client(address, self._credentials)

    def get(self, path: str, *, limits: Call | None = None, **params: Any) -> Any:
        """What lies at a path."""
        return self.request("GET", path, params=params, limits=limits)

    def search(
        self, index: str, body: Mapping[str, Any], *, limits: Call | None = None, preference: str | None = None
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
        return self.request("POST", f"/{index}/_search", body, params=params, limits=limits)

    def counts(
        self,
        index: str,
        queries: Sequence[Mapping[str, Any]],
        *,
        limits: Call | None = None,
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
        answer = self.request("POST", f"/{index}/_msearch", _lines(lines), limits=limits, check=_check_each)
        return [each["hits"]["total"]["value"] for each in answer["responses"]]

    def put(self, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Any:
        """Write at a path."""
        return self.request("PUT", path, body, params=params, patience=WRITE_PATIENCE)

    def create(self, index: str, body: Mapping[str, Any]) -> None:
        """Make an index with a name that nobody else uses: if it is there, the answer to an earlier attempt was lost."""
        try:
            self.put(f"/{index}", body)
        except RefusedError as error:
            if not error.is_conflict:
                raise

    def post(self, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Any:
        """Have something done that may be done twice."""
        return self.request("POST", path, body, params=params, patience=WRITE_PATIENCE)

    def delete(self, path: str, **params: Any) -> Any:
        """Remove what lies at a path."""
        return self.request("DELETE", path, params=params, patience=WRITE_PATIENCE)

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        """Carry out actions, each given as its lines; those that the cluster has no room for now again, after a while.

        Each may be carried out twice: none but the last of two on one article counts.

        Raises:
            SearchlibError: the cluster refuses one of them for good.
            IndexUnavailableError: it has had no room for too long, or is gone.
        """
        left = list(actions)
        ends = time.monotonic() + WRITE_PATIENCE
        waits = _waits()
        while left:
            params = {"timeout": f"{_SHARD_SECONDS}s"}
            answer = self.request("POST", f"/{index}/_bulk", b"".join(left), params=params, patience=WRITE_PATIENCE)
            if not answer["errors"]:
                return
            again: list[bytes] = []
            for action, item in zip(left, answer["items"], strict=True):
                (result,) = item.values()
                error = result.get("error")
                if error is None or result["status"] == 404:
                    continue
                if result["status"] not in _BUSY:
                    raise RefusedError(str(self.address), result["status"], error["type"], error["reason"])
                again.append(action)
            left = again
            if left:
                if time.monotonic() > ends:
                    raise self._gone("it has been too busy for too long to take what is written", None)
                time.sleep(next(waits))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        limits: Call | None = None,
        patience: float = READ_PATIENCE,
        check: Any = None,
    ) -> Any:
        """Make a request, and make it again while that may help: all that can be asked here may be asked twice.

        Raises:
            SearchTimeoutError: its deadline is over.
            IndexUnavailableError: no node has answered, or the cluster was too busy, for as long as is waited.
            RefusedError: the cluster refused it.
        """
        from opensearchpy import exceptions as theirs

        begun = time.monotonic()
        waits = _waits()
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._client.transport.perform_request(
                    method, path, params={**(params or {}), "request_timeout": _seconds(limits, patience)}, body=body
                )
                if check:
                    check(str(self.address), answer)
                return answer
            except theirs.SSLError as error:
                raise IndexUnavailableError(
                    f"{self.address}: the cluster cannot prove who it is ({error.info}): {CA_VARIABLE} names the file of the "
                    "authority that vouches for it"
                ) from error
            except theirs.ConnectionError as error:
                lost: Exception = error
                waited = GONE_PATIENCE if patience == READ_PATIENCE else patience
                if isinstance(error, theirs.ConnectionTimeout):
                    waited = patience
                reason = "no node answers"
            except theirs.TransportError as error:
                refused = _refused(str(self.address), error)
                if refused.status in _REFUSED:
                    raise self._unknown_user(refused) from error
                if refused.status not in _BUSY and (refused.status != _INTERNAL or tries > _MOST_INTERNAL):
                    raise refused from error
                lost, waited, reason = error, patience, f"it is busy, or lacks a part ({refused.kind})"
            except RefusedError as error:
                if error.status not in _BUSY and (error.status != _INTERNAL or tries > _MOST_INTERNAL):
                    raise
                lost, waited, reason = error, patience, f"it is busy, or lacks a part ({error.kind})"
            if time.monotonic() - begun > waited:
                raise self._gone(reason, lost) from lost
            # Another node may answer at once.
            self._sleep(0.0 if tries < len(self.address.hosts) else next(waits), limits)

    @staticmethod
    def _sleep(seconds: float, limits: Call | None) -> None:
        if limits is not None and limits.deadline is not None and time.monotonic() + seconds >= limits.deadline:
            raise SearchTimeoutError(time.monotonic() - limits.begun)
        time.sleep(seconds)

    def _gone(self, reason: str, error: Exception | None) -> IndexUnavailableError:
        why = f" ({type(error).__name__})" if error else ""
        return IndexUnavailableError(
            f"{self.address}: the cluster cannot be used now: {reason}{why}: see whether it runs and is reached from here, "
            "then try again"
        )

    def _unknown_user(self, error: RefusedError) -> IndexUnavailableError:
        return IndexUnavailableError(
            f"{self.address}: the cluster does not let this user in ({error.status}): set {USER_VARIABLE} and "
            f"{PASSWORD_VARIABLE}, or {TOKEN_VARIABLE}, in the environment"
        )

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()


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


def _seconds(limits: Call | None, patience: float) -> float:
    """How long one attempt may take: a search's, half of what its deadline leaves, so that another node can be asked."""
    if limits is None or limits.deadline is None:
        return min(ATTEMPT_SECONDS, patience)
    left = limits.deadline - time.monotonic()
    if left <= 0:
        raise SearchTimeoutError(time.monotonic() - limits.begun)
    return max(left / 2, min(left, 1.0))


def _waits() -> Iterator[float]:
    """How long to wait before each further attempt: longer and longer, and never in step with others."""
    wait = _FIRST_WAIT
    while True:
        yield wait * random.uniform(0.5, 1.0)
        wait = min(2 * wait, _LONGEST_WAIT)


def _refused(place: str, error: Any) -> RefusedError:
    info = error.info if isinstance(error.info, dict) else {}
    said = info.get("error", info)
    if not isinstance(said, dict):
        return RefusedError(place, int(error.status_code), str(error.error), str(said)[:200])
    cause = (said.get("root_cause") or [said])[0]
    return RefusedError(
        place, int(error.status_code), str(cause.get("type", error.error)), str(cause.get("reason", ""))
    )


def _check_each(place: str, answer: Any) -> None:
    """Refuse the answer to many searches if one of them failed."""
    for each in answer["responses"]:
        if "error" in each:
            cause = (each["error"].get("root_cause") or [each["error"]])[0]
            raise RefusedError(place, each["status"], cause["type"], str(cause.get("reason", "")))


def _lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in values).encode("utf-8", "replace")
