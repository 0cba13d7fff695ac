"""The settings of searchlib.toml."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from searchlib.errors import SettingsError

FILE_NAME = "searchlib.toml"
"""Read from the current folder, unless the environment variable below names another file."""

FILE_VARIABLE = "SEARCHLIB_SETTINGS"
INDEX_VARIABLE = "SEARCHLIB_INDEX"

WORD_LISTS = ("dictionary", "synonyms", "stop_words")
"""The settings that name a file: in searchlib.toml relative to its folder."""

_CHOICES = {"language": ("zh", "en", "auto")}
"""What a setting may be that is not just any text."""

_MOST = 1_000_000
_TYPES: dict[str, type] = {"str": str, "bool": bool, "float": float}


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
    ``site_title`` heads the search page. ``language`` is that of the page's own texts: ``zh``, ``en``, or ``auto`` for the one of
    these that the browser asks for. A search is given up after ``deadline`` seconds. With ``fold_repeats``, articles that
    are nearly the same are one hit, unless a search says otherwise. ``dictionary``, ``synonyms`` and ``stop_words`` are the
    paths of a user's own lists of words; empty where there is none.
    """

    zone: str = "Asia/Shanghai"
    site_title: str = "文章搜索"
    language: str = "zh"
    deadline: float = 10.0
    fold_repeats: bool = True
    dictionary: str = ""
    synonyms: str = ""
    stop_words: str = ""
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
    lists = {name: getattr(settings, name) for name in WORD_LISTS}
    settings = dataclasses.replace(
        settings, **{name: os.fspath(file.parent / path) for name, path in lists.items() if path}
    )
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
        most = 1 if name == "b" else _MOST
        if known[name] is float and (
            isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most
        ):
            raise SettingsError(f"{file}: {prefix}{name} must be a number from 0 to {most}, not {value!r}")
        checked[name] = value
    return checked
