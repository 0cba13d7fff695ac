"""Remove markers that a generator replaces: tables of contents, inclusions of files, icons."""

from __future__ import annotations

import re

_TOC = re.compile(
    r"^[ \t>]*\\?(?:\[\[?_?toc_?\\?\]\]?|@\[toc\](?:\([^)\n]*\))?|\$\{toc\}|\{\{?toc\}?\}|\[=toc=\])[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SNIPPET = re.compile(
    r"^[ \t]*(?:<<<[ \t]*[@./~].*|--8<--.*|!!!include\(.*\)!!!|@import[ \t]+\".*\"|@include\(.*\))[ \t]*$", re.MULTILINE
)
_LABEL = re.compile(r"^\([A-Za-z][\w.-]*\)=[ \t]*$\n?", re.MULTILINE)
_ROLE = re.compile(
    r"\{(?:ref|numref|doc|term|eq|math|abbr|sub|sup|kbd|file|command|guilabel|menuselection|download|program|option|envvar|samp"
    r"|cite(?::\w+)?|(?:py:)?(?:class|func|meth|mod|attr|data|exc|obj))\}(?=[`\0])"
)
_EMBED = re.compile(r"@\[[\w-]+[^\]\n]*\]\([^)\n]*\)")
_ICON = re.compile(
    r":\(fa[a-z]?[ \t]+[\w -]+\):|:(?:material|fontawesome|octicons|simple|mdi)-[a-z0-9-]+:(?:\{[^{}\n]*\})?"
)


def remove_markers(text: str) -> str:
    """Remove ``[TOC]``, ``<<< @/file``, ``@[video](id)`` and ``:(fas fa-x):``."""
    text = _TOC.sub("", text)
    text = _SNIPPET.sub("", text)
    if "@[" in text:
        text = _EMBED.sub("", text)
    return _ICON.sub("", text)


def remove_roles(text: str) -> str:
    """Remove the labels and the names of the roles of MyST, ``(label)=`` and ``{ref}`` before a code span."""
    return _ROLE.sub("", _LABEL.sub("", text))
