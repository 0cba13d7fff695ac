"""Read saved web pages: the main content, and the metadata of the head."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email import policy

from selectolax.lexbor import LexborHTMLParser

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.decode import decode
from searchlib.sources.readers.base import Content, Reader
from searchlib.sources.readers.html import limit_depth, read_html
from searchlib.sources.readers.nodes import text_of
from searchlib.sources.readers.page.content import find_main
from searchlib.sources.readers.page.listing import TitleLinks
from searchlib.sources.readers.page.locks import open_locks
from searchlib.sources.readers.page.metadata import read_metadata
from searchlib.sources.readers.page.title import find_page_title
from searchlib.sources.text import clean, join_lines

_PAGE = lazy_pattern(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_PAGE_START_LENGTH = 4_096

_MAX_TAG_LENGTH = 10
"""A longer keyword that is the title of its page is no tag."""

_MIN_PUBLIC_CHARACTERS = 20
"""With fewer characters besides the title, the whole text of a page that asks for a password is encrypted."""


def read_page(text: str) -> Content:
    """Read an HTML file: a whole page, or a part of one."""
    text = text.strip()
    if not _PAGE.search(text, 0, _PAGE_START_LENGTH):
        return read_html(text)
    tree = LexborHTMLParser(limit_depth(text))
    body = tree.body
    if body is None:
        return read_html(text)
    metadata = read_metadata(tree, text)
    title = find_page_title(tree, metadata.pop("title"), metadata.pop("site"))
    first_heading = "" if title else text_of(tree, "h1")
    title_links = TitleLinks.of(tree)
    is_locked = open_locks(tree)
    main = find_main(tree, body)
    is_listing = title_links.is_listing(main)
    content = read_html(main.html or "")
    if not content.blocks and not is_locked:
        content = read_html(text)
    is_encrypted = (
        is_locked and sum(len(block) for block in content.blocks if block not in title) < _MIN_PUBLIC_CHARACTERS
    )
    if len(title) > _MAX_TAG_LENGTH and title in metadata["tags"]:
        metadata["tags"].remove(title)  # the keywords of some themes begin with the title
    fields = {key: value for key, value in metadata.items() if value}
    if is_encrypted:
        title = title or content.lead_heading or first_heading
        return Content(blocks=[], page_title=title, metadata=fields, is_encrypted=True)
    if not title and (first_heading == content.lead_heading or first_heading not in content.blocks):
        title = first_heading
    if title:
        content = replace(content, lead_heading="", page_title=title)
    return replace(content, metadata=fields, is_listing=is_listing)


def read_mhtml(data: bytes) -> Content:
    """Read a web archive: the first HTML part of its MIME message."""
    message = email.message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and isinstance(payload, bytes):
            content = read_page(_decode_part(payload, part.get_content_charset()))
            subject = join_lines(clean(str(message["subject"] or "")))
            return replace(content, page_title=content.page_title or subject)
    return Content(blocks=[])


def _decode_part(payload: bytes, charset: str | None) -> str:
    try:
        return clean(payload.decode(charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


PAGE_READER = Reader(suffixes=(".html", ".htm", ".xhtml"), read=read_page)
MHTML_READER = Reader(suffixes=(".mhtml", ".mht"), read_bytes=read_mhtml)
