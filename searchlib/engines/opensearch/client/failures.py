"""Turn failed requests to an OpenSearch cluster into errors that name the cause."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from http.client import BadStatusLine
from typing import Any

from searchlib.engines.opensearch import SCHEME, TLS_SCHEME
from searchlib.engines.opensearch.client.address import (
    CA_VARIABLE,
    PASSWORD_VARIABLE,
    TOKEN_VARIABLE,
    USER_VARIABLE,
    Address,
)
from searchlib.errors import IndexUnavailableError, SearchlibError

_INTERNAL = 500
_UNAUTHORIZED, _FORBIDDEN, _TOO_LARGE = 401, 403, 413

_BUSY = (429, 502, 503, 504)
"""The status where the cluster is overloaded, or is looking for another copy of a shard."""

_BLOCK = "cluster_block_exception"
_DISK_WORDS = ("flood-stage", "read-only-allow-delete", "create-index blocked")
_MEMORY = "circuit_breaking_exception"
_REQUEST_SIZE = ("too_many_nested_clauses", "too_many_clauses", "too_many_buckets_exception")

_DECISIVE = (_BLOCK, _MEMORY, *_REQUEST_SIZE)
"""The kinds of errors that decide whether a request can succeed later. Other kinds may be consequences of these."""

_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
)

_MAX_MESSAGE_CHARACTERS = 300


class RefusedError(SearchlibError):
    """The cluster responded to a request with an error: an HTTP ``status``, and the ``kind`` of the error.

    ``is_foreign`` is set if the response is not an error of OpenSearch, ``is_permanent`` if the cluster says that the condition
    will not pass.
    """

    def __init__(
        self,
        location: str,
        status: int,
        kind: str,
        reason: str,
        *,
        is_foreign: bool,
        is_permanent: bool,
    ) -> None:
        super().__init__(f"{location}: the cluster refused a request ({status} {kind}): {reason}")
        self.status = status
        self.kind = kind
        self.reason = reason
        self.is_foreign = is_foreign
        self.is_permanent = is_permanent

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker process sends its errors to the parent, which needs only the message.
        return (SearchlibError, self.args)

    @property
    def is_missing(self) -> bool:
        """Whether the index or document does not exist."""
        return self.status == 404

    @property
    def is_conflict(self) -> bool:
        """Whether the document was changed, or the index was created, by an earlier request."""
        return self.status == 409 or self.kind == "resource_already_exists_exception"

    @property
    def is_out_of_memory(self) -> bool:
        """Whether a node lacks the memory for the request."""
        return self.kind == _MEMORY

    @property
    def is_too_large(self) -> bool:
        """Whether the query has more clauses, or the result more buckets, than a node accepts."""
        return self.kind in _REQUEST_SIZE

    @property
    def is_blocked(self) -> bool:
        """Whether the index has a block: set by an administrator, or by the cluster when a disk is full."""
        return self.kind == _BLOCK and self.status != 503

    @property
    def is_busy(self) -> bool:
        """Whether the cluster is overloaded, or is looking for another copy of a shard."""
        return self.status in _BUSY

    @property
    def is_internal(self) -> bool:
        """Whether the cluster failed internally: by a bug, or because a node was lost during the request."""
        return self.status == _INTERNAL

    @property
    def summary(self) -> str:
        """The status, kind and reason, as the cluster reported them."""
        return f"{self.status} {self.kind}: {self.reason}" if self.reason else f"{self.status} {self.kind}"

    def translate(self, address: Address) -> SearchlibError:
        """Return the library error to raise if the request is not repeated."""
        if self.is_foreign and self.status not in (*_BUSY, _INTERNAL, _UNAUTHORIZED, _FORBIDDEN, _TOO_LARGE):
            return unexpected_response(address, self.summary)
        if self.is_too_large:
            return SearchlibError(
                f"{address}: the query is larger than the cluster accepts ({self.summary}): simplify the query"
            )
        if self.is_blocked:
            return _blocked(address, self)
        if self.is_out_of_memory:
            return _unavailable(address, f"not enough memory for this request ({self.summary})")
        if self.status == _UNAUTHORIZED:
            return IndexUnavailableError(
                f"{address}: the cluster rejects the credentials ({self.summary}): set {USER_VARIABLE} and "
                f"{PASSWORD_VARIABLE}, or {TOKEN_VARIABLE}, in the environment"
            )
        if self.status == _FORBIDDEN:
            return IndexUnavailableError(
                f"{address}: the user lacks a permission ({self.summary}): grant it in the cluster, or set another user in "
                f"{USER_VARIABLE} or {TOKEN_VARIABLE}"
            )
        if self.is_busy:
            return _unavailable(address, f"it is overloaded or lacks a shard ({self.summary})")
        return self


def parse_refusal(location: str, status: int, response: Any, label: str = "") -> RefusedError:
    """Return the error in a response; ``label`` is the name that the client library gives it."""
    error = response.get("error", response) if isinstance(response, Mapping) else response
    if isinstance(error, Mapping):
        causes = [each for each in _causes(error) if isinstance(each.get("type"), str)]
        # A decisive cause may be nested below what the cluster calls the root cause.
        main = next((each for each in causes if each["type"] in _DECISIVE), next(iter(causes), {}))
        kind, reason = str(main.get("type", label)), str(main.get("reason") or "")
        last = causes[-1] if causes else main
        if last is not main and str(last.get("reason")) not in reason:
            reason += f" ({last['type']}: {last.get('reason')})"
        is_permanent = main.get("durability") == "PERMANENT"
    else:
        kind, reason, is_permanent = _shorten(label or "error"), _shorten(error or ""), False
        kind, reason = (kind, "") if kind == reason else (kind, reason)
    return RefusedError(
        location, status, kind, _shorten(reason), is_foreign=not _is_own_form(response), is_permanent=is_permanent
    )


def _is_own_form(response: Any) -> bool:
    """Return whether a response has a form that only OpenSearch uses: an error, or a document that does not exist."""
    return isinstance(response, Mapping) and (
        ("error" in response and "status" in response) or "found" in response or "result" in response
    )


def _causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield an error and all of its causes; those that the cluster calls root causes come first."""
    for each in _mappings(error.get("root_cause")):
        yield from _causes(each)
    yield error
    for each in _mappings(error.get("failed_shards")):
        if isinstance(reason := each.get("reason"), Mapping):
            yield from _causes(reason)
    if isinstance(cause := error.get("caused_by"), Mapping):
        yield from _causes(cause)


