"""Write the names of a segment into a lexicon beside it, and open it again."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np

from searchlib.engines.category_terms import is_path
from searchlib.engines.whoosh.documents import Packer
from searchlib.engines.whoosh.fields import TEXT_FIELDS, VALUE_FIELDS, term_text, text_field
from searchlib.engines.whoosh.phrases import articles_with
from searchlib.engines.whoosh.storage.arrays import ArrayFile, ArrayWriter
from searchlib.engines.whoosh.storage.segment import LEXICON, Segment
from searchlib.errors import IndexDamagedError
from searchlib.results.lexicon import KINDS, PHRASE, TITLE, WORD, Arrays, Names, Part
from searchlib.results.names import COUNTED_PHRASES, MOST_WORDS, WORD_FORM, find_phrases, fold_titles, title_keys
from searchlib.text.dictionary import kept_dictionary
from searchlib.text.fold import fold
from searchlib.text.pinyin import readings
from searchlib.text.segment import Segmenter, segmenter
from searchlib.text.units import units


def write_lexicon(folder: Path, name: str, packer: Packer) -> None:
    """Write the lexicon of the segment of that name."""
    segment = Segment(folder, name)
    try:
        arrays = _names(segment, packer, segmenter(kept_dictionary(folder))).arrays(readings())
    finally:
        segment.close()
    with (folder / f"{name}{LEXICON}").open("wb") as opened:
        file = ArrayWriter(opened)
        for field in fields(Arrays):
            file.write(field.name, getattr(arrays, field.name))
        file.close()


def open_lexicon(folder: Path, segment: Segment, packer: Packer) -> tuple[Part, ArrayFile] | None:
    """The names of a segment, and the file that holds them; None for a segment that Whoosh's own writer has written.

    Raises:
        IndexDamagedError: the file cannot be what was written.
    """
    path = folder / f"{segment.name}{LEXICON}"
    if not path.exists():
        return None
    file = ArrayFile(path)

    def text_of(kind: int, source: int) -> str:
        if kind == TITLE:
            title: str = packer.unpack_head(segment.stored("head", source))["title"]
            return title
        return term_text(segment.fields[KINDS[kind]].vocabulary.term(source))

    try:
        arrays = Arrays(**{field.name: file.array(field.name) for field in fields(Arrays)})
        problem = arrays.damage() or _strange_source(arrays, segment)
        if problem:
            raise IndexDamagedError(f"{path}: {problem}: build the index again")
    except IndexDamagedError:
        file.close()
        raise
    return Part(arrays, text_of), file


def _strange_source(arrays: Arrays, segment: Segment) -> str | None:
    """What is wrong where a name comes from nothing that the segment holds."""
    known = {TITLE: segment.articles}
    known |= {KINDS.index(field): len(segment.fields[field].vocabulary) for field in VALUE_FIELDS}
    kinds = arrays.kinds[arrays.has_source]
    for kind, end in known.items():
        sources = arrays.sources[kinds == kind]
        if len(sources) and int(sources.max()) >= end:
            return f"a {KINDS[kind]} in it comes from nowhere"
    return None


def _names(segment: Segment, packer: Packer, cutter: Segmenter) -> Names:
    names = Names()
    for field in VALUE_FIELDS:
        of_field = segment.fields[field]
        values = of_field.vocabulary.terms()
        for number, (value, held) in enumerate(zip(values, of_field.sizes().tolist(), strict=True)):
            name = term_text(value)
            if not is_path(name) and (key := units(fold(name))):
                kind = KINDS.index(field)
                names.add_value(kind, key, held, number)
                for otherwise in readings().read_otherwise("".join(key)):
                    names.add_value(kind, key, held, number, otherwise)
    known = _words(segment)
    names.add(WORD, list(known), known.values())
    written = list(map(packer.unpack_title, segment.all_stored("head")))
    titles = fold_titles(written)
    begun, keys, counts = title_keys(written, titles)
    names.add(TITLE, keys, counts, begun)
    phrases = find_phrases(titles, cutter, known)
    # The longest lists of places serve many phrases, and neighbours in this order share their first pair.
    counted = sorted(list(phrases)[:COUNTED_PHRASES])
    phrases |= dict(zip(counted, articles_with(segment, counted), strict=True))
    names.add(PHRASE, list(phrases), phrases.values())
    return names


def _words(segment: Segment) -> dict[str, int]:
    """The most frequent words, and in how many articles each occurs."""
    found: dict[str, int] = {}
    for each in TEXT_FIELDS:
        field = segment.fields[text_field(each, "words")]
        sizes = field.sizes()
        least = np.partition(sizes, -MOST_WORDS)[-MOST_WORDS] if len(sizes) > MOST_WORDS else 1
        terms = field.vocabulary.terms()
        counts = sizes.tolist()
        for number in np.flatnonzero(sizes >= least).tolist():
            word = term_text(terms[number])
            if WORD_FORM.fullmatch(word):
                found[word] = max(found.get(word, 0), counts[number])
    return dict(sorted(found.items(), key=lambda item: -item[1])[:MOST_WORDS])
