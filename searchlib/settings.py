"""The settings in ``searchlib.toml``."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from searchlib.common.arguments import check_path
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.common.url_template import Templates, check_templates
from searchlib.errors import SettingsError

FILE_NAME = "searchlib.toml"
"""The name of the file of the settings if ``FILE_VARIABLE`` is not set."""

FILE_VARIABLE = "SEARCHLIB_SETTINGS"
"""The environment variable that names the file of the settings."""

INDEX_VARIABLE = "SEARCHLIB_INDEX"
"""The environment variable that names the index for commands without ``--index``."""

Categories = Literal["auto", "path", "flat"]
"""How to read a list of categories: as a path of subcategories, as a flat list, or automatically, by the archive."""

Treatment = Literal["skip", "index"]
"""The treatment of articles that are not published: leave them out, or index them like all others."""

FILENAME = "filename"
"""The element of ``DATE_ORDER`` that stands for the date in the name of the file or of its folders."""

DATE_ORDER = (
    *"date publishDate pubDate pubDatetime published publishedAt publishTime posted created createdAt".split(),
    *"createDate createTime creationDate dateCreated datePublished publicationDate postDate ms.date".split(),
    *"发布日期 发布时间 发表日期 发表时间 發佈日期 發表日期 创建日期 创建时间 建立日期 日期 时间".split(),
    FILENAME,
    *"lastmod updated updatedAt updateDate updateTime modified modDatetime lastModified lastUpdated".split(),
    *"lastUpdate dateModified 更新日期 更新时间 修改时间".split(),
)
"""The sources of an article's date, in order: keys of the front matter, in any case and with or without ``_`` and ``-``."""

MAX_NUMBER = 1_000_000
"""The largest value of a setting with a decimal number, except for ``b``."""

MIN_BUILD_MEMORY, MAX_BUILD_MEMORY = 10, 1_000_000
"""The limits of ``build_memory``."""

MAX_PROXIES = 10
"""The largest value of ``proxies``."""

PATHS = ("dictionary", "synonyms", "stop_words", "query_log")
"""The settings that name a file, relative to the folder of ``searchlib.toml``."""

LISTS = ("allowed_hosts", "cors_origins", "exclude", "encrypted_tags", "dates", "suffixes", "facets", "stored")
"""The settings that are lists of texts."""

SOURCE_FACET = "source"
"""The facet of the names of several folders."""

RESERVED_FACETS = frozenset(
    (
        *"id title body category categories tag tags author authors date year month dates".split(),
        *"标题 標題 分类 分類 标签 標籤 作者 日期 intitle".split(),
        *"q from to sort repeats page size verbatim literal explain log budget".split(),
        *"facet facets find pictures filters query categorytree article_id limit".split(),
    )
)
"""Names that no facet of the front matter can have: fields of every article, names of fields in queries, parameters of URLs."""

_FACET = lazy_pattern(r"\w[\w-]{0,49}")


