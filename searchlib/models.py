"""The frozen data that passes between the modules and out to the user."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

AUTHOR_SEPARATOR = "、"
"""Stands between the names of an article that has several authors."""


def author_names(author: str) -> tuple[str, ...]:
    """The single names in what an article says of its author."""
    return tuple(dict.fromkeys(name for part in author.split(AUTHOR_SEPARATOR) if (name := part.strip())))


Spans = tuple[tuple[str, bool], ...]
"""A text in pieces, in order; the flag says whether the query matched the piece."""


class Note(str):
    """A sentence for the reader, in Chinese.

    ``template`` is the sentence with names, ``%(limit)s``, in the places of ``values``: whoever shows it can say it in another
    language.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Note:
        note = super().__new__(cls, template % values if values else template)
        note.template = template
        note.values = values
        return note


class Model:
    """What all the models share: a form that JSON can hold."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers; dates in ISO 8601."""
        fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        return {each.name: _plain(getattr(self, each.name)) for each in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Model):
    """One article as it was read.

    ``body`` is plain text, one block (paragraph, heading, list item, table row, line of code) a line.
    ``date`` is aware, in the configured zone. Several authors are joined by ``AUTHOR_SEPARATOR``.
    ``extra`` holds every other front-matter key. ``html`` is the body as HTML without scripts, styles and page
    furniture, not yet made safe; it is empty where the file was plain text. ``headings`` are the lines of the body that are
    headings: they rank higher than others. ``category_paths`` are the lists that the categories stand in, if these are known:
    in an archive that files its articles in a tree, each leads from a category to the ones below it.
    """

    id: str
    title: str
    body: str
    date: datetime | None = None
    author: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    path: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    html: str = ""
    headings: tuple[str, ...] = ()
    category_paths: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Article:
        """The article of which ``to_dict`` made these values.

        Raises:
            KeyError, TypeError, ValueError: they are no article's.
        """
        lists = {name: tuple(values[name]) for name in ("categories", "tags", "headings")}
        paths = tuple(tuple(path) for path in values["category_paths"])
        written = datetime.fromisoformat(values["date"]) if values["date"] else None
        return cls(**{**values, **lists, "category_paths": paths, "date": written})

    @property
    def authors(self) -> tuple[str, ...]:
        """The single names in ``author``."""
        return author_names(self.author)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Model):
    """One token of a text: ``start`` and ``end`` are offsets in the original, ``position`` counts units."""

    text: str
    start: int
    end: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScore(Model):
    """What one part of a query added to a score; ``kind`` says what it is, ``frequencies`` how often it stands where."""

    text: str
    kind: str
    frequencies: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HitExplanation(Model):
    """What gave a hit its score: ``terms`` add up to it, the most first. ``missing`` are words that it does not hold.

    ``uncounted`` are words that it holds only where they do not rank: in lines that the archive repeats, or inside other words.
    """

    score: float
    terms: tuple[TermScore, ...]
    missing: tuple[str, ...]
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryExplanation(Model):
    """How a query was cut.

    ``words`` are what articles should hold, ``left_out`` the function words and stop words; ``phrases`` stand as typed,
    ``without`` and ``fields`` as they can be typed. ``synonyms`` are groups that count as one, ``bigrams`` rank beside the words.
    ``dates`` are first and last days, ``filters`` the values chosen besides the query.
    """

    words: tuple[str, ...]
    left_out: tuple[str, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]
    fields: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    bigrams: tuple[str, ...]
    dates: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Model):
    """An article that says nearly the same as a hit."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Model):
    """One article that a search found, with what matched in it; ``explanation`` only where it was asked for.

    ``repeats`` are articles that the search found too, and that say nearly the same: they are no hits of their own. Of
    ``repeats_total`` these are the newest, 20 at most.
    """

    id: str
    title: str
    date: datetime | None
    author: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    path: str
    score: float
    title_spans: Spans
    snippets: tuple[Spans, ...]
    repeats: tuple[Repeat, ...] = ()
    repeats_total: int = 0
    explanation: HitExplanation | None = None
    category_paths: tuple[tuple[str, ...], ...] = ()

    @property
    def authors(self) -> tuple[str, ...]:
        """The single names in ``author``."""
        return author_names(self.author)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(Model):
    """One value of a facet; ``count`` is under all filters but the facet's own."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode(Model):
    """One place in the tree of categories: the names that lead to it.

    ``count`` counts its own articles and those of all places below it, under all filters but the category's own. ``value`` is
    what the category filter takes for it: its name, or where that stands at several places the whole path in one text.
    """

    path: tuple[str, ...]
    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOffer(Model):
    """A date found in the free text of a query, which could be a filter instead.

    ``text`` is what was typed (去年), ``label`` what it means in the shortest form (2025, 2025-03 – 2025-06, 2025 –).
    ``date_from`` and ``date_to`` are days, both inclusive, None where that side is open; ``query`` is the rest of the query.
    """

    text: str
    label: str
    date_from: str | None
    date_to: str | None
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Model):
    """What to leave out of a search that finds nothing: ``total`` articles are found without it, by the ``query`` that is left.

    ``kind`` is category, author, tag or date for the ``values`` of that filter (of a date its first and last day, "" where that
    side is open), filters for all of them, query for a part of the query itself.
    """

    kind: str
    values: tuple[str, ...]
    query: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Model):
    """The answer to one search.

    ``total`` and the facets count articles. ``folded`` of these are no hits, but ``repeats`` of one: pages hold the others.
    ``searched`` is what was really searched for: the query itself, or where it finds nothing its correction, or the words
    that its pinyin spells. ``relaxed``: some of the articles hold most, not all, of the words; ``full`` hold all.
    ``correction``: the whole query with its mistyped words replaced, or None.
    ``notes``: what of the query was left out and why, in words for the reader.
    ``date_offer``: a date in the query that could be a filter; it was searched for like all else. ``explanation`` says how
    what was searched for was cut, where it was asked for. ``category_tree``: the categories once more, each place behind the one
    that it lies below, where the archive files its articles in a tree. ``advice`` says what to leave out where nothing is found
    and explanations were asked for.
    """

    query: str
    searched: str
    total: int
    full: int = 0
    folded: int = 0
    page: int
    size: int
    took_ms: float
    relaxed: bool
    correction: str | None
    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    category_tree: tuple[CategoryNode, ...] = ()
    date_offer: DateOffer | None = None
    explanation: QueryExplanation | None = None
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Model):
    """One completion: ``kind`` is title, category, tag, author, word or phrase; ``count`` the number of articles behind it,
    of a phrase those with it in their titles."""

    text: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(Model):
    """What a build or an update did.

    ``failed`` lists ``(path, reason)`` of the files that are not in the index; ``salvaged`` those that are, though part of
    their front matter could not be read.
    """

    added: int
    updated: int
    deleted: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    salvaged: tuple[tuple[str, str], ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats(Model):
    """The index in numbers; ``analysis`` is what it was made with, ``size_bytes`` its size on disk.

    ``synonyms`` and ``stop_words`` say what is used now: file, number of entries, digest.
    """

    engine: str
    generation: str
    built: datetime
    articles: int
    undated: int
    categories: int
    authors: int
    tags: int
    size_bytes: int
    zone: str
    analysis: Mapping[str, Any]
    synonyms: Mapping[str, Any]
    stop_words: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport(Model):
    """What a check of the index found: ``problems`` is empty where all is well."""

    ok: bool
    generation: str
    files: int
    articles: int
    problems: tuple[str, ...]
