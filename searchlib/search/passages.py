"""Choose the passages of articles that best answer a query: whole blocks, no two alike, within a budget of characters."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from searchlib.analysis.fold import fold
from searchlib.analysis.identifiers import is_identifier_word
from searchlib.analysis.terms import units_of_bigram
from searchlib.analysis.units import UNIT, units, value_units
from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.engines.base import Engine
from searchlib.models import Article, Passage
from searchlib.query.plan import Plan

ARTICLES = 20
"""The number of articles, the best of a search, whose passages are candidates."""

MIN_CHARACTERS = 150
"""Blocks are added to a passage until it has this many characters."""

MAX_CHARACTERS = 600
"""A passage with more characters has one block only. Such a block is cut at the ends of sentences."""

_K1, _B = 1.2, 0.75
"""BM25: saturation of the frequency of a term in a passage, and length normalization."""

_BIGRAM_WEIGHT = 0.5
"""The weight of a pair of adjacent units, relative to a word."""

_ARTICLE_SHARE = 1.0
"""The weight of the article's score: the best article adds this share of the best passage's score, others less."""

_MAX_OVERLAP = 0.6
"""Two passages are alike if they share more than this share of their character pairs."""

_SENTENCE = lazy_pattern(r"[^。！？!?；;\n]*[。！？!?；;”’」』）)]*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage that may be chosen. ``line`` is the number of its first line in the body, from 1."""

    article: Article
    heading: str
    text: str
    line: int
    article_score: float


def choose_passages(
    scored_articles: Sequence[tuple[Article, float]],
    plan: Plan,
    engine: Engine,
    articles: int,
    budget: int,
    url_of: Callable[[Article], str | None],
) -> tuple[Passage, ...]:
    """Return the best passages of articles, the best first.

    ``scored_articles`` are articles with their scores, ``articles`` is the size of the archive. The passages have at most
    ``budget`` characters together. ``url_of`` returns the address of the original of an article, or None.
    """
    candidates = [
        candidate
        for article, score in scored_articles
        for candidate in _candidates(article, engine.without_boilerplate(article.body), score)
    ]
    # Passages without units below their heading, such as a line of braces, are left out.
    folded = [
        (candidate, lines)
        for candidate, lines in zip(candidates, _folded_lines(candidates), strict=True)
        if any(map(UNIT.search, lines[1:]))
    ]
    if not folded:
        return ()
    candidates = [candidate for candidate, _ in folded]
    scores = _scores([lines for _, lines in folded], _phrase_weights(plan, engine, articles))
    best_article = max(score for _, score in scored_articles) or 1.0
    share = _ARTICLE_SHARE * max(scores)
    ranked = sorted(
        (
            (score + share * each.article_score / best_article, each)
            for score, each in zip(scores, candidates, strict=True)
        ),
        key=lambda pair: -pair[0],
    )
    return tuple(_within_budget(ranked, budget, url_of))


def _within_budget(
    ranked: Iterable[tuple[float, _Candidate]], budget: int, url_of: Callable[[Article], str | None]
) -> Iterator[Passage]:
    """Yield the passages that fit into the budget, except those that are like an earlier one."""
    chosen: list[set[str]] = []
    for score, candidate in ranked:
        if len(candidate.text) > budget:
            continue
        pairs = {candidate.text[at : at + 2] for at in range(len(candidate.text) - 1)}
        if any(len(pairs & other) > _MAX_OVERLAP * min(len(pairs), len(other)) for other in chosen):
            continue
        chosen.append(pairs)
        budget -= len(candidate.text)
        yield Passage(
            id=candidate.article.id,
            title=candidate.article.title,
            heading=candidate.heading,
            text=candidate.text,
            line=candidate.line,
            score=round(score, 4),
            original_url=url_of(candidate.article),
        )


def _candidates(article: Article, content: str, score: float) -> Iterator[_Candidate]:
    """Yield the passages of an article, in order: blocks under one heading, joined while they are short."""
    headings = frozenset(article.headings)
    heading, blocks, first = "", list[str](), 0
    for line, block in _content_blocks(article.body, content):
        is_heading = block in headings
        size = sum(map(len, blocks))
        if blocks and (is_heading or size >= MIN_CHARACTERS or size + len(block) > MAX_CHARACTERS):
            yield _Candidate(article, heading, "\n".join(blocks), first, score)
            blocks = []
        if is_heading:
            heading = block
        else:
            for part in _parts(block):
                if blocks and len(part) > MAX_CHARACTERS // 2:
                    yield _Candidate(article, heading, "\n".join(blocks), first, score)
                    blocks = []
                first = first if blocks else line
                blocks.append(part)
    if blocks:
        yield _Candidate(article, heading, "\n".join(blocks), first, score)


