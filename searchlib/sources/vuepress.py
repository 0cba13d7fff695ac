"""Read the paths of the pages that a site of VuePress encrypts: ``encrypt`` of vuepress-theme-hope."""

from __future__ import annotations

import os

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.config import VUEPRESS_FOLDER, VUEPRESS_PATHS, read_start

_TOKEN = lazy_pattern(
    r"""//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|`(?>(?:[^`\\]|\\.)*)`?|(?P<open>\{)|(?P<close>\})"""
    r"""|(?:"(?P<double>(?>(?:[^"\\\n]|\\.)*))"?|'(?P<single>(?>(?:[^'\\\n]|\\.)*))'?)(?P<key>\s*:)?"""
    r"""|(?P<option>\bencrypt\s*:\s*)(?=\{)|(?P<all>\bglobal\s*:\s*true\b)"""
)
"""A part of JavaScript that matters: a comment, a brace, a string, or the name of the option."""


def encrypted_paths(folder: str) -> tuple[str, ...]:
    """Return the starts of the paths of pages in a folder that need a password, such as ``/diary/``."""
    if not os.path.isdir(os.path.join(folder, VUEPRESS_FOLDER)):
        return ()
    return tuple(path for file in VUEPRESS_PATHS for path in _paths(read_start(os.path.join(folder, file))))


def _paths(source: str) -> list[str]:
    """Return the keys of ``encrypt.config`` that are paths, and ``/`` if the whole site is encrypted."""
    paths: list[str] = []
    depth = 0  # of braces, from that of the option
    for token in _TOKEN.finditer(source):
        if token["option"]:
            depth = depth or -1
        elif token["open"]:
            depth = 1 if depth < 0 else depth + (depth > 0)
        elif token["close"]:
            depth -= depth > 0
        elif depth > 0 and token["all"]:
            paths.append("/")
        elif depth > 0 and token["key"]:
            text = token["double"] or token["single"] or ""
            paths += [text] if text.startswith("/") else []
    return paths


def page_path(path: str) -> str:
    """Return the path of the page of a file, ``/diary/a.html``. The index of a folder is the folder."""
    folder, _, name = os.path.splitext(path)[0].rpartition("/")
    name = "" if name.lower() in ("readme", "index") else f"{name}.html"
    return f"/{folder}/{name}" if folder else f"/{name}"
