"""The data that the library returns and its modules exchange, as frozen dataclasses."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from html import escape
from typing import Any, Literal, get_args, overload

Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = get_args(Sort)

REPEATS = ("fold", "show")
"""How a search treats near duplicates: collapse them into one hit, or show each as a hit."""

AUTHOR_SEPARATOR = "、"
"""The separator between several authors of an article."""


def author_names(author: str) -> tuple[str, ...]:
    """Return the names in the author of an article, each once."""
    return tuple(dict.fromkeys(name for part in author.split(AUTHOR_SEPARATOR) if (name := part.strip())))


Spans = tuple[tuple[str, bool], ...]
"""A text in pieces, in order. The flag says whether the query matches the piece."""


def plain_text(spans: Spans) -> str:
    """Return the text of the pieces."""
    return "".join(text for text, _ in spans)


def _marked_html(spans: Spans) -> str:
    return "".join(f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in spans)


def count_of(number: int, item: str) -> str:
    """Return a number with its noun: ``1 article``, ``2,342 articles``."""
    return f"{number:,} {item}" if number == 1 else f"{number:,} {item}s"


class Note(str):
    """A sentence for the user. The text itself is Chinese, ``english`` is the same in English.

    ``templates`` are both sentences with placeholders such as ``%(limit)s`` for the ``values``.
    """

    __slots__ = ("templates", "values")

    templates: tuple[str, str]
    values: Mapping[str, object]

    def __new__(cls, chinese: str, english: str, **values: object) -> Note:
        note = super().__new__(cls, chinese % values if values else chinese)
        note.templates = (chinese, english)
        note.values = values
        return note

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], Mapping[str, object]]:
        return self.templates, self.values

    @property
    def english(self) -> str:
        """The sentence in English."""
        english = self.templates[1]
        return english % self.values if self.values else english


class Model:
    """The base of all models."""

    __slots__ = ()

    def field_values(self) -> dict[str, Any]:
        """Return the values of the fields by name."""
        names = _field_names(type(self))  # type: ignore[arg-type]  # mypy does not know that a class is hashable
        return {name: getattr(self, name) for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Return the model as dicts, lists, strings and numbers for JSON; dates are in ISO 8601."""
        return {name: _plain(value) for name, value in self.field_values().items()}


@cache
def _field_names(model: type) -> tuple[str, ...]:
    """Return the names of the fields of a model. A result has hundreds of models of few types."""
    return tuple(each.name for each in dataclasses.fields(model))


_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})


def _plain(value: Any) -> Any:
    # Most values are texts and numbers: a look-up of their type is faster than a check for an abstract class.
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return value