def _content_blocks(body: str, content: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a body that are content and not blank, with their numbers in the body, from 1."""
    remaining = iter(content.split("\n"))
    expected = next(remaining, None)
    for number, line in enumerate(body.split("\n"), 1):
        if line == expected:
            if line.strip():
                yield number, line
            expected = next(remaining, None)


def _parts(block: str) -> Iterator[str]:
    """Yield a block, or its sentences in groups if it is too long."""
    if len(block) <= MAX_CHARACTERS:
        yield block
        return
    part = ""
    for sentence in _SENTENCE.findall(block):
        # A sentence without an end mark can be a whole page.
        pieces = [sentence[at : at + MAX_CHARACTERS] for at in range(0, len(sentence), MAX_CHARACTERS)]
        for piece in pieces:
            if len(part) + len(piece) > MAX_CHARACTERS:
                yield part
                part = ""
            part += piece
    if part:
        yield part


def _phrase_weights(plan: Plan, engine: Engine, articles: int) -> Mapping[str, float]:
    """Return the weight of each phrase that scores, as written by ``_spelled``: its idf (Robertson and Spärck Jones), reduced for
    pairs of units. The terms of identifiers are left out."""
    words: dict[str, Sequence[str]] = {}
    pairs: dict[str, Sequence[str]] = {}
    for each in plan.ranking_terms:
        if each.kind == "bigrams":
            pair = units_of_bigram(each.term)
            pairs[_spelled(pair)] = pair
        elif not is_identifier_word(each.term):
            for phrase in each.phrases or (tuple(value_units(each.term)),):
                words[_spelled(phrase, is_prefix=each.prefix)] = phrase
    phrases = {spelled: " ".join(phrase) for spelled, phrase in {**pairs, **words}.items() if phrase}
    # Emoji are words without units.
    emoji = [phrase for phrase in phrases.values() if not units(phrase)]
    frequencies = {**engine.phrase_frequencies(set(phrases.values()).difference(emoji)), **engine.frequencies(emoji)}
    return {
        spelled: (1.0 if spelled in words else _BIGRAM_WEIGHT)
        * math.log(1 + (articles - frequencies[phrase] + 0.5) / (frequencies[phrase] + 0.5))
        for spelled, phrase in phrases.items()
    }


def _folded_lines(candidates: Sequence[_Candidate]) -> list[list[str]]:
    """Return the folded lines of each passage, its heading first. All are folded at once, which is much faster."""
    texts = [f"{candidate.heading}\n{candidate.text}" for candidate in candidates]
    lines = iter(fold("\n".join(texts)).split("\n"))
    return [list(islice(lines, text.count("\n") + 1)) for text in texts]


def _scores(passages: Sequence[Sequence[str]], weights: Mapping[str, float]) -> list[float]:
    """Return the BM25 scores of passages, given their folded lines. The heading counts as a part of its passage."""
    lengths = [sum(map(len, lines), len(lines) - 1) for lines in passages]
    mean = sum(lengths) / len(lengths)
    norms = [_K1 * (1 - _B + _B * length / mean) for length in lengths]
    spelled = ["\n".join(_spelled(value_units(line)) for line in lines) for lines in passages]
    # One search in the text of all passages takes less time than one in each, and a long query has hundreds of phrases.
    text = "\n".join(spelled)
    ends = [*accumulate(len(each) + 1 for each in spelled)]
    scores = [0.0] * len(passages)
    for phrase, weight in weights.items():
        counts = Counter(bisect_right(ends, start) for start in _occurrences(phrase, text))
        for number, count in counts.items():
            scores[number] += weight * count * (_K1 + 1) / (count + norms[number])
    return scores


def _occurrences(phrase: str, text: str) -> Iterator[int]:
    """Yield the starts of a phrase in a text."""
    at = text.find(phrase)
    while at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def _spelled(phrase: Iterable[str], *, is_prefix: bool = False) -> str:
    """Return units as one text for substring searches: a phrase is found exactly where its units are, so go is not found in
    google."""
    spelled = "".join(f"<{unit}>" for unit in phrase)
    return spelled[:-1] if is_prefix else spelled
