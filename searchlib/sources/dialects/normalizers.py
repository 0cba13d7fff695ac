"""List the normalizers that turn dialects of Markdown into CommonMark, and run them in order.

A normalizer is a function from text to text. Code is protected before the first normalizer runs and restored after the last one,
so that they see only prose. A new normalizer is one function in a module of this folder, one line in ``NORMALIZERS``, and one
table of cases in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import chain

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects import (
    callouts,
    commonmark,
    components,
    containers,
    footnotes,
    hugo,
    inline,
    jsx,
    kramdown,
    liquid,
    logseq,
    markers,
    obsidian,
    pandoc,
    retype,
    wordpress,
)
from searchlib.sources.dialects.code import protect, restore, without_fences
from searchlib.sources.dialects.commonmark import WIDE_CHARACTER
from searchlib.sources.dialects.fences import has_hidden_parts

Function = Callable[[str], str]


class Normalizer:
    """A function from text to text, with the patterns of the markup that it handles.

    Each pattern begins with a literal character (possibly escaped by a backslash) and has no group.
    """

    def __init__(self, normalize: Function, *triggers: str) -> None:
        self.normalize = normalize
        self.triggers = triggers
        self._patterns = tuple((_first_character(trigger), lazy_pattern(trigger)) for trigger in triggers)

    def is_needed(self, text: str, found: Collection[str] | None = None) -> bool:
        """Return whether the function may change the text. The text begins with a line break.

        ``found``, if given, are the first characters of the patterns that match somewhere in it.
        """
        return any(
            first in (text if found is None else found) and pattern.search(text) for first, pattern in self._patterns
        )


class NormalizerList:
    """Normalizers in the order in which they run.

    Without ``has_indented_code``, indented lines are text.
    """

    def __init__(self, *normalizers: Normalizer, has_indented_code: bool = True) -> None:
        self.normalizers = normalizers
        self.has_indented_code = has_indented_code
        triggers: dict[str, list[str]] = {}
        for trigger in chain.from_iterable(each.triggers for each in normalizers):
            triggers.setdefault(_first_character(trigger), []).append(trigger)
        # If all patterns of a regular expression begin with the same literal, re skips other characters quickly.
        self._patterns = tuple((first, lazy_pattern("|".join(each))) for first, each in triggers.items())

    def needed_for(self, text: str) -> list[Normalizer]:
        """Return the normalizers that may change the text outside of its fences."""
        text = f"\n{without_fences(text)}"
        found = [first for first, pattern in self._patterns if first in text and pattern.search(text)]
        return [each for each in self.normalizers if each.is_needed(text, found)] if found else []


def _first_character(trigger: str) -> str:
    return "\n" if trigger.startswith(r"\n") else trigger.lstrip("\\")[0]


LIQUID = NormalizerList(Normalizer(liquid.remove_liquid, r"\{[%{#]", r"<!--\s*(?:end)?tab"))
"""For the tags of Liquid."""

PAGE_NORMALIZERS = NormalizerList(*LIQUID.normalizers, Normalizer(hugo.remove_shortcodes, r"\{\{[<%]"))
"""For HTML that Jekyll or Hugo renders."""

NORMALIZERS = NormalizerList(
    Normalizer(logseq.open_clozes, r"\{\{cloze[ \t]"),
    *LIQUID.normalizers,
    Normalizer(wordpress.remove_wordpress, r"\[/[A-Za-z_]+\]", r"\[[A-Za-z_]+[ \t]+[A-Za-z_-]+="),
    Normalizer(hugo.remove_shortcodes, r"\{\{"),
    Normalizer(jsx.remove_jsx_comments, r"\{\s*/\*"),
    Normalizer(jsx.remove_modules, r"\n(?:import|export)\s"),
    Normalizer(
        components.open_components,
        r"::[a-z][\w-]*[ \t]*(?:[\[{\n]|\Z)",
        r"::[ \t]+[a-z][\w-]*\n[ \t]*---",
        r":[a-z][a-z0-9-]*[\[{]",
    ),
    Normalizer(
        retype.open_blocks,
        r"\n[ \t]*(?:!!!(?:[a-z]|[ \t]+\S)|(?:\+\+\+|==[=-]|\|\|\|)[ \t]+[^\s|])",
        r"\[!(?:badge|button|card|embed|file|icon|image|ref|video|youtube)\b",
    ),
    Normalizer(containers.open_containers, r":::", r"\?\?\?\+? ?[\"A-Za-z]", r"!!! ?[A-Za-z]", r"=== \"", r"\n/// "),
    Normalizer(callouts.open_callouts, r"\[![^\s\[\]]", r"\n[!?]>[ \t\u3400-\u9fff]", r"> \*\*[NTIWC]"),
    Normalizer(obsidian.remove_embeds, r"\[\["),
    Normalizer(
        markers.remove_markers,
        *(r"\[\[", r"\[_?(?i:toc)", r"\{\{", r"\{(?i:toc)", r"@\["),
        r"\n(?:<<<|--8<|!!!(?:in|[ \t]*\n)|\+\+\+|@im|@in)",
        r"<!--\s*(?:START doctoc|toc\b|TOC\b|MarkdownTOC|vim-markdown-toc)",
        *(r":\(fa", r":(?:material|fontawesome|octicons|simple|mdi|icon)-", r":end_tab:"),
    ),
    Normalizer(markers.remove_labels, r"\n\([A-Za-z][\w.:/-]*\)=", r"\{[a-z][a-z:_-]*\}`", r":[a-z][a-z:_-]{0,38}:`"),
    Normalizer(obsidian.remove_wikilinks, r"\[\["),
    Normalizer(obsidian.remove_percent_comments, r"%%"),
    Normalizer(obsidian.remove_block_ids, r"\^[A-Za-z0-9-]+[ \t]*(?:\n|\Z)"),
    Normalizer(logseq.remove_block_properties, r"::[ \t\n]", r":LOGBOOK:"),
    Normalizer(logseq.separate_properties, r"::[ \t]+\S"),
    Normalizer(logseq.remove_planning, r"SCHEDULED: <", r"DEADLINE: <", r"#\+(?i:begin|end)_[A-Za-z]"),
    Normalizer(logseq.open_block_references, r"\(\([0-9a-f]{8}"),
    Normalizer(obsidian.remove_drawing_notice, r"==⚠"),
    Normalizer(obsidian.remove_task_states, r"\[[^\]\n\\\w ]\] "),
    Normalizer(obsidian.open_inline_fields, r"::[ \t]"),
    Normalizer(
        pandoc.remove_citations, r"@[A-Za-z0-9_][\w:.+/#-]*(?:[;\]]|,[ \t]*(?:[0-9\u3400-\u9fff]|pp?\b|ch|sec|fig))"
    ),
    Normalizer(pandoc.remove_bookdown_references, r"@ref\(", r"\(\\#[a-z]", r"\n\(ref:"),
    Normalizer(pandoc.open_grid_tables, r"\n[ \t]*\+[-=:]{2,}"),
    Normalizer(kramdown.remove_attributes, r"\{ ?[:#.]", r"\{ ?[a-z-]+=", r"\n\*\["),
    Normalizer(kramdown.remove_heading_attributes, r"\[#[A-Za-z]", r"\[!?toc\]", r":id=", r"\{docsify-ignore"),
    Normalizer(kramdown.remove_docsify_inclusions, r":include\b"),
    Normalizer(commonmark.remove_comment_definitions, r"\[(?:comment|//|\^_\^)\]:"),
    Normalizer(footnotes.move_notes, r"\[\^", r"\^\["),
    Normalizer(jsx.remove_components, r"<(?:/?[A-Z>]|[a-z][^<>\n]*(?:\{|[ \t][@#][a-z])|template[ \t]+v-[a-z])"),
    Normalizer(inline.mark_ruby, r"\{[\u3400-\u9fff]+\|", r"\[[\u3400-\u9fff]+\](?:\^\(|[{(][\u3040-\u30ff])"),
    Normalizer(inline.mark_highlights, r"==[^\s=]", r"\^\^[^\s^]", r"\+\+[^\s+]"),
    Normalizer(inline.mark_scripts, r"\^[A-Za-z0-9+-]+\^", r"~[A-Za-z0-9+-]+~"),
    Normalizer(inline.replace_emoji_names, r":(?<![A-Za-z0-9\]]:)(?:[+-]1|\d*[a-z][a-z0-9_-]+):(?![A-Za-z0-9/@])"),
    Normalizer(commonmark.quote_addresses, r"\]\([^()<>\n\" ]++ ++[^()<>\n\" ]"),
    Normalizer(commonmark.align_delimiter_rows, r"\n(?: {4}|\t)[ \t]*+(?:\|[ \t]*)?:?-+:?[ \t]*\|"),
    Normalizer(
        commonmark.separate_definitions, rf"\n(?!\n|{commonmark.DEFINITION}(?:\n|\Z))[^\n]*+(?<=\S)\n{commonmark.LABEL}"
    ),
    Normalizer(commonmark.unindent_elements, r"<table"),
    Normalizer(commonmark.space_headings, r"##[^\s#]", r"#[\u3000\xa0]"),
    Normalizer(commonmark.escape_label_paragraphs, rf"\]:[ \t]*{WIDE_CHARACTER}"),
)
"""For Markdown."""

QUARTO_NORMALIZERS = NormalizerList(
    *NORMALIZERS.normalizers,
    Normalizer(pandoc.remove_quarto_references, rf"{pandoc.QUARTO_PREFIX}\w"),
)
"""For Quarto. Elsewhere, ``@sec-a`` is a name."""

MDX_NORMALIZERS = NormalizerList(
    *NORMALIZERS.normalizers,
    Normalizer(jsx.open_elements, r"</?(?:center|details|div|p|section|summary)\b"),
    Normalizer(jsx.close_elements, r"/>", r"\n</[a-z]"),
    Normalizer(jsx.remove_expressions, r"\{"),
    has_indented_code=False,
)
"""For MDX, in which braces in prose are expressions, and HTML contains Markdown."""

STRONG_NORMALIZERS = NormalizerList(
    Normalizer(
        inline.mark_strong,
        r"\*\*(?:(?<=\w\*\*)[^\w\s*]|(?<=[^\w\s*]\*\*)\w|\*\*(?<=[^\s*]\*\*\*\*)[^\s*])",
        r"\*\*(?<=[ \t]\*\*)(?:[^\w*]|\Z)",
        *(r"\*\*(?<=\]\*\*)\*\*", r"\*\*(?<=\] \*\*)\*\*"),
    )
)
"""For texts whose HTML still contains ``**``."""


def normalize(text: str, normalizers: NormalizerList = NORMALIZERS) -> str:
    """Return a text with all normalizers applied to its prose."""
    needed = normalizers.needed_for(text)
    if not needed and not has_hidden_parts(text):
        return text
    text, codes = protect(text, has_indented_code=normalizers.has_indented_code)
    for each in needed:
        if each.is_needed(f"\n{text}"):
            text = each.normalize(text)
    return restore(text, codes)