def _mappings(values: Any) -> list[Mapping[str, Any]]:
    return [each for each in values if isinstance(each, Mapping)] if isinstance(values, list) else []


def _blocked(address: Address, error: RefusedError) -> IndexUnavailableError:
    if any(word in error.reason for word in _DISK_WORDS):
        return IndexUnavailableError(
            f"{address}: the cluster rejects writes because the disk of a node is full ({error.summary}): free disk space, "
            "which removes the block, or set index.blocks.read_only_allow_delete to null, then start again"
        )
    return IndexUnavailableError(
        f"{address}: the index has a block in the cluster ({error.summary}): set the block to null in the settings of the "
        "index (index.blocks), then start again"
    )


def connection_failure(address: Address, error: Any) -> tuple[IndexUnavailableError, bool]:
    """Return the error for a request without a response, and whether repeating the request is pointless.

    ``error`` is the exception of the client library.
    """
    cause = _root_cause(error.info if isinstance(error.info, BaseException) else error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            IndexUnavailableError(
                f"{address}: the certificate of the cluster is not trusted ({_shorten(cause)}): set {CA_VARIABLE} to the file "
                "with the certificate of the authority that signed it"
            ),
            True,
        )
    if isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS:
        return (
            IndexUnavailableError(
                f"{address}: the node does not use TLS ({_shorten(cause)}): use {SCHEME}:// for a cluster without TLS"
            ),
            True,
        )
    if isinstance(cause, BadStatusLine) and not isinstance(cause, ConnectionError):
        hint = "" if address.is_secure else f"; for a cluster with TLS, use {TLS_SCHEME}://"
        return unexpected_response(address, f"not HTTP{hint}"), True
    return _unavailable(address, f"no node responds ({_shorten(cause) or type(cause).__name__})"), False


def _root_cause(error: BaseException) -> BaseException:
    """Return the root of a chain of exceptions, or the first exception of the ``ssl`` module in the chain."""
    while not isinstance(error, ssl.SSLError):
        nested = next((each for each in error.args if isinstance(each, BaseException)), None)
        if (cause := error.__cause__ or nested or error.__context__) is None:
            break
        error = cause
    return error


def _unavailable(address: Address, reason: str) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"{address}: the cluster cannot be used now: {reason}: check that it is running and reachable, then try again"
    )


def unexpected_response(address: Address, reason: str) -> IndexUnavailableError:
    """Return the error for a response that does not come from OpenSearch."""
    return IndexUnavailableError(
        f"{address}: unexpected response ({reason}): check that this is the address of an OpenSearch node"
    )


def _shorten(text: object) -> str:
    """Return the beginning of a text from outside, in one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= _MAX_MESSAGE_CHARACTERS else f"{line[:_MAX_MESSAGE_CHARACTERS]}…"
