"""Part a text into front matter and body."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from textwrap import dedent
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from searchlib.sources.dates import DATE_KEYS
from searchlib.sources.plain_yaml import load_plain_yaml
from searchlib.sources.yaml_values import Written, YamlBoundsError, load_yaml

_MAX_LENGTH = 1 << 18
_MAX_BARE_LINES = 200
_DASHES = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
_OPENING = re.compile(r"(-{3,}|\+{3,}|;{3,})[ \t]*(?:\n|$)")
_ENDS = {
    "-": _DASHES,
    "+": re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE),
    ";": re.compile(r"^;{3,}[ \t]*$", re.MULTILINE),
}
_KEY = re.compile(r"""(["']?)([A-Za-z_$@][\w.$@/-]*)\1[ \t]*(?::(?=\s|$)|[：])""")
_TOML_KEY = re.compile(r"""(["']?)([A-Za-z_$@][\w.$@/-]*)\1[ \t]*=""")
_DOTTED = re.compile(r"(?:[\w-]+[ \t]*\.[ \t]*){64}")  # tomllib needs the square of a dotted key's length
_ENTRY = re.compile(r"""(["']?)([A-Za-z_$@][\w.$@/-]*)\1[ \t]*[:：=][ \t]*(.*)""")
_INLINE_KEY = re.compile(r"(?:^|(?<=\s))([a-z][\w.-]*)\s*：\s*")
_ITEM = re.compile(r"\s*-\s+(.*)")
_ORG = re.compile(r"#\+(\w+):(.*)\n?")
_KNOWN = frozenset(
    (*DATE_KEYS, "title", "author", "authors", "categories", "category", "tags", "tag", "layout", "permalink", "id")
) | frozenset(("description", "keywords", "comments", "draft", "type", "url", "slug", "updated", "subtitle", "excerpt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands above the body; ``problem`` says what of it could not be read as it should be."""

    metadata: dict[str, Any]
    body: str
    problem: str | None = None


class _Yaml(BaseHandler):
    """YAML between dashes, or above the first dashes."""

    FM_BOUNDARY = _DASHES

    def load(self, fm: str) -> dict[str, Any]:
        if (plain := load_plain_yaml(fm)) is not None:
            return plain
        values = load_yaml(fm)
        if values is None:
            return {}
        if not isinstance(values, dict):
            raise ValueError("is not a list of keys and values")
        return values


class _Toml(BaseHandler):
    """TOML between plus signs, read by the standard library."""

    FM_BOUNDARY = _ENDS["+"]

    def load(self, fm: str) -> dict[str, Any]:
        if _DOTTED.search(fm):
            raise ValueError("is nested too deeply")
        return tomllib.loads(fm)


class _Json(BaseHandler):
    """JSON between or above semicolons, its outer braces optional as in Hexo."""

    FM_BOUNDARY = _ENDS[";"]

    def load(self, fm: str) -> dict[str, Any]:
        fm = fm.strip().rstrip(",")
        values = json.loads(fm if fm.startswith("{") else f"{{{fm}}}")
        if not isinstance(values, dict):
            raise ValueError("is not an object")
        return values


class _Parted(BaseHandler):
    """Front matter whose place is known: python-frontmatter loads it with the handler of its language."""

    def __init__(self, language: BaseHandler, fm: str, body: str) -> None:
        super().__init__(fm_boundary=language.FM_BOUNDARY)
        self.language = language
        self.parts = fm, body

    def split(self, text: str) -> tuple[str, str]:
        return self.parts

    def load(self, fm: str) -> dict[str, Any]:
        return self.language.load(fm)


_LANGUAGES: dict[str, BaseHandler] = {"-": _Yaml(), "+": _Toml(), ";": _Json()}


def part(text: str) -> FrontMatter:
    """The front matter and the body of a text: YAML, TOML, JSON, Org or none; never raises for what it finds."""
    if blank := _BLANK_LINES.match(text):
        text = text[blank.end() :]
    if match := _OPENING.match(text):
        mark = match[1][0]
        end = _ENDS[mark].search(text, match.end())
        if end is not None:
            fm, body = text[match.end() : end.start()], text[end.end() :]
        else:
            fm, body = _unended(text[match.end() :])
        if _is_front_matter(fm, mark) and (end is not None or fm):
            return _load(fm, body, mark)
        return FrontMatter(metadata={}, body=text)
    if text.startswith("{"):
        return _json_object(text)
    if text.startswith("#+"):
        return _org(text)
    if _KEY.match(text.lstrip()) and (bare := _bare(text)) is not None:
        return _load(*bare, "-")
    if text.startswith('"') and (end := _ENDS[";"].search(text)) and _is_front_matter(text[: end.start()], ";"):
        return _load(text[: end.start()], text[end.end() :], ";")
    return FrontMatter(metadata={}, body=text)


def _is_front_matter(fm: str, mark: str) -> bool:
    """Whether what stands between two marks is keys and values, rather than prose between two rules."""
    lines = (line for line in fm.split("\n") if line.strip() and not line.lstrip().startswith("#"))
    first = next(lines, None)
    if first is None:
        return True
    if mark == "+":
        return any(_TOML_KEY.match(line) or line.startswith("[") for line in chain((first,), lines))
    if mark == ";":
        return first.lstrip()[0] in '{"'
    keys = (match[2] for line in chain((first,), lines) if (match := _KEY.match(line)))
    if any(key.lower() in _KNOWN for key in keys):
        return True
    # "Note: …" between two rules is prose; a key that no blog knows begins with a small letter.
    key = _KEY.match(first)
    return key is not None and key[2][0].islower()


def _unended(text: str) -> tuple[str, str]:
    """The keys and values at the head of a text that lacks the closing mark, up to the first line that is neither."""
    position = 0
    for line in text.splitlines(keepends=True):
        if not (_KEY.match(line) or _TOML_KEY.match(line) or (position and (line[0] in " \t#" or _ITEM.match(line)))):
            break
        if not line.strip():
            break
        position += len(line)
    return text[:position], text[position:]


def _bare(text: str) -> tuple[str, str] | None:
    """The parts of a text in the form of old Hexo, keys and values above the first dashes; None in any other text."""
    end = _DASHES.search(text, 0, _MAX_LENGTH)
    if end is None or text[end.start()] != "-":
        return None
    fm = dedent(text[: end.start()])
    lines = fm.splitlines()
    if len(lines) > _MAX_BARE_LINES:
        return None
    known = False
    for line in lines:
        if match := _KEY.match(line):
            known = known or match[2].lower() in _KNOWN
        elif line.strip() and line[0] not in " \t#" and not _ITEM.match(line):
            return None
    return (fm, text[end.end() :]) if known else None


def _json_object(text: str) -> FrontMatter:
    """A text that opens with a JSON object of known keys, as Hugo has it."""
    try:
        values, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return FrontMatter(metadata={}, body=text)
    if isinstance(values, dict) and any(key.lower() in _KNOWN for key in values):
        return FrontMatter(metadata=values, body=text[end:])
    return FrontMatter(metadata={}, body=text)


def _org(text: str) -> FrontMatter:
    """A text that opens with Org keywords of known names; ox-hugo's tags and categories stand between spaces."""
    metadata: dict[str, Any] = {}
    position = 0
    while match := _ORG.match(text, position):
        key, value = match[1].lower().removeprefix("hugo_"), match[2].strip()
        metadata[key] = value.split() if key in ("tags", "categories") else Written(value)
        position = match.end()
    if any(key in _KNOWN for key in metadata):
        return FrontMatter(metadata=metadata, body=text[position:])
    return FrontMatter(metadata={}, body=text)


def _load(fm: str, body: str, mark: str) -> FrontMatter:
    try:
        if len(fm) > _MAX_LENGTH:
            raise ValueError(f"is longer than {_MAX_LENGTH} characters")
        metadata, body = frontmatter.parse("", handler=_Parted(_LANGUAGES[mark], fm, body))
        return FrontMatter(metadata=metadata, body=body)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        problem = f"front matter: {line}{error.problem or error.context}"
    except (yaml.YAMLError, YamlBoundsError, ValueError) as error:
        problem = f"front matter: {' '.join(str(error).split())}"
    except RecursionError:
        problem = "front matter: nested too deeply"
    return FrontMatter(metadata=_salvaged(fm[:_MAX_LENGTH], mark), body=body.strip(), problem=problem)


def _salvaged(fm: str, mark: str) -> dict[str, Any]:
    """What can be read of broken front matter, one entry after the other."""
    entries: list[list[str]] = []
    for line in fm.split("\n"):
        if _ENTRY.match(line) or (mark == ";" and _ENTRY.match(line.lstrip(" \t{"))):
            entries.append([line])
        elif entries and line.strip():
            entries[-1].append(line)
    metadata: dict[str, Any] = {}
    for entry in entries:
        metadata.update(_entry(entry, mark))
    return metadata


def _entry(lines: list[str], mark: str) -> dict[str, Any]:
    if mark == "-" and len(inline := _INLINE_KEY.split(lines[0])) > 3:
        # All on one line, every colon full-width: a machine translator's work.
        return {key: _unquoted(value) for key, value in zip(inline[1::2], inline[2::2], strict=True)}
    try:
        if isinstance(values := _LANGUAGES[mark].load("\n".join(lines)), dict) and values:
            return values
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    match = _ENTRY.match(lines[0].lstrip(" \t{"))
    if match is None:
        return {}
    items = [_unquoted(item[1]) for line in lines[1:] if (item := _ITEM.match(line))]
    first = match[3].strip().rstrip("," if mark == ";" else "").strip()
    if items and not first:
        return {match[2]: items}
    if first.startswith("[") and first.endswith("]"):
        return {match[2]: [_unquoted(item) for item in re.split("[,，]", first[1:-1]) if item.strip()]}
    return {match[2]: _unquoted(first) or None}


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return Written(text)
