"""Remove markers that a generator replaces: tables of contents, inclusions of files, icons."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern

_TOC = lazy_pattern(
    r"^[ \t>]*\\?(?:\[\[? ?_?toc_? ?\\?\]\]?|@\[toc\](?:\([^)\n]*\))?|\$\{toc\}|\{\{?toc\}?\}|\[=toc=\])[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Typecho writes !!! above and below HTML, MyST +++ between cells.
_SNIPPET = lazy_pattern(
    r"^[ \t]*(?:!!!|\+\+\+|!!!include\(.*\)!!!|<<<[ \t]*[@./~].*|--8<--.*|@import[ \t]+\".*\"|@include\(.*\)"
    r"|\{\{\{(?:row|col)|\}\}\}|:end_tab:)[ \t]*$",
    re.MULTILINE,
)
_TARGET_LABEL = lazy_pattern(r"^\([A-Za-z][\w.:/-]*\)=[ \t]*$\n?", re.MULTILINE)
# Other names are links to people, ``@[张三](https://…)``.
_EMBEDS = (
    "youtube|vimeo|vine|prezi|osf|bilibili|acfun|youku|tencent|artplayer|video|audio|audioreader|pdf|code|codepen|jsfiddle|caniuse"
    "|codesandbox|replit|gist|preview|include|qrcode|slideshare|soundcloud|spotify"
)
_EMBED = lazy_pattern(rf"@\[(?i:{_EMBEDS})(?=[\]\s{{:])[^\]\n]*\]\([^)\n]*\)")
_ICON = lazy_pattern(
    r":\(fa[a-z]?[ \t]+[\w -]+\):|:(?:material|fontawesome|octicons|simple|mdi|icon)-[a-z0-9-]+:(?:\{[^{}\n]*\})?"
)


def remove_markers(text: str) -> str:
    """Remove ``[TOC]``, ``<<< @/file``, ``@[video](id)`` ``:(fas fa-x):`` and the ends of super blocks of SiYuan, ``{{{row``."""
    text = _TOC.sub("", text)
    text = _SNIPPET.sub("", text)
    if "@[" in text:
        text = _EMBED.sub("", text)
    return _ICON.sub("", text)


def remove_labels(text: str) -> str:
    """Remove the labels of MyST, ``(label)=`` on a line of its own. Its roles are read where code is protected."""
    return _TARGET_LABEL.sub("", text)