def are_facets(value: object) -> bool:
    """Return whether a value from a file is a list of names of facets."""
    return isinstance(value, list) and all(isinstance(each, str) and _FACET.fullmatch(each) for each in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The weights of the score. ``tests/benchmarks/relevance.py`` measures and tunes them."""

    title: float = 3.0
    """Weight of the title."""

    headings: float = 2.0
    """Weight of headings, in addition to their weight in the body, and of the description of an article."""

    body: float = 1.0
    """Weight of the body."""

    words: float = 1.0
    """Weight of words."""

    bigrams: float = 0.5
    """Weight of pairs of adjacent units that are no words."""

    units: float = 1.0
    """Weight of single characters. Only a query of one character uses them."""

    parts: float = 0.5
    """Weight of a word or pair of units inside a longer word, relative to others."""

    function_words: float = 0.3
    """Weight of function words, and of bigrams that contain one, relative to others."""

    closeness: float = 0.5
    """Weight of proximity: adjacent words of the query that are close together in the body."""

    lead: float = 0.3
    """Weight of words of the query near the beginning of the body."""

    title_words: float = 3.0
    """Weight of a title that contains all words of the query, in any order."""

    whole_title: float = 1.0
    """Weight of a title that contains the whole query. From 1.0 on, such an article ranks before all others."""

    k1: float = 1.2
    """BM25: saturation of the term frequency."""

    b: float = 0.75
    """BM25: length normalization, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their defaults."""

    unpublished: Treatment = "skip"
    """Whether drafts and other articles that are not published are left out (``skip``) or indexed (``index``)."""

    future: Treatment = "index"
    """Whether articles with a date in the future are indexed (``index``) or left out until then (``skip``)."""

    exclude: tuple[str, ...] = ()
    """Patterns of files and folders that are left out, in the syntax of ``.gitignore``, relative to the folder of the articles."""

    suffixes: tuple[str, ...] = ()
    """Suffixes of other article files: ``.log`` is read as plain text, ``.mkdn=.md`` like ``.md``."""

    inline_tags: bool = False
    """Whether ``#标签`` in the text of Markdown files is a tag, as in Obsidian."""

    encrypted_tags: tuple[str, ...] = ()
    """Tags whose articles are encrypted by the generator: their text is not indexed."""

    dates: tuple[str, ...] = ()
    """Sources of an article's date, in order: keys of the front matter, and ``filename``. If empty: ``DATE_ORDER``."""

    facets: tuple[str, ...] = ()
    """Keys of the front matter that are facets and filters, like ``["series", "lang"]``."""

    facet_labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The labels of these facets on the page, like ``{"series": "系列"}``."""

    stored: tuple[str, ...] = ()
    """Keys of the front matter whose values are in ``Hit.extra``, like ``["link"]``."""

    zone: str = "Asia/Shanghai"
    """Time zone of dates without a zone, and of the date facets. An index keeps the zone that it was built with."""

    site_title: str = ""
    """Heading of the search page. If empty: 文章搜索 or "Article search"."""

    language: str = "zh"
    """Language of the search page: ``zh``, ``en``, or ``auto`` for the one that the browser prefers."""

    url_template: Templates = field(default="", hash=False)
    """URL of the original of an article, like ``https://example.org/{stem}/``, or one for each of several folders by its name. If
    empty, there are no links to originals.

    Names in braces are replaced: ``id`` (the path), ``stem`` (the path without its suffix, or without ``/index`` and the suffix),
    ``slug`` (the last part of the stem, or the slug in the front matter), ``year``, ``month``, ``day``, or any key of the front
    matter.
    """

    deadline: float = 10.0
    """Seconds after which a search is canceled."""

    fold_repeats: bool = True
    """Whether near duplicates are collapsed into one hit, unless a search says otherwise."""

    categories: Categories = "auto"
    """How to read a list of categories: ``path`` (like Hexo), ``flat``, or ``auto`` to decide by the archive."""

    dictionary: str = ""
    """Path of a file with words for the tokenizer."""

    synonyms: str = ""
    """Path of a file with synonyms."""

    regional_words: bool = True
    """Whether a word also matches the word of Taiwan or Hong Kong with the same meaning, and vice versa: 软件 and 軟體."""

    stop_words: str = ""
    """Path of a file with stop words."""

    build_memory: int = 1000
    """Megabytes that the articles in the worker processes of a build may take together. The largest article may exceed it."""

    allowed_hosts: tuple[str, ...] = ()
    """Host names of the page besides loopback and the bound address, like ``example.com``; ``*`` for all.

    Ids of feeds contain the first one.
    """

    cors_origins: tuple[str, ...] = ()
    """Origins whose pages may read the API, like ``https://example.com``, or ``*`` for all."""

    proxies: int = 0
    """Number of proxies in front of the page whose ``X-Forwarded-*`` headers are trusted."""

    query_log: str = ""
    """Path of a file that searches are logged to. If empty, they are not logged."""

    report_page: bool = False
    """Whether the page ``/report`` shows the query log to everybody."""

    sitemap: bool = False
    """Whether ``/sitemap.xml`` lists the URLs of all articles for search engines."""

    ranking: Ranking = field(default_factory=Ranking)
    """Weights of the score: the table ``[ranking]``."""

    def __post_init__(self) -> None:
        check_templates(self.url_template, {*self.facets, *self.stored})
        _check_facets(self.facets)
        for name in self.facet_labels:
            if name not in (*self.facets, SOURCE_FACET):
                facets = ", ".join((*self.facets, SOURCE_FACET))
                raise SettingsError(f"facet_labels: {name!r} is not a facet; labels can be set for {facets}")


def _check_facets(facets: Sequence[str]) -> None:
    """Raise SettingsError if a name is not allowed for a facet, or occurs twice."""
    names: set[str] = set()
    for facet in facets:
        name = facet.lower().replace("_", "").replace("-", "")
        if not _FACET.fullmatch(facet):
            raise SettingsError(f"facets: {facet!r} may contain letters, digits, - and _ only, at most 50")
        if {facet.lower(), name} & RESERVED_FACETS:
            raise SettingsError(
                f"facets: {facet!r} is the name of a field of every article, or of a parameter: leave it out"
            )
        if name in names:
            raise SettingsError(f"facets: {facet!r} occurs twice; case, - and _ make no difference")
        names.add(name)


_READING = ("unpublished", "future", "encrypted_tags", "dates", "suffixes", "inline_tags", "facets")


def reading_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that influence how files are read, without those that have their default, as JSON types."""
    return _changed(settings, DEFAULTS, _READING)


def _changed(settings: Settings | Ranking, defaults: Settings | Ranking, names: Iterable[str]) -> dict[str, Any]:
    """Return the values with these names that are not the defaults, as JSON types."""
    values = {name: getattr(settings, name) for name in names if getattr(settings, name) != getattr(defaults, name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


DEFAULTS = Settings()
"""The settings without a file."""


def settings_file() -> Path | None:
    """Return the file that ``load_settings`` reads, or None if there is none.

    It is the file that ``$SEARCHLIB_SETTINGS`` names, or the first ``searchlib.toml`` in the current folder, the folders above
    it, and the folder ``searchlib`` of the user's configuration: ``$XDG_CONFIG_HOME``, by default ``~/.config``. The search ends
    at the home folder.
    """
    if named := os.environ.get(FILE_VARIABLE):
        return Path(named)
    here = Path.cwd()
    home = Path(os.path.expanduser("~"))
    above = list(here.parents) if here != home else []
    if home in above:
        above = above[: above.index(home) + 1]
    configuration = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "searchlib"
    return next((file for folder in (Path(), *above, configuration) if (file := folder / FILE_NAME).is_file()), None)


def load_settings(path: str | os.PathLike[str] | None = None) -> Settings:
    """Read the settings from a file: ``path``, or that of ``settings_file``. Without a file, the defaults apply.

    Raises:
        ParameterError: ``path`` is not a path.
        SettingsError: the file cannot be read, or contains an unknown setting or a wrong value.
    """
    if path is not None:
        check_path("path", path)
    file = settings_file() if path is None else Path(path)
    return Settings() if file is None else _read_settings(file)


MACHINE = ("allowed_hosts", "build_memory", "cors_origins", "proxies", "query_log", "report_page", "sitemap")
"""The settings of one machine or server. An index records neither them nor those of ``PATHS``: an index from somebody else must
not make a program open a file, or allow other sites."""


def recorded_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that an index stores, without those that have their default, as JSON types."""
    names = [each.name for each in dataclasses.fields(Settings)]
    values = _changed(settings, DEFAULTS, [name for name in names if name not in (*MACHINE, *PATHS, "ranking")])
    weights = _changed(settings.ranking, DEFAULTS.ranking, [each.name for each in dataclasses.fields(Ranking)])
    return values | ({"ranking": weights} if weights else {})


def settings_of_record(location: str, record: Mapping[str, Any]) -> Settings:
    """Return the settings that an index at this location stores.

    Raises:
        SettingsError: one is wrong, or unknown to this version of the program.
    """
    values = {name: value for name, value in record.items() if name not in (*MACHINE, *PATHS)}
    return _checked(Path(location), values)


def _read_settings(file: Path) -> Settings:
    # Imported here: most programs run without a file of settings.
    import tomllib

    text = ""
    try:
        text = file.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"{file}: the settings cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: this is not UTF-8: save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: the file is not valid TOML: {error}{_quotes_hint(text, str(error))}") from error
    return _checked(file, values)


