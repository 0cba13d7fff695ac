"""Tell what a failed request to an OpenSearch cluster means: whether to make it again, and what to say in the end."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from http.client import BadStatusLine
from typing import Any

from searchlib.engines.opensearch.client.address import (
    CA_VARIABLE,
    PASSWORD_VARIABLE,
    TOKEN_VARIABLE,
    USER_VARIABLE,
    Address,
)
from searchlib.engines.opensearch.client.schemes import PLAIN, SECURE
from searchlib.errors import IndexUnavailableError, SearchlibError

BRIEF_PATIENCE = 30.0
"""A cluster that lacks memory for a request may have it soon; if not, the request itself is too large."""

_BUSY = (429, 502, 503, 504)
"""The cluster has too much to do, or looks for another copy of a shard: what it is asked may be asked again."""

_INTERNAL = 500
_MOST_INTERNAL = 4
"""A node that is lost in the middle of a search makes it fail so, and so may a defect: a few more times tell them apart."""

_UNKNOWN, _FORBIDDEN, _TOO_LARGE = 401, 403, 413

_BLOCK = "cluster_block_exception"
_DISK_WORDS = ("flood-stage", "read-only-allow-delete", "create-index blocked")
_NO_MEMORY = "circuit_breaking_exception"
_TOO_MANY = ("too_many_nested_clauses", "too_many_clauses", "too_many_buckets_exception")

_DECISIVE = (_BLOCK, _NO_MEMORY, *_TOO_MANY)
"""Kinds that say whether the same request may ever be granted, whatever else went wrong for their sake."""

_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
)

_MOST_CHARACTERS = 300


class RefusedError(SearchlibError):
    """The cluster refused a request, with this HTTP status; ``kind`` is its word for why.

    What has no form of OpenSearch's own is ``strange``; ``lasts`` says that the cluster expects it to be so for good.
    """

    def __init__(
        self, place: str, status: int, kind: str, reason: str, *, strange: bool = False, lasts: bool = False
    ) -> None:
        super().__init__(f"{place}: the cluster refused a request ({status} {kind}): {reason}")
        self.status = status
        self.kind = kind
        self.reason = reason
        self.strange = strange
        self.lasts = lasts

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

    @property
    def said(self) -> str:
        """What the cluster itself said."""
        return f"{self.status} {self.kind}: {self.reason}" if self.reason else f"{self.status} {self.kind}"

    def patience(self, tries: int, patience: float) -> float:
        """For how many seconds the request is worth making again, having been made so often; 0 if it never is."""
        if self.kind == _NO_MEMORY:
            return 0.0 if self.lasts else min(patience, BRIEF_PATIENCE)
        if self.kind in _TOO_MANY or (self.kind == _BLOCK and self.status != 503):
            return 0.0
        if self.status == _INTERNAL:
            return patience if tries <= _MOST_INTERNAL else 0.0
        return patience if self.status in _BUSY else 0.0

    def told(self, address: Address) -> SearchlibError:
        """The error for whoever asked, when the request is not made again."""
        if self.strange and self.status not in (*_BUSY, _INTERNAL, _UNKNOWN, _FORBIDDEN, _TOO_LARGE):
            return no_opensearch(address, f"what answers there says {self.said}")
        if self.kind in _TOO_MANY:
            return SearchlibError(
                f"{address}: this is more than the cluster takes ({self.said}): ask for something simpler"
            )
        if self.kind == _BLOCK and self.status != 503:
            return _blocked(address, self)
        if self.kind == _NO_MEMORY:
            return unavailable(address, f"it has not enough memory for this ({self.said})")
        if self.status == _UNKNOWN:
            return IndexUnavailableError(
                f"{address}: the cluster does not let this user in ({self.said}): set {USER_VARIABLE} and "
                f"{PASSWORD_VARIABLE}, or {TOKEN_VARIABLE}, in the environment"
            )
        if self.status == _FORBIDDEN:
            return IndexUnavailableError(
                f"{address}: the cluster does not allow this ({self.said}): give the user that right there, "
                f"or name another in {USER_VARIABLE} or {TOKEN_VARIABLE}"
            )
        if self.status in _BUSY:
            return unavailable(address, f"it is busy, or lacks a part ({self.said})")
        return self


def refusal(place: str, status: int, said: Any, word: str = "") -> RefusedError:
    """What a cluster said in an error; ``word`` is the client library's for it."""
    error = said.get("error", said) if isinstance(said, Mapping) else said
    if isinstance(error, Mapping):
        causes = [each for each in _causes(error) if isinstance(each.get("type"), str)]
        # What decides anything may lie deeper than what the cluster calls the root.
        found = next((each for each in causes if each["type"] in _DECISIVE), next(iter(causes), {}))
        kind, reason = str(found.get("type", word)), str(found.get("reason") or "")
        cause = causes[-1] if causes else found
        if cause is not found and str(cause.get("reason")) not in reason:
            reason += f" ({cause['type']}: {cause.get('reason')})"
        lasts = found.get("durability") == "PERMANENT"
    else:
        kind, reason, lasts = _short(word or "error"), _short(error or ""), False
        kind, reason = (kind, "") if kind == reason else (kind, reason)
    return RefusedError(place, status, kind, _short(reason), strange=not _is_own(said), lasts=lasts)


