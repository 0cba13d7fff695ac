"""Store the lexicon of a segment (the names for suggestions) in a file beside it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from searchlib.common.index_files import is_missing
from searchlib.engines.common.fields import VALUE_FIELDS
from searchlib.engines.whoosh.format.arrays import ArrayFile, array_writer
from searchlib.engines.whoosh.format.index_reader import DamageTranslator
from searchlib.engines.whoosh.format.segment import LEXICON_EXTENSION, Segment
from searchlib.engines.whoosh.format.stored_fields import Packer
from searchlib.engines.whoosh.format.term_dictionary import decode_term
from searchlib.errors import IndexDamagedError, index_damaged
from searchlib.suggest.lexicon import KINDS, TITLE, LexiconArrays
from searchlib.suggest.lookup import LexiconPart


def write_lexicon_file(folder: Path, segment: str, arrays: LexiconArrays) -> None:
    """Write the lexicon of the segment of that name."""
    with array_writer(folder / f"{segment}{LEXICON_EXTENSION}") as file:
        for field in fields(LexiconArrays):
            file.write(field.name, getattr(arrays, field.name))


def open_lexicon(folder: Path, segment: Segment, packer: Packer) -> tuple[LexiconPart, ArrayFile] | None:
    """Return the lexicon of a segment and its file, which the caller closes; raise IndexDamagedError if it is damaged.

    Return None for a segment without a lexicon: Whoosh's own writer writes none.
    """
    path = folder / f"{segment.name}{LEXICON_EXTENSION}"
    if is_missing(path):
        return None
    file = ArrayFile(path)
    reading = DamageTranslator(folder)

    def text_of(kind: int, source: int) -> str:
        with reading:
            if kind == TITLE:
                title: str = packer.unpack_head(segment.stored("head", source))["title"]
                return title
            return decode_term(segment.fields[KINDS[kind]].terms.term(source))

    try:
        arrays = LexiconArrays(**{field.name: file.array(field.name) for field in fields(LexiconArrays)})
        problem = arrays.damage(_source_counts(segment))
        if problem:
            raise index_damaged(path, problem)
    except IndexDamagedError:
        file.close()
        raise
    return LexiconPart(arrays, text_of), file


def _source_counts(segment: Segment) -> dict[int, int]:
    """Return the number of articles or values that the names of each kind can come from."""
    return {TITLE: segment.articles} | {KINDS.index(field): len(segment.fields[field].terms) for field in VALUE_FIELDS}
