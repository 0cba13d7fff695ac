"""Record the analysis that an index was built with, and compare it with the analysis of this program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

from searchlib.analysis.dictionary import Dictionary, DictionaryFile, configured_dictionary
from searchlib.analysis.fold import FOLDS, fold, opencc_version
from searchlib.analysis.variants import variants
from searchlib.errors import IndexDamagedError, IndexMismatchError
from searchlib.settings import Settings

ANALYSIS_VERSION = 7
"""The version of the analysis. Raise it when a change makes the same text give other terms."""

NO_DICTIONARY = "jieba's own"
"""The entry ``dictionary`` of an index that was built without words of a user."""

_COMPARED_CHARACTERS = range(0x3400, 0xA000)


def analysis_record(dictionary: DictionaryFile | None = None) -> Mapping[str, Any]:
    """Return the record of an index that is built here, with the words of a user if there are any.

    The record contains everything that influences the terms of a text. A program can search an index only if both have the
    same record. rjieba and jieba give the same terms, so the record does not name the installed one.
    """
    record = _record(characters_digest())
    return record if dictionary is None else {**record, "dictionary": dictionary.record()}


def analysis_differences(record: Mapping[str, Any]) -> list[str]:
    """Return the keys, sorted, whose values differ between the record of an index and this program.

    The dictionary is not compared.
    """
    # Another version of OpenCC may have the same table. Only then compare the characters, because folding all of them takes long.
    is_same_opencc = record.get("opencc") == opencc_version()
    here = _record(record.get("characters") if is_same_opencc else characters_digest())
    return sorted(key for key in {*here, *record} - {"opencc", "dictionary"} if here.get(key) != record.get(key))


def with_current_opencc(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record without differences in the form that this program writes."""
    return {**record, "opencc": opencc_version()}


def check_analysis(generation: str, record: Mapping[str, Any]) -> None:
    """Raise IndexMismatchError if a generation was built with another text analysis, dictionaries aside."""
    if differences := analysis_differences(record):
        raise IndexMismatchError(
            f"{generation}: this index was built with another text analysis than this program has "
            f"(different: {', '.join(differences)}): build the index again"
        )


def check_stored_dictionary(generation: str, record: Mapping[str, Any], dictionary: Dictionary | None) -> None:
    """Raise IndexDamagedError if a generation holds another dictionary than it was built with."""
    if (dictionary.digest if dictionary else None) != _recorded_dictionary(record).get("digest"):
        raise IndexDamagedError(f"{generation}: its dictionary is not the one it was built with: build the index again")


def check_configured_dictionary(generation: str, record: Mapping[str, Any], settings: Settings) -> None:
    """Check that an index was built with the dictionary that the settings name. Without one in the settings, every index is valid.

    Raises:
        IndexMismatchError: the index was built without a dictionary or with another one.
        SettingsError: the dictionary cannot be read.
    """
    file = configured_dictionary(settings)
    recorded = _recorded_dictionary(record)
    if file is None or file.digest == recorded.get("digest"):
        return
    if not recorded:
        reason = f"was built without a dictionary, and the settings name {settings.dictionary}"
    elif file.name == recorded["file"]:
        reason = f"was built with an older {settings.dictionary}, which has changed since then"
    else:
        reason = f"was built with another dictionary ({recorded['file']}) than {settings.dictionary}"
    raise IndexMismatchError(f"{generation}: this index {reason}: build the index again")


def _recorded_dictionary(record: Mapping[str, Any]) -> Mapping[str, Any]:
    dictionary = record.get("dictionary")
    return dictionary if isinstance(dictionary, Mapping) else {}


@cache
def characters_digest(fold: Callable[[str], str] = fold) -> str:
    """Return a digest of the folded forms of the characters that OpenCC's table can simplify."""
    folded = fold("".join(map(chr, _COMPARED_CHARACTERS)))
    return blake2b(folded.encode(), digest_size=8).hexdigest()


def _record(characters: str | None) -> dict[str, Any]:
    # Indexes store these keys and values: a changed word would make every index differ.
    return {
        "version": ANALYSIS_VERSION,
        "segmenter": "jieba, search mode, new words by HMM",
        "dictionary": NO_DICTIONARY,
        "fold": [step.__name__ for step in FOLDS],
        "characters": characters,
        "variants": variants().digest,
        "opencc": opencc_version(),
    }
