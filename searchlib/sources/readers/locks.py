"""Find the encrypted parts of saved pages, and the pages that ask for a password: StaticCrypt, hexo-blog-encrypt, WordPress."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from searchlib.common.lazy_pattern import lazy_pattern

_NAME_FIELDS = "input[type=text], input[type=email], input[type=tel], input:not([type])"
"""Fields of a login, which does not hide the article."""

_OUTSIDE_ARTICLE = frozenset("header nav aside footer dialog".split())
_LOGIN = lazy_pattern(r"log-?in|sign-?in|sign-?up|regist|modal|popup|comment", re.IGNORECASE)
_CIPHERTEXT = lazy_pattern(r"(?=\S{32})[A-Za-z0-9+/=_.:;,$-]+(?>(?:\s+[A-Za-z0-9+/=_.:;,$-]{16,})*)")
_HIDDEN = '[hidden], [style*="display:none"], [style*="display: none"]'
_MAYBE_ENCRYPTED = f'{_HIDDEN}, [id*="crypt"], [class*="crypt"], [id*="cipher"], [class*="cipher"], cipher-text'
_MAX_FIELDS = 20


def asks_for_password(tree: LexborHTMLParser) -> bool:
    """Return whether a page has a field for a password that is not a part of a login."""
    return any(_is_lock(field) for field in tree.css("input[type=password]")[:_MAX_FIELDS])


def remove_encrypted_text(tree: LexborHTMLParser, *, is_locked: bool) -> None:
    """Remove encrypted texts, and all hidden elements if the page asks for a password."""
    nodes = {node.mem_id: node for node in tree.css(_MAYBE_ENCRYPTED) if _is_ciphertext(node)}
    if is_locked:
        nodes |= {node.mem_id: node for node in tree.css(_HIDDEN)}
    # An element is freed with the element around it.
    for node in [node for node in nodes.values() if nodes.keys().isdisjoint(each.mem_id for each in ancestors(node))]:
        node.decompose()


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around a node, from the innermost to the outermost."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _is_ciphertext(node: LexborNode) -> bool:
    return _CIPHERTEXT.fullmatch((node.text(deep=False) or "").strip()) is not None


def _is_lock(field: LexborNode) -> bool:
    for node in ancestors(field):
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if node.tag in _OUTSIDE_ARTICLE or (node.tag not in ("body", "html") and _LOGIN.search(names)):
            return False
        if node.tag == "form" and node.css_first(_NAME_FIELDS) is not None:
            return False
    return True