def _is_own(said: Any) -> bool:
    """Whether an answer has a form that only OpenSearch gives it: an error, or an article that is not there."""
    return isinstance(said, Mapping) and (("error" in said and "status" in said) or "found" in said or "result" in said)


def _causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All that an error names as its causes, what the cluster calls the root of it first; if it names no root, itself first."""
    for each in _listed(error.get("root_cause")):
        yield from _causes(each)
    yield error
    for each in _listed(error.get("failed_shards")):
        if isinstance(reason := each.get("reason"), Mapping):
            yield from _causes(reason)
    if isinstance(cause := error.get("caused_by"), Mapping):
        yield from _causes(cause)


def _listed(values: Any) -> list[Mapping[str, Any]]:
    return [each for each in values if isinstance(each, Mapping)] if isinstance(values, list) else []


def _blocked(address: Address, error: RefusedError) -> IndexUnavailableError:
    if any(word in error.reason for word in _DISK_WORDS):
        return IndexUnavailableError(
            f"{address}: the cluster writes nothing more, as the disk of a node is full ({error.said}): make room there, which "
            "lifts the block, or set index.blocks.read_only_allow_delete to null, then start again"
        )
    return IndexUnavailableError(
        f"{address}: the index is closed for this ({error.said}): somebody has set a block on it in the cluster: set that to "
        "null among its settings (index.blocks), then start again"
    )


def lost(address: Address, error: Any) -> tuple[IndexUnavailableError, bool]:
    """What it means that nothing came back, as the client library puts it, and whether it is for good."""
    cause = _root(error.info if isinstance(error.info, BaseException) else error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            IndexUnavailableError(
                f"{address}: the cluster cannot prove who it is ({_short(cause)}): {CA_VARIABLE} names the file of the "
                "authority that vouches for it"
            ),
            True,
        )
    if isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS:
        return (
            IndexUnavailableError(
                f"{address}: no TLS is spoken there ({_short(cause)}): write {PLAIN}:// for a cluster without TLS"
            ),
            True,
        )
    if isinstance(cause, BadStatusLine) and not isinstance(cause, ConnectionError):
        hint = "" if address.secure else f"; if that is TLS, write {SECURE}://"
        return no_opensearch(address, f"what answers there speaks no HTTP{hint}"), True
    return unavailable(address, f"no node answers ({_short(cause) or type(cause).__name__})"), False


def _root(error: BaseException) -> BaseException:
    """What an error began with, for those that were raised because of others; what TLS says of itself counts as the beginning."""
    while not isinstance(error, ssl.SSLError):
        nested = next((each for each in error.args if isinstance(each, BaseException)), None)
        if (cause := error.__cause__ or nested or error.__context__) is None:
            break
        error = cause
    return error


def unavailable(address: Address, reason: str) -> IndexUnavailableError:
    """The cluster is there, or was, and cannot do what it is asked."""
    return IndexUnavailableError(
        f"{address}: the cluster cannot be used now: {reason}: see whether it runs and is reached from here, then try again"
    )


def no_opensearch(address: Address, reason: str) -> IndexUnavailableError:
    """Something answers, and it is no cluster."""
    return IndexUnavailableError(
        f"{address}: there is no OpenSearch here: {reason}: give the address of a node of the cluster"
    )


def _short(text: object) -> str:
    """The beginning of what somebody else wrote, in one line."""
    line = " ".join(str(text).split())
    return line if len(line) <= _MOST_CHARACTERS else f"{line[:_MOST_CHARACTERS]}…"