def _checked(file: Path, values: dict[str, Any]) -> Settings:
    """Return the settings with these values from TOML or JSON; raise SettingsError if one is wrong."""
    ranking = values.pop("ranking", {})
    if not isinstance(ranking, dict):
        raise SettingsError(f"{file}: ranking must be a table: [ranking]")
    _check(file, Settings, values)
    _check(file, Ranking, ranking, "ranking.")
    for name in PATHS:
        if values.get(name):
            values[name] = os.fspath(file.parent / values[name])
            if name != "query_log" and not os.path.exists(values[name]):
                raise SettingsError(f"{file}: {name}: there is no file {values[name]!r}")
    if values.get("report_page") and not values.get("query_log"):
        raise SettingsError(f"{file}: report_page requires a query log: set query_log to a file name")
    for name in LISTS:
        values[name] = tuple(values.get(name, ()))
    try:
        settings = Settings(**values, ranking=Ranking(**ranking))
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from error
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"{file}: zone: there is no time zone {settings.zone!r}; write it like 'Asia/Shanghai'"
        ) from error
    return settings


_TEXT_TYPES = ("str", "Treatment", "Categories", "Templates")
"""The types of settings that are texts."""


def _quotes_hint(text: str, error: str) -> str:
    """Return a hint if an error of TOML is in a line that sets a setting to a text without quotes, or ""."""
    number = re.search(r"at line (\d+)", error)
    line = text.split("\n")[int(number[1]) - 1] if number else ""
    entry = re.fullmatch(r"\s*(\w+)\s*=\s*([^\s\"'#\[{][^\"'#]*?)\s*(?:#.*)?", line)
    types = {setting.name: str(setting.type) for setting in dataclasses.fields(Settings)}
    if not entry or types.get(entry[1]) not in _TEXT_TYPES:
        return ""
    return f'; write a text in quotes: {entry[1]} = "{entry[2]}"'


