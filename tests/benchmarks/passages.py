"""Measure how often the answer of a question is within the passages for it.

The relevance sets do not tell the answers. They are in the files that the sets were made from: those of CMRC 2018 and DRCD in
SQuAD's form (``cmrc2018_dev.json``, ``DRCD_dev.json``), and that of RGB (``zh_int.json``). Name each with ``--answers SET=FILE``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import tantivy
from tqdm import tqdm

import searchlib
from searchlib.analysis.fold import fold
from tests.benchmarks.corpora import RELEVANCE
from tests.benchmarks.cut import question_words, spaced
from tests.benchmarks.engines.tantivy_words import HEAP, TOKENIZER, with_tokenizer
from tests.benchmarks.relevance_sets import RelevanceSet, read_sets, write_articles
from tests.benchmarks.report import table

BUDGET = 2_000
"""Characters of text for a question."""

HITS = 20
"""Articles or paragraphs that a way without passages fills the budget with, at most."""

Answers = Mapping[str, Sequence[Sequence[str]]]
"""For each question as typed: groups of texts. One text of each group must occur."""


def main() -> int:
    """Measure the sets whose answers are given."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.passages", description=__doc__)
    parser.add_argument("--sets", type=Path, default=RELEVANCE, metavar="DIR", help="folder of sets in BEIR's format")
    parser.add_argument("--answers", nargs="+", required=True, metavar="SET=FILE", help="the file with a set's answers")
    parser.add_argument("--questions", type=int, metavar="N", help="use only N questions of each set")
    options = parser.parse_args()
    files = dict(each.split("=", 1) for each in options.answers)
    rows = []
    with tempfile.TemporaryDirectory(prefix="searchlib-passages-") as work:
        for each in read_sets(options.sets):
            if each.name in files:
                answers = read_answers(Path(files[each.name]))
                rows.append((each.name, *_measured(each, answers, Path(work) / each.name, options.questions)))
    print(table((f"answers within {BUDGET:,} characters", "questions", *WAYS), rows), end="")
    return 0


def read_answers(file: Path) -> Answers:
    """Read the answers from a file of SQuAD's form, or of RGB's."""
    text = file.read_text(encoding="utf-8")
    if "\n{" not in text.strip():
        paragraphs = [paragraph for article in json.loads(text)["data"] for paragraph in article["paragraphs"]]
        return {
            question["question"].strip(): [[answer["text"] for answer in question["answers"]]]
            for paragraph in paragraphs
            for question in paragraph["qas"]
        }
    questions = [json.loads(line) for line in text.splitlines()]
    return {
        question["query"].strip(): [[answer] if isinstance(answer, str) else answer for answer in question["answer"]]
        for question in questions
    }


def _measured(each: RelevanceSet, answers: Answers, work: Path, most: int | None) -> Iterator[str]:
    asked = [text for text in each.questions.values() if text.strip() in answers][:most]
    yield f"{len(asked):,}"
    for name, way in WAYS.items():
        read = way(each, work)
        answered = sum(
            all(any(_holds(read_text, answer) for answer in group) for group in answers[text.strip()])
            for text in tqdm(asked, desc=f"{each.name}, {name}", leave=False, disable=None)
            for read_text in [fold(read(text))]
        )
        yield f"{answered / len(asked):.1%}"


def _holds(folded: str, answer: str) -> bool:
    return fold(answer).strip() in folded


def _index(each: RelevanceSet, work: Path) -> searchlib.Index:
    if not work.exists():
        write_articles(each.texts, work / "articles")
        searchlib.build_index(work / "articles", work / "index")
    # A search can take longer than the default deadline.
    return searchlib.open_index(work / "index", settings=searchlib.Settings(deadline=3_600))


def _passages(each: RelevanceSet, work: Path) -> Callable[[str], str]:
    index = _index(each, work)
    return lambda question: "\n".join(passage.text for passage in index.passages(question, budget=BUDGET))


def _whole_articles(each: RelevanceSet, work: Path) -> Callable[[str], str]:
    index = _index(each, work)

    def read(question: str) -> str:
        hits = index.search(question, size=HITS, facets=False, snippets=False)
        return "\n".join(index.get(hit.id).body[:BUDGET] for hit in hits)[:BUDGET]

    return read


def _paragraphs(each: RelevanceSet, work: Path) -> Callable[[str], str]:
    """Rank the paragraphs themselves by BM25 over words, in tantivy."""
    schema = (
        tantivy.SchemaBuilder().add_text_field("text", tokenizer_name=TOKENIZER).add_text_field("shown", stored=True)
    )
    made = with_tokenizer(tantivy.Index(schema.build()))
    writer = made.writer(HEAP, 1)
    for article in _index(each, work):
        for paragraph in filter(str.strip, article.body.split("\n")):
            text = spaced(fold(f"{article.title} {paragraph}"))
            writer.add_document(tantivy.Document(text=text, shown=paragraph))
    writer.commit()
    writer.wait_merging_threads()
    made.reload()
    searcher = made.searcher()

    def read(question: str) -> str:
        terms = [tantivy.Query.term_query(made.schema, "text", word) for word in question_words(question)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = searcher.search(query, HITS).hits
        return "\n".join(searcher.doc(address).get_first("shown") for _, address in hits)[:BUDGET]

    return read


WAYS: Mapping[str, Callable[[RelevanceSet, Path], Callable[[str], str]]] = {
    "passages": _passages,
    "best articles": _whole_articles,
    "BM25 over paragraphs": _paragraphs,
}
"""How the text for a question is found: each way is opened with a set and a folder, and maps a question to text."""


if __name__ == "__main__":
    sys.exit(main())
