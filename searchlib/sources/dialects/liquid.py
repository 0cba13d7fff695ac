"""Normalize the tags of Liquid and Nunjucks, the template languages of Jekyll and Hexo.

Tags are removed, and the text between a start tag and an end tag is kept. Arguments that the page shows are kept, too:
captions, and positional arguments with Chinese characters that are not addresses. The tables list the exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.dialects.arguments import captions, has_cjk, is_address, join_texts, parse_arguments
from searchlib.sources.dialects.lines import replace_parts, replace_tags
from searchlib.sources.text import replace_spans

_COMMENT_START = lazy_pattern(r"(?<!\{)\{%-?\s*comment\s*-?%\}")
_COMMENT_END = lazy_pattern(r"\{%-?\s*endcomment\s*-?%\}")
_LINKS_START = lazy_pattern(r"\{%-?\s*f?links?\s*-?%\}\s*\n")
_LINKS_END = lazy_pattern(r"\{%-?\s*endf?links?\s*-?%\}")
_LINK_VALUE = lazy_pattern(
    r"^[ \t]*(?:-[ \t]+)?(?:class_name|class_desc|name|title|descr?|description):[ \t]*[\"']?([^\n\"']*)", re.MULTILINE
)
_DATA_START = lazy_pattern(
    r"\{%-?\s*(dplayer|artplayer|aplayerlist|aplayerlrc|chart|score|abcjs|mapbox|gpx)\b[^%{}]*%\}"
)
"""The start of data for a player, a diagram or a map."""

_NUNJUCKS_COMMENT = lazy_pattern(
    r"\{#(?>(?:[^#\n]|#(?!\}))*)#\}|\{#(?=\s)(?>(?:[^#{\n]|\n(?![ \t]*\n)|#(?!\})|\{(?!#))*)#\}"
)
_LIQUID_TAG = lazy_pattern(r"(?<!\{)\{%[-+]?\s*(?P<name>/?[\w-]*)(?P<arguments>(?>(?:[^%{]|%(?!\})|\{(?!%))*))%\}")
_STRING_OUTPUT = lazy_pattern(r"""\{\{[-~]?\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*(?:\|[^{}\n]*)?-?\}\}""")
# ``style={{color: "red"}}`` is an object in JSX.
_OUTPUT = lazy_pattern(
    r"\{\{(?![<%])(?!(?<=[A-Za-z]=\{\{)\s*+(?:[\w\"'-]++\s*+:|\.\.\.))[-~]?(?>(?:[^{}\n\x01]|\{(?!\{)|\}(?!\}))*)\}\}"
)
_CALL = lazy_pattern(r"\{\{[-~]?\s*[\w:]+\((.+)\)\s*[-~]?\}\}")
_TAB_COMMENT = lazy_pattern(r"<!--\s*(?:tab\b((?>(?:[^\n<-]|-(?!->)|<(?!!--))*))|endtab\s*)-->")
_TAB_ICON = lazy_pattern(r"@.*$")
_PART = lazy_pattern(r"""(?:"[^"]*+"|'[^']*+'|[^,:"']|(?<!:):(?!:)|["'])+""")
"""An argument. Volantis separates them by ``::``."""
_NAMED_WORD = lazy_pattern(r"([a-z][a-z_-]*):(?!//)(\S+)")
_MARKDOWN_LINK = lazy_pattern(r"\[([^\[\]\n]*)\]\([^()\n]*\)")
_IMAGE_SIZE = lazy_pattern(r"\d+(?:px|%|em|vw)?")

_CONTROL_TAGS = frozenset(
    (
        "if elsif elif elseif else unless case when for in set assign capture cycle increment decrement tablerow extends block "
        "import from macro call filter tabs"
    ).split()
)
_ADDRESS_TAGS = frozenset(("post_url", "post_path", "asset_path", "asset_url", "asset_img_path", "url_for"))
# Tags whose arguments are kept even if they have no Chinese character.
_TEXT_TAGS = frozenset(
    (
        "abbr badge blockquote btn button del em emp folding kbd label link mark p quot span step sub sup tab text u wavy psw "
        "asset_link timeline timenode"
    ).split()
)
# Tags with a title above their content.
_TITLED_TAGS = frozenset("folding fold hidetoggle toggle details collapse spoiler tab".split())
# Tags whose text follows a size or a percentage.
_SIZED_TAGS = frozenset("image inlineimage progress".split())
_STYLE_WORDS = frozenset(
    (
        "default primary secondary success info warning danger error tip note red blue green yellow orange purple pink gray "
        "grey cyan black white light dark simple flat modern disabled no-icon open close closed checked plus minus times "
        "square circle solid regular bold large small big center left right inline block full logo h1 h2 h3 h4 h5 h6 subtitle"
    ).split()
)


def remove_liquid(text: str) -> str:
    """Remove the tags, outputs and comments of Liquid and Nunjucks; keep the text that they show."""
    text = replace_parts(_COMMENT_START, _COMMENT_END, lambda _: "", text)
    if "#}" in text:
        text = _NUNJUCKS_COMMENT.sub("", text)
    text = _read_links(text)
    text = replace_spans(text, _data_spans(text))
    text = _TAB_COMMENT.sub(lambda match: f"\n\n{_TAB_ICON.sub('', match[1] or '').strip()}\n\n", text)
    if "{%" in text:
        text = replace_tags(_LIQUID_TAG, _tag_text, text)
    if "{{" in text:
        # The string may contain the closing brace of an output.
        text = _OUTPUT.sub(
            _output_text, _STRING_OUTPUT.sub(lambda match: f"\x01{match[1] or match[2] or ''}\x02", text)
        )
        text = text.replace("\x01", "").replace("\x02", "")
    return text


def _output_text(match: re.Match[str]) -> str:
    """Return the captions in a shortcode of Zola, ``{{ image(src="a.png", alt="图") }}``, or a call of a macro."""
    call = _CALL.fullmatch(match[0]) if "=" in match[0] else None
    return join_texts(captions(parse_arguments(call[1]))) if call is not None else ""


def _data_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of data for players and diagrams, to be removed."""
    position = 0
    missing: set[str] = set()
    for start in _DATA_START.finditer(text):
        if start.start() < position or start[1] in missing:
            continue
        end = lazy_pattern(rf"\{{%-?\s*end{start[1]}\s*-?%\}}").search(text, start.end())
        if end is None:
            missing.add(start[1])
        else:
            position = end.end()
            yield start.start(), position, ""


