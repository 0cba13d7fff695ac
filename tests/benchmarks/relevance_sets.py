"""Read relevance sets in BEIR's form, write their texts as articles, and measure the rankings of searches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import ir_measures
from ir_measures import RR, nDCG

HITS = 10
MRR, NDCG = str(RR @ HITS), str(nDCG @ HITS)

Search = Callable[[str], Sequence[str]]
"""The ids of the best texts for a question, the best first."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a set."""

    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class RelevanceSet:
    """Texts, questions by their id, and for each question the texts that answer it."""

    name: str
    texts: Sequence[Text]
    questions: Mapping[str, str]
    answers: Mapping[str, Mapping[str, int]]

    @property
    def measure(self) -> str:
        """Return the measure of the set: MRR if each question has one answer, else nDCG."""
        return MRR if all(len(each) == 1 for each in self.answers.values()) else NDCG

    def half(self, *, training: bool) -> list[str]:
        """Return the ids of the questions of one half. The hash of its id decides which half a question belongs to."""
        return [key for key in self.questions if (blake2b(key.encode()).digest()[0] % 2 == 0) == training]

    def measured(self, search: Search, questions: Iterable[str] | None = None) -> dict[str, float]:
        """Return the means of the measures over some questions, by default all. Each is searched as it was typed."""
        run, answers = {}, {}
        for key in self.questions if questions is None else questions:
            run[key] = {found: float(HITS - rank) for rank, found in enumerate(search(self.questions[key])[:HITS])}
            answers[key] = dict(self.answers.get(key, {}))
        means = ir_measures.calc_aggregate([RR @ HITS, nDCG @ HITS], answers, run)
        return {str(measure): float(mean) for measure, mean in means.items()}


def read_sets(folder: Path) -> list[RelevanceSet]:
    """Return the sets in a folder. Each has its own folder there."""
    return [_read(path.parent) for path in sorted(folder.glob("*/qrels.tsv"))]


def _read(folder: Path) -> RelevanceSet:
    answers: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, text, grade = line.split("\t")
        answers.setdefault(question, {})[text] = int(grade)
    return RelevanceSet(
        folder.name,
        [Text(each["_id"], each["title"], each["text"]) for each in _lines(folder / "corpus.jsonl")],
        {each["_id"]: each["text"] for each in _lines(folder / "queries.jsonl")},
        answers,
    )


def _lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_articles(texts: Iterable[Text], folder: Path) -> None:
    """Write each text as an article file that is called by its id."""
    folder.mkdir(parents=True)
    for each in texts:
        # What JSON quotes, YAML reads.
        head = f"---\ntitle: {json.dumps(each.title, ensure_ascii=False)}\n---\n"
        (folder / f"{each.id}.md").write_text(f"{head}{each.body}\n", encoding="utf-8")
