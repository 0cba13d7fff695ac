"""Read fences as their generators show them: chunks of R Markdown and Quarto, and fences with inclusions of other files."""

from __future__ import annotations

import re

from searchlib.common.lazy_pattern import lazy_pattern

_INCLUDED_FILE = lazy_pattern(
    r"^[ \t>]*(?:\{\{#(?:include|rustdoc_include|playground|playpen)\b[^{}\n]*\}\}|--8<--[ \t]+[\"'][^\n]*"
    r"|<!--[ \t]*@include:[^\n]*)[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_ENGINES = "|".join(
    "r python julia ojs bash sh zsh sql stan mermaid dot rcpp js css node perl ruby awk asis cat tikz scala go webr pyodide".split()
)
_CHUNK = lazy_pattern(rf"[`~]{{3,}}[ \t]*\{{(?i:{_ENGINES})(?=[\s,}}])([^\n]*)\}}[ \t]*\n")
_CHUNK_OPTION = lazy_pattern(r"[ \t>]*(?:#|%%|//|--)\|[ \t]*(?:([\w.-]+):)?[ \t]*([^\n]*)(?:\n|\Z)")
_CHUNK_ARGUMENT = lazy_pattern(r"""([\w.]+)[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*'|[\w.]+)""")
_HIDING = frozenset(("echo", "include"))
_FALSE = frozenset(("FALSE", "F", "false", "no"))
_CAPTION_OPTIONS = frozenset("fig-cap fig-subcap tbl-cap tbl-subcap lst-cap fig.cap tab.cap tbl.cap".split())


def has_hidden_parts(text: str) -> bool:
    """Return whether a text may have fences of which the page shows only a part."""
    return "{{#" in text or "```{" in text or "``` {" in text or "--8<--" in text or "@include:" in text


def shown_fence(fence: str, indent: str) -> str:
    """Return what the page shows of a fence.

    The options of a chunk are not shown, and neither is its code with ``echo=FALSE`` or ``include=FALSE``. The caption of its
    figure or table becomes a paragraph. Files that mdBook, MkDocs and VuePress include are unknown here.
    """
    if "{{#" in fence or "--8<--" in fence or "@include:" in fence:
        fence = _INCLUDED_FILE.sub("", fence)
    opening = _CHUNK.match(fence)
    if opening is None:
        return fence
    options = _CHUNK_ARGUMENT.findall(opening[1])
    position = opening.end()
    while (option := _CHUNK_OPTION.match(fence, position)) is not None:
        # A line without a key continues the value of the line above: a text or a list.
        options.append((option[1] or (options[-1][0] if options else ""), option[2].lstrip("-|>").strip()))
        position = option.end()
    values = [(name, value.strip("\"'")) for name, value in options]
    hiding = {name for name, value in values if name in _HIDING and value in _FALSE}
    captions = [value for name, value in values if name in _CAPTION_OPTIONS and value and "include" not in hiding]
    code = "" if hiding else opening[0] + fence[position:]
    return f"\n{indent}".join(filter(None, (code, *(f"\n{indent}{caption}\n" for caption in captions))))
