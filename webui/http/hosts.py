"""Answer only requests that name this site in their Host header.

Without this check, a page of another site could point its own name at this server (DNS rebinding), and read a private archive
with the reader's browser.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import MisdirectedRequest

import searchlib

_CONFIG_KEY = "ALLOWED_HOSTS"
_CANONICAL_KEY = "CANONICAL_HOST"
_ANY_HOST = "*"
_LOOPBACK_NAME = "localhost"
_WILDCARD_ADDRESSES = ("", "0.0.0.0", "::")  # only compared, never bound
"""The addresses with which a server listens on all of its interfaces."""
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{0,5})?", re.IGNORECASE | re.ASCII)


def init_app(app: Flask, settings: searchlib.Settings, bound: str) -> None:
    """Check the host of every request, and keep redirects within the site.

    The names of loopback, the address ``bound`` that the server listens on, and the hosts of the settings are allowed. For a
    server that listens on all interfaces, all their addresses and the name of the machine are allowed.
    """
    named = tuple(name.lower().removesuffix(".") for name in settings.allowed_hosts)
    allowed = {_LOOPBACK_NAME, *named}
    if bound in _WILDCARD_ADDRESSES:
        machine = socket.gethostname().lower()
        allowed |= {machine, f"{machine}.local"}
    else:
        allowed.add(f"[{bound.partition('%')[0]}]".lower() if ":" in bound else bound.lower())
    app.config[_CONFIG_KEY] = frozenset(allowed)
    app.config[_CANONICAL_KEY] = next((name for name in named if name != _ANY_HOST), _LOOPBACK_NAME)
    has_all_addresses = bound in _WILDCARD_ADDRESSES

    @app.before_request
    def check_host() -> None:
        # Browsers always send the header. Health checks that speak HTTP/1.0 may omit it.
        host = request.environ.get("HTTP_HOST")
        if host is not None and not is_allowed_host(host, app.config[_CONFIG_KEY], any_address=has_all_addresses):
            raise MisdirectedRequest(
                f"{host[:100]!r} is not a name of this site: use another address, or add the name to the setting allowed_hosts"
            )

    app.after_request(_with_relative_redirect)


def is_allowed_host(host: str, allowed: frozenset[str], *, any_address: bool) -> bool:
    """Return whether a Host header, with or without a port, names an allowed host.

    Loopback addresses are always allowed, and other IP addresses with ``any_address``: DNS rebinding needs a name, not an address.
    """
    match = _HOST.fullmatch(host)
    if not match:
        return False
    name = match["name"].lower()
    if _ANY_HOST in allowed or name in allowed:
        return True
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return False
    return any_address or address.is_loopback


def permanent_url(path: str) -> str:
    """Return an absolute URL for a path, independent of the Host header. It serves as an identifier, and need not work."""
    return f"{request.scheme}://{current_app.config[_CANONICAL_KEY]}{path}"


def _with_relative_redirect(response: Response) -> Response:
    if response.location:
        parts = urlsplit(response.location)
        # The path must not begin with two slashes, which would name another host.
        response.headers["Location"] = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
    return response
