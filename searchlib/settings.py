"""The settings of searchlib.toml."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from searchlib.errors import SettingsError

FILE_NAME = "searchlib.toml"
"""Read from the current folder, unless the environment variable below names another file."""

FILE_VARIABLE = "SEARCHLIB_SETTINGS"
INDEX_VARIABLE = "SEARCHLIB_INDEX"

WORD_LISTS = ("dictionary", "synonyms", "stop_words")
"""The settings that name a file: in searchlib.toml relative to its folder."""

_PATHS = (*WORD_LISTS, "query_log")
"""All settings that name a file."""

Categories = Literal["auto", "path", "flat"]
"""What a list of categories is: a path from one to the ones below it, or only a list; or what the archive looks like."""

_CHOICES = {"language": ("zh", "en", "auto"), "categories": get_args(Categories)}
"""What a setting may be that is not just any text."""

_MOST = 1_000_000
_MOST_PROXIES = 10
_TYPES: dict[str, type] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": float,
    "Categories": str,
    "tuple[str, ...]": tuple,
}
_ORIGIN = re.compile(r"\*|https?://[^\s/?#@,*]+")
"""As a browser sends it: nothing stands behind the host and its port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The weights of the score, all of them; ``tests/benchmarks/relevance.py`` measures and tunes them.

    ``title``, ``headings`` and ``body`` weigh fields; ``words``, ``bigrams`` and ``units`` kinds of terms. ``parts`` is what a
    word in a longer one counts of a whole word, ``function_words`` what a function word and the bigrams that touch one count.
    ``closeness`` weighs neighbouring words of the query that stand close together, ``whole_title`` a title that holds the
    whole query: from 1 on it comes before all that do not. ``k1`` and ``b``, which is at most 1, are BM25's own.
    """

    title: float = 3.0
    headings: float = 1.5
    body: float = 1.0
    words: float = 1.0
    bigrams: float = 0.5
    units: float = 1.0
    parts: float = 0.5
    function_words: float = 0.3
    closeness: float = 0.5
    whole_title: float = 1.0
    k1: float = 1.2
    b: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, with their defaults.

    ``zone`` is the time zone of dates that name none, and of the date facets; the index keeps the one it was built with.
    ``site_title`` heads the search page, 文章搜索 or "Article search" where there is none. ``language`` is that of the
    page's own texts: ``zh``, ``en``, or ``auto`` for the one of these that the browser asks for. A search is given up after
    ``deadline`` seconds. With ``fold_repeats``, articles that are nearly the same are one hit, unless a search says
    otherwise. ``dictionary``, ``synonyms`` and ``stop_words`` are the paths of a user's own lists of words; empty where
    there is none. ``categories`` says what a list of categories is: a path (``path``) as Hexo reads it, or a list
    (``flat``); ``auto`` judges it from the archive. Pages of ``cors_origins`` may read the API: origins like
    ``https://example.com``, or ``*`` for all. The page believes what the last ``proxies`` proxies before it say of the
    address that was asked for. Searches are noted in the file ``query_log``, if one is named; ``report_page`` shows what
    was searched for to whoever knows the address.

    ``url_template`` is where the original of an article is, for its page to link to: ``https://example.org/{stem}/``. In braces
    stand ``id`` (the file), ``stem`` (without its ending, or the ``/index`` of a folder), ``slug`` (the last part of that, or
    the front matter's), ``year``, ``month``, ``day``, or any key of the front matter.
    """

    zone: str = "Asia/Shanghai"
    site_title: str = ""
    language: str = "zh"
    url_template: str = ""
    deadline: float = 10.0
    fold_repeats: bool = True
    categories: Categories = "auto"
    dictionary: str = ""
    synonyms: str = ""
    stop_words: str = ""
    cors_origins: tuple[str, ...] = ()
    proxies: int = 0
    query_log: str = ""
    report_page: bool = False
    ranking: Ranking = field(default_factory=Ranking)


def load_settings(path: str | os.PathLike[str] | None = None) -> Settings:
    """The settings in a file: the one given, else the one that $SEARCHLIB_SETTINGS names, else ./searchlib.toml if it is there.

    Raises:
        SettingsError: the file cannot be read, or holds a name or value that is no setting.
    """
    named = path or os.environ.get(FILE_VARIABLE)
    file = Path(named or FILE_NAME)
    if not named and not file.is_file():
        return Settings()
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: the settings cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: this is not valid TOML: {error}") from error
    ranking = values.pop("ranking", {})
    if not isinstance(ranking, dict):
        raise SettingsError(f"{file}: ranking must be a table: [ranking]")
    settings = Settings(
        **_checked(file, "", Settings, values), ranking=Ranking(**_checked(file, "ranking.", Ranking, ranking))
    )
    paths = {name: getattr(settings, name) for name in _PATHS}
    settings = dataclasses.replace(
        settings, **{name: os.fspath(file.parent / path) for name, path in paths.items() if path}
    )
    if settings.report_page and not settings.query_log:
        raise SettingsError(f"{file}: report_page has nothing to show: name a file with query_log too")
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"{file}: zone: no time zone is called {settings.zone!r}; write it like 'Asia/Shanghai'"
        ) from error
    return settings


def _checked(
    file: Path, prefix: str, model: type[Settings] | type[Ranking], values: Mapping[str, Any]
) -> dict[str, Any]:
    known = {each.name: _TYPES[str(each.type)] for each in dataclasses.fields(model) if each.name != "ranking"}
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            names = ", ".join(each.name for each in dataclasses.fields(model))
            raise SettingsError(f"{file}: there is no setting {prefix}{name}; the settings are {names}")
        if known[name] is str and not isinstance(value, str):
            raise SettingsError(f"{file}: {prefix}{name} must be text in quotes, not {value!r}")
        if value not in _CHOICES.get(name, (value,)):
            choices = ", ".join(map(repr, _CHOICES[name]))
            raise SettingsError(f"{file}: {prefix}{name} must be one of {choices}, not {value!r}")
        if known[name] is bool and not isinstance(value, bool):
            raise SettingsError(f"{file}: {prefix}{name} must be true or false, not {value!r}")
        if known[name] is int and (type(value) is not int or not 0 <= value <= _MOST_PROXIES):
            raise SettingsError(
                f"{file}: {prefix}{name} must be a whole number from 0 to {_MOST_PROXIES}, not {value!r}"
            )
        most = 1 if name == "b" else _MOST
        if known[name] is float and (
            isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most
        ):
            raise SettingsError(f"{file}: {prefix}{name} must be a number from 0 to {most}, not {value!r}")
        if known[name] is tuple:
            value = _origins(file, f"{prefix}{name}", value)
        checked[name] = value
    return checked


def _origins(file: Path, name: str, value: Any) -> tuple[str, ...]:
    """The origins in a list."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SettingsError(f'{file}: {name} must be a list of texts like ["https://example.com"], not {value!r}')
    for each in value:
        if not _ORIGIN.fullmatch(each):
            raise SettingsError(
                f"{file}: {name}: {each!r} is no origin; write it like 'https://example.com', without a path, or '*'"
            )
    return tuple(value)
