"""Find the encrypted parts of saved pages, and the pages that ask for a password: StaticCrypt, hexo-blog-encrypt, WordPress."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.readers.nodes import ancestors, names, text_length

_NAME_FIELDS = "input[type=text], input[type=email], input[type=tel], input:not([type])"
"""Fields of a login, which does not hide the article."""

_OUTSIDE_ARTICLE = frozenset("header nav aside footer dialog".split())
_LOGIN = lazy_pattern(r"log-?in|sign-?in|sign-?up|regist|modal|popup|comment", re.IGNORECASE)
_CIPHERTEXT = lazy_pattern(r"(?=\S{32})[A-Za-z0-9+/=_.:;,$-]+(?>(?:\s+[A-Za-z0-9+/=_.:;,$-]{16,})*)")
_HIDDEN = '[hidden], [style*="display:none"], [style*="display: none"]'
_MAYBE_ENCRYPTED = f'{_HIDDEN}, [id*="crypt"], [class*="crypt"], [id*="cipher"], [class*="cipher"], cipher-text'
_MAX_FIELDS = 20
_ARTICLES = frozenset("body html main article".split())
_MAX_REQUEST_LENGTH = 200
"""Characters of a request for a password, with the text of its buttons."""


def open_locks(tree: LexborHTMLParser) -> bool:
    """Remove encrypted texts, requests for a password, and what a page with such a request hides. Return whether it has one."""
    locks = [field for field in tree.css("input[type=password]")[:_MAX_FIELDS] if _is_lock(field)]
    nodes = [_request(field) for field in locks] + [node for node in tree.css(_MAYBE_ENCRYPTED) if _is_ciphertext(node)]
    if locks:
        nodes += tree.css(_HIDDEN)
    if tree.body is not None and any(node.tag in ("html", "body") for node in nodes):
        nodes = [*tree.body.iter(include_text=True)]  # its parts, because the reader of the page still needs the body
    by_id = {node.mem_id: node for node in nodes}
    # An element is freed with the element around it.
    for node in [node for node in by_id.values() if by_id.keys().isdisjoint(each.mem_id for each in ancestors(node))]:
        node.decompose()
    return bool(locks)


def _request(field: LexborNode) -> LexborNode:
    """Return the largest element around a field that has no more text than a request for a password."""
    request = field
    for node in ancestors(field):
        if node.tag in _ARTICLES or text_length(node) > _MAX_REQUEST_LENGTH:
            break
        request = node
    return request


def _is_ciphertext(node: LexborNode) -> bool:
    return _CIPHERTEXT.fullmatch((node.text(deep=False) or "").strip()) is not None


def _is_lock(field: LexborNode) -> bool:
    for node in ancestors(field):
        if node.tag in _OUTSIDE_ARTICLE or (node.tag not in ("body", "html") and _LOGIN.search(names(node))):
            return False
        if node.tag == "form" and node.css_first(_NAME_FIELDS) is not None:
            return False
    return True