def _check(file: Path, model: type[Settings | Ranking], values: Mapping[str, Any], prefix: str = "") -> None:
    """Check the names and values of a table.

    Raises:
        SettingsError: a name is unknown, or a value is wrong.
    """
    fields = {setting.name: str(setting.type) for setting in dataclasses.fields(model)}
    for name, value in values.items():
        if name not in fields:
            close = get_close_matches(name, fields, 1)
            hint = f"did you mean {prefix}{close[0]}? The" if close else "the"
            raise SettingsError(f"{file}: there is no setting {prefix}{name}; {hint} settings are {', '.join(fields)}")
        rule = _RULES_BY_NAME.get(name) or _RULES_BY_TYPE[fields[name]]
        if not rule.is_valid(value):
            raise SettingsError(f"{file}: {prefix}{name} must be {rule.expected}, not {value!r}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A check of one value, and the description of allowed values for an error message."""

    expected: str
    is_valid: Callable[[Any], bool]


def _one_of(choices: tuple[str, ...]) -> _Rule:
    return _Rule(f"one of {', '.join(map(repr, choices))}", lambda value: value in choices)


def _list_of(pattern: re.Pattern[str], expected: str) -> _Rule:
    return _Rule(
        expected,
        lambda value: (
            isinstance(value, list) and all(isinstance(each, str) and pattern.fullmatch(each) for each in value)
        ),
    )


def _is_table_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _number_up_to(maximum: int) -> _Rule:
    return _Rule(f"a number from 0 to {maximum}", lambda value: type(value) in (int, float) and 0 <= value <= maximum)


def _integer(minimum: int, maximum: int) -> _Rule:
    return _Rule(
        f"a whole number from {minimum} to {maximum}",
        lambda value: type(value) is int and minimum <= value <= maximum,
    )


_ORIGIN = lazy_pattern(r"\*|https?://[^\s/?#@,*]+")
"""An origin as browsers send it, with nothing after the host and port."""

_HOST_NAME = lazy_pattern(r"\*|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
"""A host as browsers send it, without a port. Names of other scripts are in Punycode."""

_RULES_BY_NAME = {
    "language": _one_of(("zh", "en", "auto")),
    "categories": _one_of(get_args(Categories)),
    "unpublished": _one_of(get_args(Treatment)),
    "future": _one_of(get_args(Treatment)),
    "build_memory": _integer(MIN_BUILD_MEMORY, MAX_BUILD_MEMORY),
    "proxies": _integer(0, MAX_PROXIES),
    "allowed_hosts": _list_of(_HOST_NAME, 'a list of host names without a port, like ["example.com"], or ["*"]'),
    "cors_origins": _list_of(_ORIGIN, 'a list of origins without a path, like ["https://example.com"], or ["*"]'),
    "b": _number_up_to(1),
}
_RULES_BY_TYPE = {
    "tuple[str, ...]": _Rule(
        'a list of texts, like ["甲", "乙"]',
        lambda value: isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value),
    ),
    "str": _Rule("text in quotes", lambda value: isinstance(value, str)),
    "Mapping[str, str]": _Rule('a table of texts, like { series = "系列" }', _is_table_of_texts),
    "Templates": _Rule(
        'text in quotes, or a table of texts, like { blog = "https://example.org/{stem}/" }',
        lambda value: isinstance(value, str) or _is_table_of_texts(value),
    ),
    "bool": _Rule("true or false", lambda value: isinstance(value, bool)),
    "float": _number_up_to(MAX_NUMBER),
}
