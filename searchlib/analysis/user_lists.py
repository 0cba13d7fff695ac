"""Read the lists of words that settings name, and hold the dictionary against the one that an index was built with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchlib.analysis.dictionary import DictionaryFile, read_dictionary
from searchlib.analysis.han_tokenizer import Dictionary
from searchlib.analysis.synonyms import NO_SYNONYMS, read_synonyms
from searchlib.analysis.tokens import tokenize as cut
from searchlib.analysis.word_lists import NO_STOP_WORDS, WordLists, read_stop_words
from searchlib.errors import IndexDamagedError, IndexMismatchError
from searchlib.models import Token
from searchlib.settings import Settings, load_settings


def tokenize(text: str, *, settings: Settings | None = None) -> list[Token]:
    """The words that a search sees in a text, parts included, cut with the dictionary that the settings name.

    Raises:
        SettingsError: the dictionary cannot be read, or no settings were given and searchlib.toml is wrong.
    """
    file = named_dictionary(settings or load_settings())
    return cut(text, file.dictionary() if file else None)


def named_dictionary(settings: Settings) -> DictionaryFile | None:
    """The dictionary that the settings name.

    Raises:
        SettingsError: it cannot be read.
    """
    return read_dictionary(settings.dictionary) if settings.dictionary else None


def read_query_lists(settings: Settings) -> WordLists:
    """The lists that queries use as they stand now: synonyms and stop words.

    Raises:
        SettingsError: one of the files that the settings name cannot be read.
    """
    return WordLists(
        synonyms=read_synonyms(settings.synonyms) if settings.synonyms else NO_SYNONYMS,
        stop_words=read_stop_words(settings.stop_words) if settings.stop_words else NO_STOP_WORDS,
    )


def with_dictionary(
    generation: str, analysis: Mapping[str, Any], dictionary: Dictionary | None, lists: WordLists
) -> WordLists:
    """The lists, with the dictionary that a generation holds.

    Raises:
        IndexDamagedError: it is not the one that the generation was built with.
    """
    if (dictionary.digest if dictionary else None) != _recorded(analysis).get("digest"):
        raise IndexDamagedError(f"{generation}: its dictionary is not the one it was built with: build the index again")
    return WordLists(dictionary, lists.synonyms, lists.stop_words)


def refuse_other_dictionary(generation: str, analysis: Mapping[str, Any], settings: Settings) -> None:
    """Let no index be used with words that it was not built with; settings that name no dictionary fit every index.

    Raises:
        IndexMismatchError: the settings name another dictionary.
        SettingsError: it cannot be read.
    """
    file = named_dictionary(settings)
    recorded = _recorded(analysis)
    if file is None or file.digest == recorded.get("digest"):
        return
    if not recorded:
        reason = f"was built without a dictionary, and the settings name {settings.dictionary}"
    elif file.name == recorded["file"]:
        reason = f"was built with an older {settings.dictionary}, which has changed since then"
    else:
        reason = f"was built with another dictionary ({recorded['file']}) than {settings.dictionary}"
    raise IndexMismatchError(f"{generation}: this index {reason}: build the index again")


def _recorded(analysis: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an index noted of its dictionary; nothing where it has none but jieba's."""
    recorded = analysis.get("dictionary")
    return recorded if isinstance(recorded, Mapping) else {}
