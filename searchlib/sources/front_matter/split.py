"""Split a text into front matter and body, and load the front matter."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from itertools import chain
from textwrap import dedent
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.bbs import split_bbs
from searchlib.sources.front_matter.joplin import split_joplin
from searchlib.sources.front_matter.logseq import split_properties
from searchlib.sources.front_matter.metadata import AUTHOR_KEYS, CATEGORY_KEYS, COMMON_KEYS, TAG_KEYS, TITLE_KEYS
from searchlib.sources.front_matter.nikola import state_of_tags
from searchlib.sources.front_matter.yaml_loader import PlainScalar, YamlBoundsError, load_yaml

_MAX_FRONT_MATTER_LENGTH = 1 << 18
_MAX_UNDELIMITED_LINES = 200
_WHOLE_LINE = lazy_pattern(r"([^\n]*)(?:\n|\Z)")
_DASHES = lazy_pattern(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)
_BLANK_LINES = lazy_pattern(r"(?>(?:[^\S\n]*+\n)+)")
_OPENING_DELIMITER = lazy_pattern(r"(-{3,}|\+{3,}|;{3,})[ \t]*(yaml|yml|toml|json)?[ \t]*(?:\n|$)")
_LANGUAGES = {"yaml": "-", "yml": "-", "toml": "+", "json": ";"}
"""The delimiter of each language that a first line such as ``---toml`` can name."""
_CLOSING_DELIMITERS = {
    "-": _DASHES,
    "+": lazy_pattern(r"^\+{3,}[ \t]*$", re.MULTILINE),
    ";": lazy_pattern(r"^;{3,}[ \t]*$", re.MULTILINE),
}
_KEY = lazy_pattern(r"""(["']?)([A-Za-z_$@\u3400-\u9fff][\w.$@/-]*)\1[ \t]*(?::(?=\s|$)|[：])""")
_TOML_KEY = lazy_pattern(r"""(["']?)([A-Za-z_$@][\w.$@/-]*)\1[ \t]*=""")
# tomllib takes quadratic time for a dotted key.
_DOTTED = lazy_pattern(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""")
_ENTRY = lazy_pattern(r"""(["']?)([A-Za-z_$@\u3400-\u9fff][\w.$@/-]*)\1[ \t]*[:：=][ \t]*(.*)""")
_ENTRIES = lazy_pattern(r"(?>[A-Za-z_\u3400-\u9fff][\w.-]*[ \t]*[:：=][^\n。，！？；]*\n)+")
_JSON_KEY = lazy_pattern(r"""^[ \t{]*"([\w.$-]+)"[ \t]*:""", re.MULTILINE)
_JSON_BREAK = lazy_pattern(r"""[ \t]*,[ \t]*(?="[\w.$-]+"[ \t]*:)""")
_CLOSING_BRACE = lazy_pattern(r"^[ \t]*\}[ \t;,]*$", re.MULTILINE)
_TABBED_BLOCK = lazy_pattern(r"(?<=:)[ \t]*+(?:\n(?>(?:[ \t]*+\n)*)\t.*)+")
_LEADING_TABS = lazy_pattern(r"^\t+", re.MULTILINE)
_PARAGRAPH_END = lazy_pattern(r"\n[ \t]*\n")
_FULL_WIDTH_KEY = lazy_pattern(r"(?:^|(?<=\s))([a-z][\w.-]*)\s*：\s*")
_UNSPACED_KEY = lazy_pattern(rf"^({'|'.join(sorted(COMMON_KEYS))}):(?=[^\s/])", re.MULTILINE | re.IGNORECASE)
_HASH_TAGS = lazy_pattern(
    rf"^((?:{'|'.join(TAG_KEYS)}):[ \t]+)(#(?![\s#])[^\n]*)(?!\n[ \t]*-)$", re.MULTILINE | re.IGNORECASE
)
# Begins with a literal, so that the search is fast.
_MAYBE_UNSPACED = lazy_pattern(r"\n[A-Za-z\u3400-\u9fff][\w.-]*:[^\s/]")
_YAML_COMMENT = lazy_pattern(r"<!--(?:[ \t]*(?i:ya?ml)(?=\s))?\s*\n?((?>(?:[^-]|-(?!->))*))-->")
_RULES_AROUND = lazy_pattern(r"\A-{3,}[ \t]*\n|\n-{3,}[ \t]*\Z")
_NIKOLA = lazy_pattern(r"^\.\. (?=\w+:)", re.MULTILINE)
_HAN_KEYS = "|".join(sorted(key for key in COMMON_KEYS if not key.isascii()))
_HEADER = lazy_pattern(rf"([A-Za-z][\w-]*(?=:)|(?:{_HAN_KEYS})(?=[ \t]*[:：]))[ \t]*(?:::?|：)[ \t]*(.*)")
_MAIL_KEYS = frozenset(("from", "subject"))
_LIST_KEYS = frozenset((*AUTHOR_KEYS, *CATEGORY_KEYS, *TAG_KEYS))
_YAML_ITEM = lazy_pattern(r"\s*-\s+(.*)")
_QUOTED = lazy_pattern(r"""(\s*'\W')|\s*(?:'[^']*'|"[^"]*")""")
"""A text in quotes in a message of YAML. The group is set if the text is a single sign."""
_OPEN = lazy_pattern("flow|quoted")
_TOML_PLACE = lazy_pattern(r" \(at line (\d+), column \d+\)")
_LCTT_DEFINITION = lazy_pattern(r"\[#\]:[ \t]*\(?([a-z]+)(?:\)[ \t]*:?|[ \t]*:)[ \t]*([^\n]*)(?:\n|\Z)")
_ENCLOSED = lazy_pattern(r"""[("](.*)[)"]""")
_MARKDOWN_LINK = lazy_pattern(r"\[([^\[\]]*)\]\([^()\s]*\)?")
_ORG = lazy_pattern(r"#\+(\w+):(.*)\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The front matter and the body of a text.

    ``problem`` describes what is broken in the front matter, or is None. ``broken`` is the source of what cannot be parsed, or "".
    ``item`` says what the file is if it is no note but another item of a program, such as a folder of Joplin; otherwise it is "".
    """

    metadata: dict[str, Any]
    body: str
    problem: str | None = None
    broken: str = ""
    item: str = ""


def _load_yaml(source: str) -> dict[str, Any]:
    values = load_yaml(source)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ValueError("is not a list of keys and values")
    return values


def _load_toml(source: str) -> dict[str, Any]:
    if _DOTTED.search(source):
        raise ValueError("is nested too deeply")
    return tomllib.loads(source)


def _load_json(source: str) -> dict[str, Any]:
    """Load JSON whose outer braces are optional, as in Hexo."""
    source = source.strip().rstrip(",")
    values: dict[str, Any] = json.loads(source if source.startswith("{") else f"{{{source}}}")
    return values


_LOADERS = {"-": _load_yaml, "+": _load_toml, ";": _load_json}


class _SplitHandler(BaseHandler):
    """Passes a text that is already split to python-frontmatter, with the loader of its language."""

    def __init__(self, source: str, body: str, delimiter: str) -> None:
        super().__init__(fm_boundary=_CLOSING_DELIMITERS[delimiter])
        self.parts = source, body
        self.delimiter = delimiter

    def split(self, text: str) -> tuple[str, str]:
        return self.parts

    def load(self, fm: str) -> dict[str, Any]:
        return load_values(fm, self.delimiter)


def load_values(text: str, delimiter: str) -> dict[str, Any]:
    """Return the keys and values of a text in the language of a delimiter: ``-`` YAML, ``+`` TOML or ``;`` JSON.

    Raises:
        yaml.YAMLError, ValueError, RecursionError: the text is not in that language, or has no keys and values.
    """
    return _LOADERS[delimiter](text)


def split_front_matter(text: str) -> FrontMatter:
    """Split a text into front matter in one of ``_FORMATS``, or none, and body. Broken front matter raises no error."""
    if (joplin := split_joplin(text)) is not None:
        metadata, body, item = joplin
        return FrontMatter(metadata=metadata, body=body, item=f"Joplin {item}" if item else "")
    if (post := split_bbs(text)) is not None:
        values, body = post
        return FrontMatter(metadata={key: PlainScalar(value) for key, value in values.items()}, body=body)
    line = 1
    if blank := _BLANK_LINES.match(text):
        line += blank[0].count("\n")
        text = text[blank.end() :]
    found = (split(text, line) for split in _FORMATS)
    return next(filter(None, found), FrontMatter(metadata={}, body=text))


def _split_delimited(text: str, line: int) -> FrontMatter | None:
    """Split a text that begins with a line of dashes, plus signs or semicolons. Those that end the front matter may be missing."""
    opening = _OPENING_DELIMITER.match(text)
    if opening is None:
        return None
    delimiter = opening[1][0] if opening[2] is None else _LANGUAGES[opening[2]]
    end = _CLOSING_DELIMITERS[opening[1][0]].search(text, opening.end())
    if end is not None:
        fm, body = text[opening.end() : end.start()], text[end.end() :]
    else:
        fm, body = _split_unclosed(text[opening.end() :])
    if delimiter == "-":
        fm = _mend_yaml(fm)
    if not _is_front_matter(fm, delimiter) or (end is None and not fm):
        return None
    front_matter = _load(fm, body, delimiter, line + opening[0].count("\n"))
    if end is None and (rest := _rest_of_unclosed(body)):
        return replace(front_matter, broken=f"{front_matter.broken}\n{rest}")
    return front_matter


def _mend_yaml(fm: str) -> str:
    """Return YAML that programs accept and the standard does not, with spaces for tabs and after colons, and tags in quotes."""
    fm = _without_tabs(fm)
    if fm[:1] in (" ", "\t"):
        fm = _without_indent(fm)
    if _MAYBE_UNSPACED.search(f"\n{fm}"):
        fm = _UNSPACED_KEY.sub(r"\1: ", fm)
    return _HASH_TAGS.sub(_quote_tags, fm) if ": #" in fm else fm


def _without_tabs(fm: str) -> str:
    """Return YAML with two spaces for each tab before the values of a key, as Hexo reads it. YAML does not allow such tabs."""
    return _TABBED_BLOCK.sub(lambda block: _with_spaces(block[0]), fm) if "\t" in fm else fm


def _with_spaces(lines: str) -> str:
    """Return lines with two spaces in place of each tab at the beginning of a line."""
    return _LEADING_TABS.sub(lambda tabs: "  " * len(tabs[0]), lines)


def _quote_tags(line: re.Match[str]) -> str:
    """Return a line with the tags ``#甲 #乙`` in quotes, for they are a comment in YAML."""
    tags = line[2].replace("'", "''")
    return f"{line[1]}'{tags}'"


def _without_indent(fm: str) -> str:
    """Return YAML whose first line is indented without its indent, and with spaces in place of tabs, as Hexo reads it.

    Lines with a smaller indent are on the same level: they may tell that the article is a draft.
    """
    lines = _with_spaces(fm).split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    first = next((indent for line, indent in zip(lines, indents, strict=True) if line.strip()), 0)
    return "\n".join(line[min(indent, first) :] for line, indent in zip(lines, indents, strict=True))


def _is_front_matter(fm: str, delimiter: str) -> bool:
    """Return whether the text between two delimiters consists of keys and values, rather than prose between two rules."""
    lines = (line for line in fm.split("\n") if line.strip() and not line.lstrip().startswith("#"))
    first = next(lines, None)
    if first is None:
        return True
    if delimiter == "+":
        return any(_TOML_KEY.match(line) or line.startswith("[") for line in chain((first,), lines))
    if delimiter == ";":
        return first.lstrip()[0] in '{"'
    first = first.lstrip("{ ") if first.startswith("{") else first
    keys = (match[2] for line in chain((first,), lines) if (match := _KEY.match(line)))
    if any(key.lower() in COMMON_KEYS for key in keys):
        return True
    # "Note: …" between two rules is prose. An uncommon key must begin with a lower-case letter.
    key = _KEY.match(first)
    return key is not None and key[2][0].islower()


def _split_unclosed(text: str) -> tuple[str, str]:
    """Split a text without a closing delimiter before the first line that is neither a key nor a value."""
    position = 0
    for line in text.splitlines(keepends=True):
        is_entry = _KEY.match(line) or _TOML_KEY.match(line)
        if not is_entry and not (position and line.strip() and (line[0] in " \t#" or _YAML_ITEM.match(line))):
            break
        position += len(line)
    return text[:position], text[position:]


def _rest_of_unclosed(body: str) -> str:
    """Return the lines below front matter without a closing delimiter that may be more of it, or "".

    Front matter may continue after a line that is no entry. After blank lines it continues only if all lines of the paragraph are
    entries: 密码：见下文。 is a sentence.
    """
    paragraph = _PARAGRAPH_END.split(body.lstrip(), maxsplit=1)[0][:_MAX_FRONT_MATTER_LENGTH]
    is_apart = not body.partition("\n")[0].strip()
    return "" if is_apart and _ENTRIES.fullmatch(f"{paragraph}\n") is None else paragraph


def _split_undelimited(text: str, line: int) -> FrontMatter | None:
    """Split a text with keys and values above the first line of dashes, as old Hexo wrote it."""
    if not (_KEY.match(text.lstrip()) or _UNSPACED_KEY.match(text)):
        return None
    end = _DASHES.search(text, 0, _MAX_FRONT_MATTER_LENGTH)
    if end is None or text[end.start()] != "-":
        return None
    fm = text[: end.start()]
    if _UNSPACED_KEY.match(fm):
        fm = _UNSPACED_KEY.sub(r"\1: ", fm)
    fm = dedent(_without_tabs(fm))
    lines = fm.splitlines()
    if len(lines) > _MAX_UNDELIMITED_LINES or not _are_entries(lines):
        return None
    return _load(fm, text[end.end() :], "-", line)


def _split_comment(text: str, line: int) -> FrontMatter | None:
    """Split a text that begins with an HTML comment of keys and values, also between lines of dashes."""
    comment = _YAML_COMMENT.match(text)
    if comment is None:
        return None
    fm = _RULES_AROUND.sub("\n", _NIKOLA.sub("", dedent(comment[1])).rstrip("\n ")).rstrip("\n")
    if not _are_entries(fm.split("\n")):
        return None
    if state := state_of_tags(comment[1]):
        fm = f"{fm}\nstatus: {state}"
    return _load(fm, text[comment.end() :], "-", line + text[: comment.start(1)].count("\n"))


def _are_entries(lines: list[str]) -> bool:
    """Return whether lines consist of keys and values, with a common key. Blank lines do not count."""
    lines = [line for line in lines if line.strip()]
    keys = [_KEY.match(line) for line in lines]
    return any(key and key[2].lower() in COMMON_KEYS for key in keys) and all(
        key or line[0] in " \t#" or _YAML_ITEM.match(line) for key, line in zip(keys, lines, strict=True)
    )


def _split_quoted(text: str, line: int) -> FrontMatter | None:
    """Split a text with JSON without braces above the first line of semicolons."""
    end = _CLOSING_DELIMITERS[";"].search(text) if text.startswith('"') else None
    if end is None or not _is_front_matter(text[: end.start()], ";"):
        return None
    return _load(text[: end.start()], text[end.end() :], ";", line)


def _split_logseq(text: str, _line: int) -> FrontMatter | None:
    """Split a text that begins with the properties of a page of Logseq."""
    properties = split_properties(text)
    return None if properties is None else FrontMatter(metadata=properties[0], body=properties[1])


def _split_headers(text: str, _line: int) -> FrontMatter | None:
    """Split a text that begins with headers as Pelican, MultiMarkdown and Logseq write them: up to the first blank line.

    The headers must be ``Title`` alone, or several with a title or two common keys.
    """
    metadata: dict[str, Any] = {}
    position = 0
    key = ""
    while position < len(text) and (match := _WHOLE_LINE.match(text, position)):
        line = match[1]
        if not line.strip():
            break
        if (header := _HEADER.match(line)) is not None:
            key = header[1]
            metadata[key] = PlainScalar(header[2].strip())
        elif key and line[0] in " \t":
            separator = "\n" if key.lower() in _LIST_KEYS else " "  # each line of a list is an item
            metadata[key] = PlainScalar(f"{metadata[key]}{separator}{line.strip()}")
        else:
            return None
        position = match.end()
        if len(metadata) > _MAX_UNDELIMITED_LINES:
            return None
    if set(map(str.lower, metadata)) >= _MAIL_KEYS:
        metadata = {"title" if key.lower() == "subject" else key: value for key, value in metadata.items()}
    common = [each for each in map(str.lower, metadata) if each in COMMON_KEYS]
    is_front_matter = len(metadata) > 1 and (len(common) > 1 or not set(common).isdisjoint(TITLE_KEYS))
    if is_front_matter or ("Title" in metadata and text[position:].strip()):
        return FrontMatter(metadata=metadata, body=text[position:])
    return None


def _split_json(text: str, line: int) -> FrontMatter | None:
    """Split a text that begins with a JSON object, as Hugo writes it, with at least one common key."""
    if not text.startswith("{"):
        return None
    try:
        values, end = json.JSONDecoder().raw_decode(text[:_MAX_FRONT_MATTER_LENGTH])
    except (ValueError, RecursionError):
        last = _CLOSING_BRACE.search(text, 0, _MAX_FRONT_MATTER_LENGTH)
        if last is None or COMMON_KEYS.isdisjoint(map(str.lower, _JSON_KEY.findall(text, 0, last.end()))):
            return None
        return _load(text[: last.end()], text[last.end() :], ";", line)
    return None if COMMON_KEYS.isdisjoint(map(str.lower, values)) else FrontMatter(metadata=values, body=text[end:])


def _split_org(text: str, _line: int) -> FrontMatter | None:
    """Split a text that begins with Org keywords, at least one of them common. Tags of ox-hugo are separated by spaces."""
    metadata: dict[str, Any] = {}
    position = 0
    while match := _ORG.match(text, position):
        key, value = match[1].lower().removeprefix("hugo_"), match[2].strip()
        metadata[key] = value.split() if key in ("tags", "categories") else PlainScalar(value)
        position = match.end()
    return None if COMMON_KEYS.isdisjoint(metadata) else FrontMatter(metadata=metadata, body=text[position:])


def _split_definitions(text: str, _line: int) -> FrontMatter | None:
    """Split a text that begins with definitions of links, ``[#]: author: "Name address"``, as LCTT writes them."""
    metadata: dict[str, Any] = {}
    position = 0
    while match := _LCTT_DEFINITION.match(text, position):
        key, value = match[1], match[2]
        if enclosed := _ENCLOSED.match(value):
            value = enclosed[1]
        name = _MARKDOWN_LINK.sub(r"\1", value).partition(" http")[0].strip()
        if name and key != "subject":  # the subject is in the language of the original
            metadata[key] = PlainScalar(name)
        position = match.end()
    return FrontMatter(metadata=metadata, body=text[position:]) if position else None


_FORMATS = (
    _split_delimited,
    _split_json,
    _split_org,
    _split_definitions,
    _split_comment,
    _split_logseq,
    # Before headers: YAML that ends with dashes may look like headers, but ``tags: [甲, 乙]`` is a list in YAML.
    _split_undelimited,
    _split_headers,
    _split_quoted,
)
"""The formats of front matter. Each function gets a text, with the number of its first line, and returns None in other formats."""


def _load(fm: str, body: str, delimiter: str, line: int) -> FrontMatter:
    """Load front matter. ``line`` is the number of its first line in the file, from 1."""
    try:
        if len(fm) > _MAX_FRONT_MATTER_LENGTH:
            raise ValueError(f"is longer than {_MAX_FRONT_MATTER_LENGTH} characters")
        metadata, body = frontmatter.parse("", handler=_SplitHandler(fm, body, delimiter))
        return FrontMatter(metadata=metadata, body=body)
    except yaml.MarkedYAMLError as error:
        # The position of a list or a quotation that does not end is where it begins, not where the parser notices it.
        is_open = error.context_mark is not None and _OPEN.search(error.context or "") is not None
        mark = error.context_mark if is_open else error.problem_mark
        # The message may quote a value, which may be a password: *hunter2 is an alias in YAML.
        reason = _QUOTED.sub(lambda quoted: quoted[1] or "", error.problem or error.context or "").rstrip()
        problem = f"line {line + mark.line}: {reason}" if mark is not None else reason
    except json.JSONDecodeError as error:
        before = fm[: len(fm) - len(fm.lstrip())].count("\n")
        problem = f"line {line + before + error.lineno - 1}: {error.msg}"
    except tomllib.TOMLDecodeError as error:
        reason, place = str(error), _TOML_PLACE.search(str(error))
        problem = f"line {line + int(place[1]) - 1}: {reason[: place.start()]}" if place is not None else reason
    except (yaml.YAMLError, YamlBoundsError, ValueError) as error:
        problem = " ".join(str(error).split())
    except RecursionError:
        problem = "nested too deeply"
    return FrontMatter(
        metadata=_salvage(fm[:_MAX_FRONT_MATTER_LENGTH], delimiter),
        body=body.strip(),
        problem=f"front matter: {problem}",
        broken=fm[:_MAX_FRONT_MATTER_LENGTH],
    )


def _salvage(fm: str, delimiter: str) -> dict[str, Any]:
    """Load broken front matter entry by entry, and return the readable entries."""
    entries: list[tuple[re.Match[str], list[str]]] = []
    if delimiter == ";":
        fm = _JSON_BREAK.sub(",\n", fm.rstrip("} \t\n,"))
    for line in fm.split("\n"):
        if (entry := _ENTRY.match(line.lstrip(" \t{") if delimiter == ";" else line)) is not None:
            entries.append((entry, [line]))
        elif entries and line.strip():
            entries[-1][1].append(line)
    metadata: dict[str, Any] = {}
    for entry, lines in entries:
        metadata.update(_load_entry(entry, lines, delimiter))
    return metadata


def _load_entry(match: re.Match[str], lines: list[str], delimiter: str) -> dict[str, Any]:
    """Return the key and the value in the lines of an entry. ``match`` is that of its first line."""
    if delimiter == "-" and len(inline := _FULL_WIDTH_KEY.split(lines[0])) > 3:
        # Machine translation puts all entries on one line, with full-width colons.
        return {key: _unquote(value) for key, value in zip(inline[1::2], inline[2::2], strict=True)}
    try:
        if values := load_values("\n".join(lines), delimiter):
            return values
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    items: list[str] = []
    others: dict[str, str] = {}  # keys in indented lines after a value or a list are those of the front matter
    for line in lines[1:]:
        if (item := _YAML_ITEM.match(line)) is not None:
            items.append(_unquote(item[1]))
        elif (key := _ENTRY.match(line.lstrip(" \t"))) is not None:
            others[key[2]] = _unquote(key[3])
    first = match[3].strip().rstrip("," if delimiter == ";" else "").strip()
    if items and not first:
        return {match[2]: items} | others
    if first.startswith("[") and not first.startswith("[["):
        # A list may end on a later line, or nowhere. Words after its end make it a text: [置顶] 公告.
        texts = [first[1:], *(line for line in lines[1:] if not _ENTRY.match(line.lstrip(" \t")))]
        inner, _, after = "\n".join(texts).partition("]")
        if not after.strip():
            parts = map(_unquote, re.split("[,，\n]", inner))
            return {match[2]: [part for part in parts if part]} | others
    first = first or next((text for line in lines[1:] if (text := line.strip()) and not _ENTRY.match(text)), "")
    return {match[2]: _unquote(first) or None} | (others if first else {})


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    # A quotation that does not end, unlike one at the beginning of a value: "甲"的故事.
    if text[:1] in ("'", '"') and text[0] not in text[1:]:
        return text[1:]
    return PlainScalar(text)
