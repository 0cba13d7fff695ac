"""Test the exactness promise: a phrase finds an article if and only if its units are consecutive in the title or in a line.

Search results on real articles of every corpus are compared with a scan that has its own definition of units.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

import searchlib
from searchlib.analysis.fold import fold
from tests.conftest import Corpus

ARTICLES_OF_EACH = 60
RUNS_OF_EACH = 350
LONGEST_RUN = 12
CORPORA = ("seed", "odd", "blogs", "docs-zh-tw", "gb18030", "news")

Units = tuple[str, ...]


@pytest.mark.parametrize("name", CORPORA)
def test_a_phrase_finds_exactly_the_articles_with_its_consecutive_units(
    name: str, corpus: Corpus, tmp_path: Path, folding: Folding
) -> None:
    folder = corpus(name, *(("--limit", "400") if name == "news" else ()))
    chosen = random.Random(f"articles of {name}")
    check(folder, tmp_path, folding, chosen, searchlib.Settings())


@pytest.mark.parametrize("name", ["seed", "docs-zh-tw"])
def test_a_phrase_is_exact_with_a_dictionary_synonyms_and_stop_words(
    name: str, corpus: Corpus, tmp_path: Path, folding: Folding
) -> None:
    folder = corpus(name)
    chosen = random.Random(f"words of {name}")
    texts = [each.body for each in searchlib.read_articles(folder) if isinstance(each, searchlib.Article)]
    runs = [run for text in texts for run in re.findall("[\u4e00-\u9fd5]{4,}", text)]
    words = [run[: chosen.randint(2, 4)] for run in chosen.sample(runs, 200)]
    lists = {
        "dictionary": words[:100],
        "synonyms": [" = ".join(pair) for pair in zip(words[50:100], words[100:150], strict=True)],
        "stop_words": words[150:],
    }
    for each, lines in lists.items():
        (tmp_path / each).write_text("\n".join(lines), encoding="utf-8")
    settings = searchlib.Settings(**{each: str(tmp_path / each) for each in lists})
    check(folder, tmp_path, folding, chosen, settings)


def check(folder: Path, tmp_path: Path, folding: Folding, chosen: random.Random, settings: searchlib.Settings) -> None:
    """Index some of the articles, and compare searches for phrases with a scan."""
    selection = tmp_path / "selection"
    for file in some_files(folder, chosen):
        target = selection / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(file)
    searchlib.build_index(selection, tmp_path / "index", settings=settings)

    articles = [each for each in searchlib.read_articles(selection) if isinstance(each, searchlib.Article)]
    lines = {each.id: [folding.units(line) for line in (each.title, *each.body.split("\n"))] for each in articles}
    assert len(articles) > 5
    with searchlib.open_index(tmp_path / "index", settings=settings) as index:
        for phrase in phrases(articles, folding, chosen):
            units = folding.units(phrase)
            expected = (
                {key for key, own in lines.items() if any(contains(line, units) for line in own)} if units else set()
            )
            assert found_by(index, phrase) == expected, phrase


def some_files(folder: Path, chosen: random.Random) -> Sequence[Path]:
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return chosen.sample(files, min(ARTICLES_OF_EACH, len(files)))


def phrases(articles: Sequence[searchlib.Article], folding: Folding, chosen: random.Random) -> list[str]:
    """Return parts of the originals, a third of them changed: units shuffled or added, or across the end of a line."""
    made: list[str] = []
    while len(made) < RUNS_OF_EACH:
        article = chosen.choice(articles)
        body = chosen.choice([article.title, article.body, article.body, article.body])
        spans = folding.spans(body)
        if not spans:
            continue
        first = chosen.randrange(len(spans))
        last = min(first + chosen.randint(1, LONGEST_RUN), len(spans)) - 1
        text = body[spans[first][0] : spans[last][1]]
        match chosen.randrange(6):
            case 0:
                pieces = [body[start:end] for start, end in spans[first : last + 1]]
                chosen.shuffle(pieces)
                text = " ".join(pieces)
            case 1:
                other = chosen.choice(spans)
                text += body[other[0] : other[1]]
        # A quotation mark would end the phrase. It is punctuation and therefore not a unit; a line end is typed as a space.
        for mark in '"“”„‟＂«»「」『』〝〞〟':
            text = text.replace(mark, " ")
        made.append(text.replace("\n", " "))
    return made


def found_by(index: searchlib.Index, phrase: str) -> set[str]:
    results = index.search(f'"{phrase}"', size=100, facets=False)
    assert results.total <= 100
    assert not results.relaxed
    return {hit.id for hit in results.hits}


def contains(line: Units, units: Units) -> bool:
    return any(line[at : at + len(units)] == units for at in range(len(line) - len(units) + 1))


class Folding:
    """Find units in folded text as they are defined."""

    def units(self, text: str) -> Units:
        folded = fold(text)
        return tuple(folded[start:end] for start, end in unit_spans(folded))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the approximate spans of units in an original text, to cut phrases from it."""
        return unit_spans(text)


@pytest.fixture(scope="session")
def folding() -> Folding:
    return Folding()


def is_han(char: str) -> bool:
    return char in "々〇" or unicodedata.name(char, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"))


def is_latin(char: str) -> bool:
    return char.isalnum() and not is_han(char)


def unit_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    at = 0
    while at < len(text):
        end = at
        if is_han(text[at]):
            end = at + 1
        elif is_latin(text[at]):
            while end < len(text) and is_latin(text[end]):
                end += 1
            marks = len(text) - len(text[end:].lstrip("+#"))
            if marks == len(text) or not is_latin(text[marks]):
                end = marks
        if end > at:
            spans.append((at, end))
        at = max(end, at + 1)
    return spans
