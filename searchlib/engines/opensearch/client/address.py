"""Read the address of an index in an OpenSearch cluster."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from searchlib.engines.opensearch.client.schemes import PLAIN, SECURE
from searchlib.errors import NoIndexError

USER_VARIABLE = "SEARCHLIB_OPENSEARCH_USER"
PASSWORD_VARIABLE = "SEARCHLIB_OPENSEARCH_PASSWORD"
TOKEN_VARIABLE = "SEARCHLIB_OPENSEARCH_TOKEN"
CA_VARIABLE = "SEARCHLIB_OPENSEARCH_CA"
"""Where a user and password or a token are read from, and the file of a certificate authority of one's own."""

DEFAULT_PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
"""No name holds a dot: names of what belongs to an index do, so that no other index has them."""

_HIGHEST_PORT = 65535
_MOST_SHARDS = 1000
_MOST_REPLICAS = 20
_EXAMPLE = f"{PLAIN}://host:{DEFAULT_PORT}/name"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index lies: the ``hosts`` of a cluster, each with its port, and the ``name`` of the index there.

    A build makes so many ``shards``, and so many ``replicas`` of each.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool = False
    shards: int = 1
    replicas: int = 1

    def __str__(self) -> str:
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return f"{SECURE if self.secure else PLAIN}://{hosts}/{self.name}"

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves this machine on the way there."""
        return all(host == "localhost" or _is_loopback(host) for host, _ in self.hosts)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to prove who one is; none of it is ever shown. ``ca`` is the file of the authority that vouches for the cluster."""

    user: str = ""
    password: str = ""
    token: str = ""
    ca: str = ""

    def __repr__(self) -> str:
        return "Credentials(…)"

    @property
    def authorization(self) -> str | None:
        """The header that proves it, if there is anything to prove."""
        if self.user:
            return f"Basic {b64encode(f'{self.user}:{self.password}'.encode(errors='surrogateescape')).decode()}"
        return f"Bearer {self.token}" if self.token else None


def parse_address(text: str) -> Address:
    """The address that a text spells: ``opensearch://host:9200,host:9200/name?shards=2&replicas=1``.

    Raises:
        NoIndexError: it is none.
    """
    if "@" in text:
        # Whatever stands before it may be a password: it is not repeated.
        raise NoIndexError(
            f"an address holds no user and no password: set {USER_VARIABLE} and {PASSWORD_VARIABLE}, "
            f"or {TOKEN_VARIABLE}, in the environment"
        )
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _wrong(text, str(error)) from error
    if parts.fragment:
        raise _wrong(text, f"nothing follows a #, as {parts.fragment!r} does")
    name = parts.path.strip("/")
    if not _NAME.fullmatch(name):
        raise _wrong(text, f"{name!r} is no name of an index: small letters, digits, - and _ make one")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - {"shards", "replicas"}:
        raise _wrong(text, f"there is no option {min(unknown)!r}: the options are shards and replicas")
    return Address(
        hosts=tuple(_host(text, each) for each in parts.netloc.split(",")),
        name=name,
        secure=parts.scheme == SECURE,
        shards=_number(text, options, "shards", 1, 1, _MOST_SHARDS),
        replicas=_number(text, options, "replicas", 1, 0, _MOST_REPLICAS),
    )


def read_credentials(address: Address, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials that the environment holds.

    Raises:
        NoIndexError: they would go over a network where all can read them.
    """
    found = Credentials(
        user=environment.get(USER_VARIABLE, ""),
        password=environment.get(PASSWORD_VARIABLE, ""),
        token=environment.get(TOKEN_VARIABLE, ""),
        ca=environment.get(CA_VARIABLE, ""),
    )
    if found.token and not (found.token.isascii() and found.token.isprintable()):
        raise NoIndexError(f"{address}: {TOKEN_VARIABLE} holds characters that no token has")
    if found.authorization and not address.secure and not address.is_local:
        raise NoIndexError(
            f"{address}: without TLS a password or token can be read by others on the way: write {SECURE}:// instead"
        )
    return found


def _host(text: str, written: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?", written)
    if not found or not 0 < int(found[2] or DEFAULT_PORT) <= _HIGHEST_PORT:
        raise _wrong(text, f"{written!r} is no host with a port")
    return found[1].strip("[]"), int(found[2] or DEFAULT_PORT)


def _number(text: str, options: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    written = options.get(name, str(default))
    if not re.fullmatch("[0-9]{1,6}", written) or not least <= int(written) <= most:
        raise _wrong(text, f"{name} must be a number from {least} to {most}, not {written!r}")
    return int(written)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(text: str, reason: str) -> NoIndexError:
    return NoIndexError(f"{text!r} is no address of an index: {reason} (an example: {_EXAMPLE})")
