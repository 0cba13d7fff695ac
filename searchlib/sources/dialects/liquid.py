"""Normalize the tags of Liquid and Nunjucks, the template languages of Jekyll and Hexo."""

from __future__ import annotations

import re

_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")


def remove_raw_tags(text: str) -> str:
    """Remove ``{% raw %}`` and ``{% endraw %}``; the text between them stays."""
    return _RAW_TAG.sub("", text) if "{%" in text else text
