"""Normalize the Markdown of Obsidian: wikilinks, embeds, comments, block ids and task states."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.lines import LIST_MARKER

_EMBED = lazy_pattern(r"!\[\[[^\[\]\n]*\]\]")
_WIKILINK = lazy_pattern(r"\[\[([^\[\]\n|]*+)(?:\\?\|([^\[\]\n]*+))?\]\]")
_PERCENT_COMMENT = lazy_pattern(r"(?<![%A-Za-z0-9])%%(?!%)(?>(?:[^%]|%(?!%))*)%%")
_BLOCK_ID = lazy_pattern(
    r"(?:(?:^|(?<=[ \t]))\^[A-Za-z0-9][A-Za-z0-9-]{2,}|(?<=[^\0-\x7f])\^[a-z0-9]{6})[ \t]*$", re.MULTILINE
)
_DRAWING = lazy_pattern(
    r"^==⚠ *Switch to EXCALIDRAW VIEW[^\n]*\n(?:\s*#+ (?:Excalidraw Data|Text Elements)[ \t]*$)*", re.MULTILINE
)
_TASK = lazy_pattern(rf"^([ \t>]*{LIST_MARKER}[ \t]+)\[[^\]\n\\x ]\][ \t]+", re.MULTILINE)
_INLINE_FIELD = lazy_pattern(
    r"\[(?P<key>[^\[\]()\n:]{1,60})(?<=\S)::[ \t]+(?P<value>[^\[\]\n]*)\](?![(\[:])"
    r"|\([^\[\]()\n:]{1,60}(?<=\S)::[ \t]+(?P<alone>[^()\n]*)\)"
)
_HASH_TAG = lazy_pattern(r"(?<![^\s\u3000-\u303f\uff00-\uffef(\[>])#(?![\d_/-]+(?:[\s\W]|$))([\w/-]+)")


def remove_embeds(text: str) -> str:
    """Remove ``![[x]]``."""
    return _EMBED.sub("", text)


def remove_wikilinks(text: str) -> str:
    """Replace ``[[a|b]]`` by b, ``[[a]]`` by a, and ``[[a#b]]`` by ``a > b``, as Obsidian shows them."""
    return _WIKILINK.sub(_wikilink_text, text)


def _wikilink_text(match: re.Match[str]) -> str:
    if match[2] is not None:
        return match[2].strip()
    target = match[1].strip().rstrip("\\")
    page, *parts = target.split("#")
    return " > ".join(part for part in (page, *parts) if part and not part.startswith("^"))


def remove_percent_comments(text: str) -> str:
    """Remove ``%%…%%``."""
    return _PERCENT_COMMENT.sub(_comment_text, text)


def _comment_text(match: re.Match[str]) -> str:
    """Return "" for a comment. A comment over several paragraphs begins at the start of a line."""
    is_block = match.start() == 0 or match.string[match.start() - 1] == "\n"
    return "" if is_block or "\n\n" not in match[0] else match[0]


def remove_block_ids(text: str) -> str:
    """Remove ``^id`` at the end of a line. After a Chinese character, an id that Obsidian made needs no space before it."""
    return _BLOCK_ID.sub("", text)


def remove_drawing_notice(text: str) -> str:
    """Remove the notice and the headings that Excalidraw writes above the texts of a drawing."""
    return _DRAWING.sub("", text)


def remove_task_states(text: str) -> str:
    """Remove task states that CommonMark lacks, such as ``[-]``."""
    return _TASK.sub(r"\1", text)


def open_inline_fields(text: str) -> str:
    """Replace ``[key:: value]`` by ``key: value`` and ``(key:: value)`` by its value, as Dataview shows them."""
    return _INLINE_FIELD.sub(_field_text, text)


def _field_text(match: re.Match[str]) -> str:
    return match["alone"] if match["key"] is None else f"{match['key'].strip()}: {match['value']}"


def find_tags(text: str) -> list[str]:
    """Return the tags in a text without code, ``#标签``, in order and without duplicates."""
    return list(dict.fromkeys(match[1].strip("/") for match in _HASH_TAG.finditer(text)))
