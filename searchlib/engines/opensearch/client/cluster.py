"""Send requests to an OpenSearch cluster, and repeat those that may succeed later."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline
from searchlib.engines.opensearch import TLS_SCHEME
from searchlib.engines.opensearch.client.address import CA_VARIABLE, Address, Credentials, read_credentials
from searchlib.engines.opensearch.client.dsl import Query
from searchlib.engines.opensearch.client.failures import (
    RefusedError,
    connection_failure,
    parse_refusal,
    unexpected_response,
)
from searchlib.engines.opensearch.client.retries import DEFAULT_POLICY, Retry, RetryPolicy, backoff
from searchlib.errors import IndexUnavailableError, SearchlibError

_BULK_SHARD_SECONDS = 20
"""The time for which the node that receives a bulk request waits for a shard without a primary."""

_CONNECTIONS = 16
_OTHER_FORM = "not in the form of OpenSearch"


class _NoResponseError(Exception):
    """No node responded since ``since``. ``error`` is for the caller. ``is_timeout`` is set if a node received the request."""

    def __init__(self, error: SearchlibError, since: float, *, is_timeout: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.since = since
        self.is_timeout = is_timeout


class Cluster:
    """The nodes at an address. Any number of threads of one process may share it."""

    def __init__(self, address: Address, policy: RetryPolicy = DEFAULT_POLICY) -> None:
        self.address = address
        self._policy = policy
        self._client = _client(address, read_credentials(address))
        self._outage: tuple[float, float] | None = None
        """The times at which the first and the last request without a response were given up; None after a response."""

    def get(self, path: str, *, deadline: Deadline = NO_DEADLINE, **params: Any) -> Any:
        """Return the resource at a path."""
        return self.request("GET", path, params=params, deadline=deadline)

    def document(
        self, index: str, document_id: str, *, deadline: Deadline = NO_DEADLINE, **params: Any
    ) -> dict[str, Any] | None:
        """Return the source of a document, or None if the document or the index does not exist."""
        try:
            document = self.get(f"/{index}/_doc/{document_id}", deadline=deadline, **params)
        except RefusedError as error:
            if error.is_missing:
                return None
            raise
        source: dict[str, Any] = document["_source"]
        return source

    def search(
        self, index: str, body: Mapping[str, Any], *, deadline: Deadline = NO_DEADLINE, preference: str | None = None
    ) -> Any:
        """Return the response to a search of all shards; the same ``preference`` leads to the same copies of the shards."""
        params = {"allow_partial_search_results": "false"}
        if body.get("size") == 0:
            params["request_cache"] = "true"
        if preference is not None:
            params["preference"] = preference
        return self.request("POST", f"/{index}/_search", body, params=params, deadline=deadline)

    def counts(
        self, index: str, queries: Sequence[Query], *, deadline: Deadline = NO_DEADLINE, preference: str | None = None
    ) -> list[int]:
        """Return the number of documents that match each query, with one request; ``preference`` is as in ``search``."""
        if not queries:
            return []
        header: dict[str, Any] = {"allow_partial_search_results": False}
        if preference is not None:
            header["preference"] = preference
        lines: list[Mapping[str, Any]] = []
        for query in queries:
            lines += [header, {"size": 0, "track_total_hits": True, "query": query}]
        body = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode("utf-8", "replace")
        response = self.request("POST", f"/{index}/_msearch", body, deadline=deadline)
        return [each["hits"]["total"]["value"] for each in response["responses"]]

    def put(
        self, path: str, body: Mapping[str, Any] | None = None, *, retry: Retry | None = None, **params: Any
    ) -> Any:
        """Write to a path; ``retry`` defaults to the policy's value for writes."""
        return self.request("PUT", path, body, params=params, retry=retry or self._policy.write)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Any:
        """Start an operation that does no harm if it is executed twice."""
        return self.request("POST", path, body, params=params, retry=self._policy.write)

    def delete(self, path: str, *, retry: Retry | None = None, **params: Any) -> None:
        """Delete the resource at a path; ``retry`` defaults to the policy's value for writes.

        A missing resource counts as deleted: the response to an earlier attempt may have been lost.
        """
        try:
            self.request("DELETE", path, params=params, retry=retry or self._policy.write)
        except RefusedError as error:
            if not error.is_missing:
                raise

    def create(self, index: str, body: Mapping[str, Any]) -> None:
        """Create an index with a unique name. If it exists, an earlier attempt has created it and its response was lost."""
        try:
            self.put(f"/{index}", body)
        except RefusedError as error:
            if not error.is_conflict:
                raise

    def bulk(self, index: str, actions: Sequence[bytes]) -> None:
        """Execute the actions of a bulk request, each given as its lines, and repeat those that the cluster rejects for now.

        An action may be executed twice: only the last action on a document may count.

        ``opensearchpy.helpers.bulk`` is not used: it repeats every status 429, even for a full disk, but nothing after a lost
        connection.

        Raises:
            SearchlibError: the cluster rejects one of the actions for good.
            IndexUnavailableError: the cluster was overloaded for too long, or no node responds.
        """
        pending = list(actions)
        start = time.monotonic()
        waits = backoff()
        write = self._policy.write
        attempts = 0
        while pending:
            attempts += 1
            remaining = max(start + write.busy - time.monotonic(), 1.0)
            response = self.request(
                "POST",
                f"/{index}/_bulk",
                b"".join(pending),
                params={"timeout": f"{_BULK_SHARD_SECONDS}s"},
                retry=replace(write, busy=remaining),
            )
            if not response.get("errors"):
                return
            rejected: list[bytes] = []
            for action, item in zip(pending, response["items"], strict=True):
                (result,) = item.values()
                if "error" not in result or result["status"] == 404:
                    continue
                error = parse_refusal(str(self.address), result["status"], {"status": result["status"], **result})
                if time.monotonic() - start >= self._policy.busy_seconds(error, write, attempts):
                    raise error.translate(self.address)
                rejected.append(action)
            pending = rejected
            if pending:
                time.sleep(next(waits))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        deadline: Deadline = NO_DEADLINE,
        retry: Retry | None = None,
    ) -> Any:
        """Send a request, and repeat it while that may help. Executing it twice must do no harm.

        The client library's own retries are off: they do not wait, ignore the deadline, and depend only on the status.

        Raises:
            SearchTimeoutError: the deadline has passed.
            IndexUnavailableError: no node responded, or the cluster was overloaded, until the end of the retries; or the cluster
                rejects the credentials, has no space, or is not OpenSearch.
            RefusedError: the cluster refused the request.
        """
        retry = retry or self._policy.read
        start = time.monotonic()
        waits = backoff()
        hosts = len(self.address.hosts)
        attempts = 0
        while True:
            attempts += 1
            timeout = _attempt_seconds(deadline, min(self._policy.attempt, retry.busy))
            try:
                return self._attempt(method, path, body, {**(params or {}), "request_timeout": timeout})
            except RefusedError as error:
                if time.monotonic() - start >= self._policy.busy_seconds(error, retry, attempts):
                    translated = error.translate(self.address)
                    raise translated from (error if translated is not error else error.__cause__)
            except _NoResponseError as error:
                since = min(start, error.since) if retry.shares_outage else start
                outage = time.monotonic() - since
                is_over = outage >= retry.unreachable and attempts >= hosts
                if outage >= retry.busy if error.is_timeout else is_over:
                    raise error.error from error.__cause__
            # Another node may respond at once.
            self._sleep(0.0 if attempts < hosts else next(waits), deadline)

    def _attempt(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> Any:
        from opensearchpy import exceptions

        start = time.monotonic()
        try:
            response = self._client.transport.perform_request(method, path, params=params, body=body)
        except exceptions.ConnectionError as error:
            failure, is_final = connection_failure(self.address, error)
            if is_final:
                raise failure from error
            is_timeout = isinstance(error, exceptions.ConnectionTimeout)
            raise _NoResponseError(failure, self._outage_start(start), is_timeout=is_timeout) from error
        except exceptions.TransportError as error:
            self._outage = None
            refusal = error.info if isinstance(error.info, dict) else str(error.error)
            raise parse_refusal(str(self.address), int(error.status_code), refusal, str(error.error)) from error
        except (exceptions.OpenSearchException, AttributeError, RecursionError, TypeError, ValueError) as error:
            # The client library expects a response of OpenSearch, and raises various errors for any other.
            raise unexpected_response(self.address, _OTHER_FORM) from error
        self._outage = None
        if not _has_expected_form(method, path, response):
            raise unexpected_response(self.address, _OTHER_FORM)
        for each in response.get("responses", ()):
            if "error" in each:
                # A multi search fails if one of its searches fails.
                raise parse_refusal(str(self.address), each["status"], each)
        return response

    def _outage_start(self, start: float) -> float:
        """Return the start of the current outage, for a request that started at ``start``. A much older outage is another one."""
        outage = self._outage
        is_same = outage is not None and start - outage[1] < self._policy.write.unreachable
        since = outage[0] if outage is not None and is_same else start
        self._outage = (since, time.monotonic())
        return since

    @staticmethod
    def _sleep(seconds: float, deadline: Deadline) -> None:
        if seconds >= deadline.remaining():
            raise deadline.error()
        time.sleep(seconds)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _client(address: Address, credentials: Credentials) -> Any:
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        raise SearchlibError(
            f"{address}: the client of OpenSearch is not installed: run `pip install 'searchlib[opensearch]'`"
        ) from error
    if credentials.ca and not address.is_secure:
        raise IndexUnavailableError(
            f"{address}: {CA_VARIABLE} is set, but the address does not use TLS: use {TLS_SCHEME}://, or unset the variable"
        )
    try:
        return OpenSearch(
            hosts=[{"host": host, "port": port} for host, port in address.hosts],
            headers={"Authorization": credentials.authorization} if credentials.authorization else None,
            use_ssl=address.is_secure,
            verify_certs=address.is_secure,
            ca_certs=credentials.ca or None,
            http_compress=not address.is_local,
            maxsize=_CONNECTIONS,
            # ``Cluster.request`` repeats requests.
            max_retries=0,
            retry_on_timeout=False,
        )
    except (OSError, ValueError) as error:
        raise IndexUnavailableError(
            f"{address}: the connection cannot be set up ({error}): check that {CA_VARIABLE} names a file of certificates"
        ) from error


def _attempt_seconds(deadline: Deadline, default: float) -> float:
    """Return the timeout of one attempt. With a deadline it is half of the remaining time, so that another node can be tried."""
    if deadline is NO_DEADLINE:
        return default
    deadline.check()
    left = deadline.remaining()
    return max(left / 2, min(left, 1.0))


def _has_expected_form(method: str, path: str, response: Any) -> bool:
    """Return whether a response has the parts that identify a response of OpenSearch."""
    if not isinstance(response, dict):
        return False
    parts = path.split("/")
    for name, key, kind in (("_search", "hits", dict), ("_msearch", "responses", list), ("_bulk", "items", list)):
        if parts[-1] == name:
            return isinstance(response.get(key), kind)
    if method == "GET" and parts[-1] == "_mapping":
        return all(isinstance(each, dict) and isinstance(each.get("mappings"), dict) for each in response.values())
    if method == "GET" and "_doc" in parts:
        return "_source" in response
    return True
