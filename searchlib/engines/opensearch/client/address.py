"""Parse the address of an index in an OpenSearch cluster, and read the credentials for it."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qsl

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.engines.opensearch import SCHEME, TLS_SCHEME
from searchlib.errors import NoIndexError

USER_VARIABLE = "SEARCHLIB_OPENSEARCH_USER"
PASSWORD_VARIABLE = "SEARCHLIB_OPENSEARCH_PASSWORD"
TOKEN_VARIABLE = "SEARCHLIB_OPENSEARCH_TOKEN"
CA_VARIABLE = "SEARCHLIB_OPENSEARCH_CA"
"""The environment variables that hold the credentials, and the path of a file of certificate authorities."""

DEFAULT_PORT = 9200
_NAME = lazy_pattern(r"[a-z0-9][a-z0-9_-]{0,99}")
"""The name of an index. It contains no dot, so that ``NAME.…`` never names the index of another user."""

_PARTS = lazy_pattern(
    rf"(?P<scheme>{SCHEME}|{TLS_SCHEME})://(?P<hosts>[^/?#]*)(?P<path>[^?#]*)\??(?P<query>[^#]*)#?(?P<fragment>.*)",
    re.DOTALL,
)

_MAX_PORT = 65535
_MAX_SHARDS = 1000
_MAX_REPLICAS = 20
_EXAMPLE = f"{SCHEME}://host:{DEFAULT_PORT}/name"


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an index: the ``hosts`` of a cluster as pairs of host and port, and the ``name`` of the index.

    A build creates the index with ``shards`` primary shards and ``replicas`` copies of each.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    is_secure: bool = False
    shards: int = 1
    replicas: int = 1

    def __str__(self) -> str:
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"{TLS_SCHEME if self.is_secure else SCHEME}://{hosts}/{self.name}"

    @property
    def is_local(self) -> bool:
        """Whether all hosts are on this machine, so that requests cross no network."""
        return all(host == "localhost" or _is_loopback(host) for host, _ in self.hosts)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and password, or a token. ``ca`` is the path of the certificate authorities that sign for the cluster."""

    user: str = ""
    password: str = ""
    token: str = ""
    ca: str = ""

    def __repr__(self) -> str:
        return "Credentials(…)"

    @property
    def authorization(self) -> str | None:
        """The value of the ``Authorization`` header, or None without a user and a token."""
        if self.user:
            return f"Basic {b64encode(f'{self.user}:{self.password}'.encode(errors='surrogateescape')).decode()}"
        return f"Bearer {self.token}" if self.token else None


def parse_address(text: str) -> Address:
    """Return the address ``opensearch://host:9200,host:9200/name?shards=2&replicas=1``; raise NoIndexError if it is invalid."""
    if "@" in text:
        # The text before the @ may be a password, so no message quotes it.
        raise NoIndexError(
            f"an address must not hold a user or a password: set {USER_VARIABLE} and {PASSWORD_VARIABLE}, "
            f"or {TOKEN_VARIABLE}, in the environment"
        )
    # ``urllib.parse`` refuses several hosts of which one is an IPv6 address, from Python 3.14 on.
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise _invalid_address(text, f"it must begin with {SCHEME}:// or {TLS_SCHEME}://")
    if parts["fragment"]:
        raise _invalid_address(text, f"remove the fragment #{parts['fragment']}")
    name = parts["path"].strip("/")
    if not _NAME.fullmatch(name):
        raise _invalid_address(
            text, f"{name!r} is not the name of an index: use lower-case letters, digits, - and _, at most 100"
        )
    options = dict(parse_qsl(parts["query"], keep_blank_values=True))
    if unknown := options.keys() - {"shards", "replicas"}:
        raise _invalid_address(text, f"unknown option {min(unknown)!r}: the options are shards and replicas")
    return Address(
        hosts=tuple(_parse_host(text, each) for each in parts["hosts"].split(",")),
        name=name,
        is_secure=parts["scheme"] == TLS_SCHEME,
        shards=_int_option(text, options, "shards", minimum=1, maximum=_MAX_SHARDS),
        replicas=_int_option(text, options, "replicas", minimum=0, maximum=_MAX_REPLICAS),
    )


def read_credentials(address: Address) -> Credentials:
    """Return the credentials in the environment; raise NoIndexError if they are malformed or would be sent unencrypted."""
    credentials = Credentials(
        user=os.environ.get(USER_VARIABLE, ""),
        password=os.environ.get(PASSWORD_VARIABLE, ""),
        token=os.environ.get(TOKEN_VARIABLE, ""),
        ca=os.environ.get(CA_VARIABLE, ""),
    )
    if credentials.token and not (credentials.token.isascii() and credentials.token.isprintable()):
        raise NoIndexError(f"{address}: {TOKEN_VARIABLE} holds characters that a token cannot contain")
    if credentials.authorization and not address.is_secure and not address.is_local:
        raise NoIndexError(
            f"{address}: this would send a password or token unencrypted over the network: use {TLS_SCHEME}:// instead"
        )
    return credentials


def _parse_host(text: str, host: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?", host)
    if not match or not 0 < int(match[2] or DEFAULT_PORT) <= _MAX_PORT:
        raise _invalid_address(text, f"{host!r} is not a host with a port")
    return match[1].strip("[]"), int(match[2] or DEFAULT_PORT)


def _int_option(text: str, options: Mapping[str, str], name: str, *, minimum: int, maximum: int) -> int:
    value = options.get(name, "1")
    if not re.fullmatch("[0-9]{1,6}", value) or not minimum <= int(value) <= maximum:
        raise _invalid_address(text, f"{name} must be a number from {minimum} to {maximum}, not {value!r}")
    return int(value)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid_address(text: str, reason: str) -> NoIndexError:
    return NoIndexError(f"{text!r} is not the address of an index: {reason} (example: {_EXAMPLE})")