def _read_links(text: str) -> str:
    """Replace the YAML of friends' links, as Hexo's themes read it, by the names and descriptions in it."""
    return replace_parts(
        _LINKS_START, _LINKS_END, lambda links: "\n\n".join(["", *_LINK_VALUE.findall(links), ""]), text
    )


def _tag_text(match: re.Match[str], *, is_target: bool) -> str:
    name, source = match["name"].lower(), match["arguments"].strip(" \t\r\n-+")
    if is_target:
        words = source.split()
        return words[0].strip("\"'") if words else ""
    if name.startswith(("end", "/")) or name in _CONTROL_TAGS or name in _ADDRESS_TAGS:
        return ""
    if name in ("post_link", "asset_img", "asset_link", "img"):
        return _linked_title(source, is_post=name == "post_link")
    if name == "ruby" and "|" in source:
        base, _, reading = source.partition("|")
        return f"<ruby>{base.strip()}<rt>{reading.strip()}</rt></ruby>"
    if name.startswith("include"):
        return join_texts(captions(parse_arguments(source)))
    source = _MARKDOWN_LINK.sub(r"\1", source)
    title = join_texts((*_positional_texts(name, source), *captions(parse_arguments(source))))
    is_before_text = match.string[match.end() : match.end() + 1] not in "\n"
    return f"{title}\n\n" if title and is_before_text and name in _TITLED_TAGS else title


def _linked_title(source: str, *, is_post: bool) -> str:
    """Return the title in ``post_link slug title``, ``asset_link file title`` or ``asset_img class file width title``."""
    values = [each.value for each in parse_arguments(source)]
    if values and values[-1] in ("true", "false"):
        values.pop()
    if is_post:
        slug, rest = values[:1], values[1:]
        # Without a title, the page shows the title of the linked article. It is unknown here; the slug is often similar.
        return join_texts(rest) or (slug[0].rpartition("/")[2] if slug and has_cjk(slug[0]) else "")
    position = next((at for at, value in enumerate(values) if is_address(value)), 0)
    titles = (value.replace('"', " ") for value in values[position + 1 :] if not _IMAGE_SIZE.fullmatch(value))
    return join_texts(dict.fromkeys(titles))


def _positional_texts(name: str, source: str) -> list[str]:
    """Return the texts in positional arguments. Commas or ``::`` separate them, or spaces if there are style classes."""
    texts = []
    for part in _PART.findall(source):
        words = [each.value for each in parse_arguments(part) if not each.name and not is_address(each.value)]
        options = [option for word in words if (option := _NAMED_WORD.match(word))]
        texts += [option[2] for option in options if option[1] in ("title", "text", "author") and has_cjk(option[2])]
        text = " ".join(word for word in words if not _NAMED_WORD.match(word)).strip()
        if "@" in text:
            text = _text_beside_style(text)
        elif name == "label" and text.rpartition(" ")[2].lower() in _STYLE_WORDS:
            text = text.rpartition(" ")[0] or text
        if has_cjk(text):
            texts.append(_without_style(name, text))
        elif name in _TEXT_TAGS and not _STYLE_WORDS.issuperset(text.lower().split()) and "fa-" not in text:
            texts.append(text)
    return texts


def _without_style(name: str, text: str) -> str:
    """Return the text in a tag without leading style names, and without leading sizes if the tag has them."""
    words = text.split(" ")
    while len(words) > 1 and (
        words[0].lower() in _STYLE_WORDS or (name in _SIZED_TAGS and _IMAGE_SIZE.fullmatch(words[0]))
    ):
        del words[0]
    return " ".join(words)


def _text_beside_style(text: str) -> str:
    """Return the text in ``style@text`` or ``text@style``."""
    before, _, after = (part.strip() for part in text.partition("@"))
    if not before or has_cjk(after) or before.lower() in _STYLE_WORDS:
        return after
    return before
