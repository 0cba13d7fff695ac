"""List the normalizers that turn dialects of Markdown into CommonMark, and run them in order.

A normalizer is a function from text to text. Code is protected before the first one runs and restored after the last one:
they see prose only. A new normalizer is one function in a module of this folder, one line in ``NORMALIZERS``, and one table
of cases in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from searchlib.sources.dialects import (
    callouts,
    commonmark,
    containers,
    footnotes,
    hugo,
    inline,
    jsx,
    kramdown,
    liquid,
    markers,
    obsidian,
)
from searchlib.sources.dialects.code import protect, restore, without_fences
from searchlib.sources.dialects.commonmark import HAN

Function = Callable[[str], str]


class Normalizer:
    """A function from text to text, and the pattern of the markup that makes it necessary.

    Every alternative of the pattern begins with a literal character and has no group, so that a search for all patterns
    together is fast. ``token`` is the pattern without its lookbehinds.
    """

    def __init__(self, normalize: Function, trigger: str, token: str = "") -> None:
        self.normalize = normalize
        self.trigger = trigger
        self._trigger = re.compile(trigger)
        self._token = re.compile(token or trigger)

    def is_needed(self, text: str) -> bool:
        """Return whether the function may change the text, which begins with a line break."""
        return self._trigger.search(text) is not None

    def has_token(self, tokens: str) -> bool:
        """Return whether one of the matches of all triggers in a text, joined into one text, is of this one."""
        return self._token.search(tokens) is not None


class NormalizerList:
    """Normalizers in the order in which they run.

    Without ``has_indented_code``, indented lines are text.
    """

    def __init__(self, *normalizers: Normalizer, has_indented_code: bool = True) -> None:
        self.normalizers = normalizers
        self.has_indented_code = has_indented_code
        self._trigger = re.compile("|".join(each.trigger for each in normalizers))

    def needed_for(self, text: str) -> list[Normalizer]:
        """Return the normalizers that may change the text outside of its fences."""
        tokens = "\n".join(set(self._trigger.findall(f"\n{without_fences(text)}")))
        return [each for each in self.normalizers if each.has_token(tokens)] if tokens else []


LIQUID = NormalizerList(Normalizer(liquid.remove_liquid, r"\{[%{#]|<!--\s*(?:end)?tab"))
"""For HTML that Jekyll renders."""

NORMALIZERS = NormalizerList(
    *LIQUID.normalizers,
    Normalizer(hugo.remove_shortcodes, r"\{\{"),
    Normalizer(jsx.remove_jsx_comments, r"\{\s*/\*"),
    Normalizer(jsx.remove_modules, r"\n(?:import|export)\s"),
    Normalizer(containers.open_containers, r":::|\?\?\?\+? |!!! |=== \"|\n/// "),
    Normalizer(callouts.open_callouts, r"\[![^\s\[\]]|\n[!?]> |> \*\*[NTIWC]"),
    Normalizer(obsidian.remove_embeds, r"\[\["),
    Normalizer(
        markers.remove_markers,
        r"\[\[|\[_?(?i:toc)|\{\{|\{(?i:toc)"
        r"|\n(?:<<<|--8<|!!!in|@im|@in)|@\[|:\(fa|:(?:material|fontawesome|octicons|simple|mdi)-",
    ),
    Normalizer(obsidian.remove_wikilinks, r"\[\["),
    Normalizer(obsidian.remove_comments, r"%%"),
    Normalizer(obsidian.remove_block_ids, r"\^[A-Za-z0-9-]+[ \t]*(?:\n|\Z)"),
    Normalizer(obsidian.remove_task_states, r"\[[^\]\n\\\w ]\] "),
    Normalizer(kramdown.remove_attributes, r"\{ ?[:#.]|\{[a-z]+=|\n\*\["),
    Normalizer(footnotes.move_notes, r"\[\^|\^\["),
    Normalizer(jsx.remove_components, r"<(?:/?[A-Z>]|[a-z][^<>\n]*\{)"),
    Normalizer(inline.mark_ruby, r"\{[\u3400-\u9fff]+\||\[[\u3400-\u9fff]+\]\^?[{(][\u3040-\u30ff]"),
    Normalizer(inline.mark_highlights, r"==[^\s=]|\+\+[^\s+]"),
    Normalizer(inline.mark_scripts, r"\^[A-Za-z0-9+-]+\^|~[A-Za-z0-9+-]+~"),
    Normalizer(
        inline.replace_emoji_names,
        r":(?<![A-Za-z0-9\]]:)(?:[+-]1|\d*[a-z][a-z0-9_-]+):(?![A-Za-z0-9/@])",
        r":[a-z0-9_+-]+:",
    ),
    Normalizer(commonmark.quote_image_addresses, r"!\[[^\[\]\n]*\]\([^()<>\n\" ]+ [^()<>\n\"]+\)"),
    Normalizer(commonmark.space_headings, r"##[^\s#]"),
    Normalizer(commonmark.escape_label_paragraphs, rf"\]:[ \t]*{HAN}"),
)
"""For Markdown."""

MDX_NORMALIZERS = NormalizerList(
    *NORMALIZERS.normalizers, Normalizer(jsx.remove_expressions, r"\{"), has_indented_code=False
)
"""For MDX, in which braces in prose are expressions."""

STRONG_NORMALIZERS = NormalizerList(
    Normalizer(
        inline.mark_strong, r"\*\*(?:(?<=\w\*\*)[^\w\s*]|(?<=[^\w\s*]\*\*)\w|\*\*(?<=[^\s*]\*\*\*\*)[^\s*])", r"\*\*"
    )
)
"""For the few texts of which the HTML still has ``**``."""


def normalize(text: str, normalizers: NormalizerList = NORMALIZERS) -> str:
    """Return a text with all normalizers applied to its prose."""
    needed = normalizers.needed_for(text)
    if not needed:
        return text
    text, codes = protect(text, has_indented_code=normalizers.has_indented_code)
    for each in needed:
        if each.is_needed(f"\n{text}"):
            text = each.normalize(text)
    return restore(text, codes)
