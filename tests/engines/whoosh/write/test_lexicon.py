"""The articles with a phrase are counted as a search finds them, and suggestions are ordered by these counts."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import searchlib
from searchlib.analysis.units import units
from searchlib.engines.whoosh.search.engine import WhooshEngine
from searchlib.engines.whoosh.write import phrase_counts
from searchlib.engines.whoosh.write.phrase_counts import article_counts


def write(folder: Path, articles: dict[str, str]) -> Path:
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    searchlib.build_index(folder, folder / "index", jobs=1)
    return folder / "index"


@pytest.mark.parametrize("batch_bytes", [1, phrase_counts._BATCH_BYTES])
def test_counts_are_those_of_a_scan_of_every_part_of_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_bytes: int
) -> None:
    monkeypatch.setattr(phrase_counts, "_BATCH_BYTES", batch_bytes)
    drawn = random.Random(4)

    def text(length: int) -> str:
        return "".join(drawn.choices("机器学习天\n。a", k=length))

    texts = [(text(8).replace("\n", ""), text(60)) for _ in range(60)]
    index = write(tmp_path, {f"{n}.md": f"---\ntitle: 题 {t}\n---\n{body}\n" for n, (t, body) in enumerate(texts)})
    phrases = ["".join(drawn.choices("机器学习天", k=drawn.randrange(2, 6))) for _ in range(80)]
    phrases += ["器𠮷", "𠮷机器"]
    with searchlib.open_index(index) as opened:
        engine = opened._current().engine
        assert isinstance(engine, WhooshEngine)
        (segment,) = engine._reader.segments
        parts = [re.split("[\n。]", f"{each.title}\n{each.body}") for each in engine.articles()]
        lines = [[" ".join(units(part)) for part in own] for own in parts]
        slowly = [
            sum(any(" ".join(phrase) in line for line in article_lines) for article_lines in lines)
            for phrase in phrases
        ]
        assert article_counts(segment, phrases) == slowly
        assert list(engine.phrase_frequencies(phrases).values()) == [
            slowly[phrases.index(each)] for each in dict.fromkeys(phrases)
        ]
    assert any(slowly)


def test_a_phrase_is_suggested_before_a_word_of_fewer_articles(tmp_path: Path) -> None:
    titles = {f"t{n}.md": f"---\ntitle: 机器学习\n---\n第{n}篇\n" for n in range(3)}
    bodies = {f"b{n}.md": f"---\ntitle: 第{n}篇\n---\n说到机器学习\n" for n in range(6)}
    words = {f"w{n}.md": f"---\ntitle: 又{n}篇\n---\n机器码\n" for n in range(5)}
    with searchlib.open_index(write(tmp_path, titles | bodies | words)) as index:
        suggestions = [(each.text, each.kind, each.count) for each in index.suggest("机器")]
    assert suggestions.index(("机器学习", "phrase", 9)) < suggestions.index(("机器码", "word", 5))