SUMMARY_KEYS = frozenset(
    "subtitle description summary excerpt keywords alias aliases "
    "副标题 副標題 摘要 描述 简介 簡介 关键词 關鍵詞 关键字 關鍵字 别名 別名".split()
)
"""The keys of ``Article.extra`` whose values are searched like a heading, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Model):
    """One article.

    Attributes:
        id: The path of its file relative to the folder, in POSIX form, or any text for an article that is not from a file.
        title: The title.
        body: Plain text; each line is one block (paragraph, heading, list item, table row, line of code).
        date: An aware date in the configured zone, or None.
        author: The author; several authors are joined by ``AUTHOR_SEPARATOR``.
        categories: The names of its categories.
        tags: Its tags.
        path: The path of its file, as ``id``. An index stores the id in place of an empty path.
        extra: All other keys of its front matter.
        html: The body as HTML without scripts, styles and page furniture, not yet sanitized; "" for plain text.
        headings: The lines of the body that are headings. They rank higher than other lines.
        category_paths: The original lists of categories, if known. In an archive with a category tree, each list is a path from
            the top down.
        date_source: The key of the front matter that the date comes from, ``filename``, ``text``, or "" without a date.
    """

    id: str
    title: str
    body: str
    date: datetime | None = None
    author: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    path: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    html: str = ""
    headings: tuple[str, ...] = ()
    category_paths: tuple[tuple[str, ...], ...] = ()
    date_source: str = ""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Article:
        """Return the article of a dict that ``to_dict`` returned.

        Raises:
            KeyError, TypeError, ValueError: the dict does not describe an article.
        """
        lists = {name: tuple(values[name]) for name in ("categories", "tags", "headings")}
        paths = tuple(tuple(path) for path in values["category_paths"])
        written = datetime.fromisoformat(values["date"]) if values["date"] else None
        return cls(**{**values, **lists, "category_paths": paths, "date": written})

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in ``author``."""
        return author_names(self.author)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Model):
    """One token of a text. ``start`` and ``end`` are offsets in the original text, ``position`` counts units."""

    text: str
    start: int
    end: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScore(Model):
    """The contribution of one part of a query to a score, with its ``kind`` and its number of occurrences by field."""

    text: str
    kind: str
    frequencies: Mapping[str, int]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HitExplanation(Model):
    """The parts of the score of a hit.

    ``terms`` add up to the score, the highest first. ``missing`` are the words of the query that the article does not
    contain. ``uncounted`` are words that it contains only in boilerplate or inside other words, where they do not rank.
    """

    score: float
    terms: tuple[TermScore, ...]
    missing: tuple[str, ...]
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryExplanation(Model):
    """How a query was understood.

    Attributes:
        words: The words that an article should contain.
        left_out: The function words and stop words.
        phrases: The quoted phrases.
        without: The negated parts, as they can be typed.
        fields: The parts with a field name, as they can be typed.
        synonyms: Groups of phrases that count as one.
        bigrams: The pairs of units that rank besides the words.
        dates: Ranges of days.
        filters: The values of the filters besides the query.
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
    """A near duplicate of a hit."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Model):
    """One article that a search matches, with the matches marked in its title and in snippets of its body.

    ``repeats`` are the newest of its ``repeats_total`` near duplicates, at most 20: matching articles that are collapsed into this
    hit. ``explanation`` is set if the search asks for it. ``extra`` are the values of the keys of the setting ``stored``, ``url``
    is the address of the original by the setting ``url_template``; "" if there is none. ``heading`` is the heading above the match
    in the snippets of a long article, or "". ``name_spans`` are the authors, categories and tags that match, if nothing in the
    title and the snippets does.
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
    extra: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    heading: str = ""
    name_spans: tuple[Spans, ...] = ()

    @property
    def authors(self) -> tuple[str, ...]:
        """The names in ``author``."""
        return author_names(self.author)

    def kind_of(self, name: str) -> str:
        """Return the kind of one of the names in ``name_spans``: author, category or tag."""
        return "author" if name in self.authors else "category" if name in self.categories else "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue(Model):
    """One value of a facet. ``count`` is the number of articles under all filters except the facet's own."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNode(Model):
    """One path in the tree of categories.

    ``count`` is the number of articles on the path or below it, under all filters except the category filter. ``value`` is the
    value for the category filter: the last name, or the whole path as text if several paths end in that name.
    """

    path: tuple[str, ...]
    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOffer(Model):
    """A date in the text of a query that could be a filter instead.

    ``text`` is the date as typed (去年), ``label`` its meaning in the shortest form (2025, 2025-03 – 2025-06, 2025 –).
    ``date_from`` and ``date_to`` are days, both inclusive; None leaves that side open. ``query`` is the rest of the query.
    """

    text: str
    label: str
    date_from: str | None
    date_to: str | None
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Model):
    """A part to leave out of a search that matches nothing. Without it, the remaining ``query`` matches ``total`` articles.

    ``kind`` is category, author, tag, a facet of the front matter or date for the ``values`` of that filter (for a date, its
    first and last day, with "" for an open side), filters for all filters, or query for a part of the query.
    """

    kind: str
    values: tuple[str, ...]
    query: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOperator(Model):
    """A part of a query that was read as an operator.

    ``kind`` is "not" for an excluded ``text``, "or" for alternatives, or the field that the text is searched in: title,
    category, tag, author or a facet of the front matter.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Model):
    """One page of results of a search.

    Attributes:
        query: The query as typed.
        searched: The query that was searched: the query itself, or if it matches nothing, its correction or the words that
            its pinyin spells.
        total: The number of articles that match.
        full: The number of articles that match all words as they were typed.
        folded: The number of matching articles that are collapsed into other hits.
        page: The number of the page, from 1.
        size: The number of hits on a page.
        took_ms: The time that the search took, in milliseconds.
        relaxed: Whether some of the articles do not match all words as they were typed.
        correction: The whole query with its mistyped words replaced, or None.
        notes: Sentences about parts of the query that were ignored or read unexpectedly, then one for each operator.
        operators: The parts of the searched query that were read as operators.
        hits: The hits of the page.
        facets: The values of each requested facet.
        category_tree: The categories as a tree, each path after its parent, if the archive has a tree.
        date_offer: A date in the query that could be a filter instead; it was searched as text.
        explanation: How the searched query was understood, if ``explain`` was set.
        advice: What to leave out, if nothing matches and ``explain`` was set.
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
    operators: tuple[QueryOperator, ...] = ()

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @overload
    def __getitem__(self, at: int) -> Hit: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, at: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[at]

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Results for {self.query!r}: {len(self.hits)} of {count_of(self.total, 'article')}>"

    def __str__(self) -> str:
        """Return the hits as text: number, title, id and date, the names that match, first snippet."""
        lines = [f"{count_of(self.total, 'article')} for {self.query!r}"]
        for number, hit in self._numbered_hits():
            day = f"  {hit.date.date()}" if hit.date else ""
            lines += [f"{number}. {hit.title}", f"   {hit.id}{day}"]
            lines += [f"   {hit.kind_of(plain_text(spans))}: {plain_text(spans)}" for spans in hit.name_spans]
            lines += [f"   {plain_text(snippet)}" for snippet in hit.snippets[:1]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the hits as an HTML table with the matches marked, for notebooks."""
        rows = "".join(
            f"<tr><td>{number}</td><td>{_marked_html(hit.title_spans)}</td><td>{hit.date.date() if hit.date else ''}</td>"
            f"<td>{'<br>'.join(map(_marked_html, (*hit.name_spans, *hit.snippets[:1])))}</td>"
            f"<td><code>{escape(hit.id)}</code></td></tr>"
            for number, hit in self._numbered_hits()
        )
        head = "".join(f"<th>{name}</th>" for name in ("", "title", "date", "text", "id"))
        return f"<p>{escape(str(self).partition(chr(10))[0])}</p><table><tr>{head}</tr>{rows}</table>"

    def _numbered_hits(self) -> Iterator[tuple[int, Hit]]:
        return enumerate(self.hits, (self.page - 1) * self.size + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Model):
    """A part of an article: one or more whole blocks.

    ``line`` is the number of its first line in ``Article.body``, from 1. ``heading`` is the heading above it, or "".
    ``original_url`` is the address of the original of the article, or None.
    """

    id: str
    title: str
    heading: str
    text: str
    line: int
    score: float
    original_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Model):
    """One completion of typed text.

    ``kind`` is title, category, tag, author, word or phrase. ``count`` is the number of articles with it; for a phrase, of titles
    with it.
    """

    text: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport(Model):
    """The result of a build or an update, in numbers of articles.

    Three fields list files as ``(path, reason)``: ``failed`` files are no articles because of an error, ``salvaged`` files are
    articles although part of their front matter could not be read, and ``skipped`` files are excluded, not published, or
    templates. ``encrypted``, ``undated`` and ``untitled`` count the articles of the index without their text (because it is
    encrypted), without a date, and without a title of their own.
    """

    added: int
    updated: int
    deleted: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    salvaged: tuple[tuple[str, str], ...]
    seconds: float
    skipped: tuple[tuple[str, str], ...] = ()
    encrypted: int = 0
    undated: int = 0
    untitled: int = 0


def count_reasons(reasons: Iterable[str]) -> dict[str, int]:
    """Count reasons for skipping a file by their kind, without the details in brackets; the most frequent come first."""
    return dict(Counter(reason.partition(" (")[0] for reason in reasons).most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStats(Model):
    """Statistics of an index.

    ``facets`` are those of the front matter. ``analysis`` is the record of its text analysis, ``size_bytes`` its size on disk.
    ``synonyms`` and ``stop_words`` describe the files that searches use: path, number of entries, digest. ``skipped`` counts
    the files that were left out, by reason.
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
    skipped: Mapping[str, int] = field(default_factory=dict)
    encrypted: int = 0
    untitled: int = 0
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport(Model):
    """The result of a check of the index. ``problems`` is empty if the index is sound."""

    ok: bool
    generation: str
    files: int
    articles: int
    problems: tuple[str, ...]
