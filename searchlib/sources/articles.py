"""Read files into articles.

Each stage lives in a module or folder of its own, and ``parse_article`` runs them in this order:

1. bytes → text: ``decode``
2. text → front matter without secrets, and body without encrypted parts: ``front_matter``, ``encryption``
3. front matter → date, and whether the article is published: ``dates``, ``publication``, ``listings``
4. body → blocks: ``readers``, chosen by suffix; the Markdown reader runs ``dialects`` first
5. front matter → title, author, categories, tags, extra: ``front_matter.values``
6. blocks and values → ``Article``: ``assembly``

The entry of a feed is a row (``feeds``, ``rows``), which takes the place of steps 1 to 5.
"""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from searchlib.common.arguments import check_path
from searchlib.errors import ArticleError, SettingsError
from searchlib.models import Article
from searchlib.settings import DATE_ORDER, Settings, load_settings, reading_settings
from searchlib.sources.assembly import make_article
from searchlib.sources.bounds import MAX_READING_SECONDS, Bounds, OutOfBoundsError, check_lines
from searchlib.sources.broken import find_states, without_states
from searchlib.sources.bylines import split_byline, split_tags
from searchlib.sources.dates import date_in_text, find_date, unread_date
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.dialects.code import protect
from searchlib.sources.dialects.normalizers import PAGE_NORMALIZERS, normalize
from searchlib.sources.dialects.obsidian import find_tags
from searchlib.sources.encryption import public_content, remove_encrypted_parts
from searchlib.sources.feeds import feed_suffixes, parse_feed, split_id
from searchlib.sources.files import (
    UNREADABLE_DIGEST,
    FileTooLargeError,
    digest_bytes,
    digest_file,
    prefetch_files,
    read_bytes,
)
from searchlib.sources.front_matter import nikola
from searchlib.sources.front_matter.metadata import (
    AUTHOR_KEYS,
    CATEGORY_KEYS,
    DESCRIBING_KEYS,
    TAG_KEYS,
    TITLE_KEYS,
    Metadata,
)
from searchlib.sources.front_matter.split import FrontMatter, split_front_matter
from searchlib.sources.front_matter.values import (
    as_bool,
    as_category_paths,
    as_name,
    as_tags,
    as_values,
    nested_tags,
    split_words,
)
from searchlib.sources.listings import listing_reason
from searchlib.sources.publication import find_publication, is_template, is_template_note, is_template_page
from searchlib.sources.readers import dokuwiki, markdown, org, plain, rst, tiddlywiki
from searchlib.sources.readers.base import Content, Reader, UnreadableError
from searchlib.sources.readers.page.reader import PAGE_READER
from searchlib.sources.readers.registry import find_reader
from searchlib.sources.rows import EmptyRowError, RowError, read_row
from searchlib.sources.site import NO_SITE, Site, read_site
from searchlib.sources.text import clean
from searchlib.sources.time_limit import TimeLimitError, time_limit
from searchlib.sources.titles import UNTITLED, author_in_name, find_title, is_number_of_file
from searchlib.sources.walk import file_suffix, list_files, post_generator

TEMPLATE = "template"
"""The reason to skip files that are templates."""

TITLES = "titles"
"""The key of the titles of articles in the navigation, in the JSON of a source."""

TEXT = "text"
"""The source of the date of a law."""

EMPTY = "empty"
"""The reason to skip files and entries with neither text nor a title, tags or description in the front matter."""

NO_NOTE = "no note ({})"
"""The reason to skip the items of Joplin and TiddlyWiki that are no notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of reading one file.

    ``article`` is None if the file is skipped or cannot become an article. ``skipped`` is the reason to skip it. ``problem`` is
    the reason why there is no article or, if there is one, what could not be read in its front matter. ``digest`` is the BLAKE2b
    hash of the file's bytes (16 bytes in hex), or "" if the file cannot be opened. ``changes_at`` is the time, in seconds since
    1970, from which reading the same bytes gives another result, or None. ``is_encrypted`` is true if the generator encrypts the
    text, which the article then lacks. ``title_source`` is ``title`` for a title from the front matter, otherwise the source that
    ``find_title`` returns.
    """

    article: Article | None = None
    problem: str | None = None
    digest: str = UNREADABLE_DIGEST
    skipped: str | None = None
    changes_at: float | None = None
    is_encrypted: bool = False
    title_source: str = ""


_WITH_BYLINES = (*markdown.READERS, plain.READER)

_IN_PLAIN_TEXT = ((dokuwiki.is_page, dokuwiki.READER), (org.is_org, org.READER), (nikola.is_post, rst.READER))
"""The formats of text that files of plain text may have, each with a function that recognizes it."""


class Readable(Protocol):
    """An archive whose files can be read by id."""

    def read(self, article_id: str) -> Reading:
        """Read one file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of articles, with everything that influences how its files are read."""

    folder: Path
    settings: Settings
    site: Site = NO_SITE

    @property
    def location(self) -> str:
        """The folder, for messages."""
        return os.fspath(self.folder)

    @property
    def origin(self) -> str:
        """The text that identifies the folder."""
        return os.path.realpath(self.folder)

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets of the front matter of the articles."""
        return self.settings.facets

    def digest(self, article_id: str) -> str:
        """Return the digest of a file, as ``Reading.digest``."""
        return digest_file(self.folder, article_id)

    def prefetch(self, article_ids: Iterable[str]) -> None:
        """Ask the system to load files into its cache."""
        prefetch_files(self.folder, article_ids)

    def read(self, article_id: str) -> Reading:
        """Read one file."""
        return read_article(self.folder, article_id, self.settings, site=self.site)

    def as_json(self) -> dict[str, Any]:
        """Return the settings and the site that influence how files are read, without default values, as JSON types."""
        site, titles = self.site.as_json(), dict(self.site.titles)
        return reading_settings(self.settings) | ({"site": site} if site else {}) | ({TITLES: titles} if titles else {})


def read_articles(
    articles: str | os.PathLike[str], *, zone: ZoneInfo | None = None, settings: Settings | None = None
) -> Iterator[Article | ArticleError]:
    """Yield the articles of a folder, sorted by path, and an ArticleError for each file that cannot become one.

    Files that the settings skip, such as drafts, are left out. Dates without a zone are in ``zone``, by default that of the
    settings.

    Raises:
        ParameterError: ``articles`` is not a path.
        ArticlesNotFoundError: there is no such folder.
        SettingsError: no settings are given and searchlib.toml is wrong.
    """
    check_path("articles", articles)
    folder = Path(articles)
    settings = settings or load_settings()
    if zone is not None:
        settings = replace(settings, zone=zone.key)
    names = list_files(folder, settings)
    source = Source(folder, settings, read_site(folder, names))
    readings = ((article_id, source.read(article_id)) for article_id in names)
    return (
        reading.article or ArticleError(article_id, reading.problem or "unreadable")
        for article_id, reading in readings
        if reading.skipped is None
    )


def read_article(
    folder: Path,
    article_id: str,
    settings: Settings,
    *,
    site: Site = NO_SITE,
    seconds: float = MAX_READING_SECONDS,
) -> Reading:
    """Read one file of a folder. ``Reading.problem`` describes its errors.

    ``site`` has the site's values for the file. ``seconds`` limits the processor time, if ``time_limit`` can measure it.
    """
    try:
        data = read_bytes(folder, article_id)
    except OSError as error:
        reason = error.strerror or str(error)
        return Reading(problem=reason[:1].lower() + reason[1:])
    except FileTooLargeError as error:
        return Reading(problem=str(error), digest=error.digest)
    try:
        with time_limit(seconds):
            return parse_article(article_id, data, settings, time.time(), folder=folder, site=site)
    except TimeLimitError:
        failed = Reading(problem=f"reading takes longer than {seconds:g} s of processor time")
    except (UndecodableError, UnreadableError, OutOfBoundsError) as error:
        failed = Reading(problem=str(error))
    except SettingsError:
        raise
    except Exception as error:
        # A defect of a reader or normalizer costs one article, not the build.
        failed = Reading(problem=f"it cannot be read: {_describe(error)}")
    return replace(failed, digest=digest_bytes(data))


def _describe(error: Exception) -> str:
    """Return the type of an error and the line that raised it. Its message may quote an encrypted text or a draft."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


def parse_article(
    article_id: str,
    data: bytes,
    settings: Settings,
    now: float,
    *,
    folder: Path | None = None,
    site: Site = NO_SITE,
) -> Reading:
    """Turn the bytes of a file, or the row of an entry of a feed, into an article.

    The path of ``folder``, if given, helps to recognize posts of Jekyll.

    Raises:
        UndecodableError: the bytes are not text.
        UnreadableError: the reader refuses the file.
        OutOfBoundsError: the file exceeds one of the bounds in ``bounds``.
    """
    if split_id(article_id)[1]:
        reading = _parse_entry(article_id, data, settings)
    else:
        reading = _parse_file(_read_file(article_id, data, settings, site), settings, now, folder, site)
    return replace(reading, digest=digest_bytes(data))


@dataclass(frozen=True, slots=True)
class _File:
    """The content of a file. ``metadata`` has the values of its front matter, its body, its name and its site."""

    id: str
    reader: Reader
    front_matter: FrontMatter
    content: Content
    metadata: Metadata

    @property
    def is_html(self) -> bool:
        """Return whether the file is a web page."""
        return file_suffix(self.id) in PAGE_READER.suffixes

    @property
    def is_markdown(self) -> bool:
        """Return whether the file is written in a dialect of Markdown."""
        return self.reader in markdown.READERS


def _read_file(article_id: str, data: bytes, settings: Settings, site: Site) -> _File:
    suffix = file_suffix(article_id)
    if suffix in feed_suffixes(settings.suffixes):
        parse_feed(data)
        raise UnreadableError("the feed has changed since it was listed")
    reader = find_reader(suffix, settings.suffixes)
    front_matter, content = _read_content(reader, data)
    inner = site.values(article_id) | content.metadata
    if author := author_in_name(article_id):
        inner = {AUTHOR_KEYS[0]: [author]} | inner
    return _File(article_id, reader, front_matter, content, Metadata(front_matter.metadata, inner))


def _parse_file(file: _File, settings: Settings, now: float, folder: Path | None, site: Site) -> Reading:
    metadata, content, problem = file.metadata, file.content, file.front_matter.problem
    if reason := _other_kind(file):
        return Reading(skipped=reason)
    zone, order = ZoneInfo(settings.zone), settings.dates or DATE_ORDER
    date, date_source = find_date(metadata, zone, file.id, order)
    publication = find_publication(metadata, date, settings, now)
    if publication.state:
        reason = replace(publication, evidence=problem or publication.evidence).reason
        return Reading(skipped=reason, changes_at=publication.changes_at)
    is_encrypted = metadata.is_encrypted or content.is_encrypted or site.encrypts(file.id)
    if settings.unpublished == "skip" and not is_encrypted:
        is_page = file.is_html or file.is_markdown
        if reason := listing_reason(file.id, metadata, file.front_matter.body, content, is_page=is_page):
            return Reading(skipped=reason)
    bounds = Bounds()
    tag_values, categories = _listed_names(file, folder)
    tags = bounds.names("tags", as_tags(tag_values))
    is_encrypted = is_encrypted or _is_encrypted_by_tag(file, tags, settings, site)
    if is_encrypted:
        title_of_page = content.page_title if content.is_encrypted else ""
        content = replace(public_content(metadata), page_title=title_of_page)
    elif settings.inline_tags and file.is_markdown:
        tags = bounds.names("tags", as_tags((*tags, *find_tags(protect(file.front_matter.body)[0]))))
    if date is None and not settings.dates and (date := date_in_text(content.blocks, zone)) is not None:
        date_source = TEXT
    given_title = as_name(metadata.first(TITLE_KEYS))
    title, title_source = _choose_title(given_title, content, file.id, site, is_encrypted=is_encrypted)
    is_untitled = title_source == "id" or not _is_described(file.front_matter)
    if not given_title and not content.blocks and not is_encrypted and is_untitled:
        return Reading(skipped=EMPTY)
    article = make_article(
        file.id,
        title,
        content,
        metadata,
        bounds,
        date=date,
        date_source=date_source,
        tags=tags,
        paths=(*as_category_paths(categories), *nested_tags(tags)),
    )
    problems = (problem, unread_date(metadata, zone, order, date_source), *bounds.problems)
    return Reading(
        article=article,
        problem="; ".join(filter(None, problems)) or None,
        changes_at=publication.changes_at,
        is_encrypted=is_encrypted,
        title_source=title_source,
    )


def _other_kind(file: _File) -> str:
    """Return what a file is instead of an article, an item of a program or a template, or ""."""
    body = file.front_matter.body
    if file.front_matter.item:
        return NO_NOTE.format(file.front_matter.item)
    if file.is_html:
        has_front_matter = bool(file.front_matter.metadata)
        has_template = is_template_page(body, file.content.blocks, has_front_matter=has_front_matter)
    else:
        has_template = is_template_note(body, has_title=bool(file.metadata.first(TITLE_KEYS)))
    return TEMPLATE if has_template or is_template(file.metadata) else ""


def _listed_names(file: _File, folder: Path | None) -> tuple[Any, Any]:
    """Return the values of the tags and the categories. Jekyll, unlike Hexo, separates names by spaces."""
    tags, categories = file.metadata.first(TAG_KEYS), file.metadata.first(CATEGORY_KEYS)
    if (generator := post_generator(file.id, folder)) == "hexo":
        return tags, categories
    only_han = generator != "jekyll"
    return split_words(tags, only_han=only_han), split_words(categories, only_han=only_han)


def _is_encrypted_by_tag(file: _File, tags: tuple[str, ...], settings: Settings, site: Site) -> bool:
    # An empty password says that the tags of the site do not encrypt this article.
    encrypting = site.tags_that_encrypt(file.id) if file.front_matter.metadata.get("password") != "" else ()
    return not set(tags).isdisjoint((*settings.encrypted_tags, *encrypting))


def _choose_title(title: str, content: Content, article_id: str, site: Site, *, is_encrypted: bool) -> tuple[str, str]:
    """Return the title and its source. ``title`` is that of the front matter, or ""."""
    if title and (is_encrypted or not is_number_of_file(title, article_id)):
        return title, "title"
    found, source = find_title(content, article_id)
    if title:
        return (title, "title") if source == "id" else (found, source)
    is_weak = source in UNTITLED or (source == "heading" and content.lead_level > 1)
    if is_weak and (named := site.titles.get(article_id)):
        return named, "navigation"
    return found, source


def _parse_entry(article_id: str, data: bytes, settings: Settings) -> Reading:
    """Turn the row of an entry of a feed into an article.

    Raises:
        UnreadableError: it is none.
    """
    try:
        row = read_row(json.loads(data) | {"id": article_id}, settings)
    except EmptyRowError:
        return Reading(skipped=EMPTY)
    except RowError as error:
        raise UnreadableError(str(error)) from error
    publication, article = row.publication, row.article
    if publication.state:
        return Reading(skipped=publication.reason, changes_at=publication.changes_at)
    title_source = "title"
    if not article.title:
        content = Content(blocks=article.body.split("\n"), lead_heading=next(iter(article.headings), ""))
        title, title_source = find_title(content, "")
        article = replace(article, title=title or article_id)
    return Reading(
        article=article,
        changes_at=publication.changes_at,
        is_encrypted=row.is_encrypted,
        title_source=title_source,
    )


def _is_described(front_matter: FrontMatter) -> bool:
    """Return whether the front matter of the file has a value of ``DESCRIBING_KEYS``, so that a note without text is indexed."""
    values = Metadata(front_matter.metadata).find(DESCRIBING_KEYS)
    return any(as_bool(value) is None and as_values(value) for _, value in values)


def _read_content(reader: Reader, data: bytes) -> tuple[FrontMatter, Content]:
    """Return the front matter of a file, and the content of its body without the encrypted parts."""
    if reader.read is None:
        content = reader.read_bytes(data) if reader.read_bytes is not None else Content(blocks=[])
        return FrontMatter(metadata={}, body=""), content
    text = decode(data)
    if reader.unpack is not None:
        text = clean(reader.unpack(text))
        check_lines(text.count("\n"))
    if (markup := _find_markup(reader, text)) is not None:
        return _read_content(markup, data)
    if reader.split is not None:
        front_matter = reader.split(text)
    elif reader.reads_keywords and text.lstrip().startswith("#"):
        front_matter = FrontMatter(metadata={}, body=text)
    else:
        front_matter = split_front_matter(text)
    if front_matter.broken and (states := find_states(front_matter.broken)):
        problem = front_matter.problem or "front matter: the line that ends it is missing"
        metadata = without_states(front_matter.metadata, states)
        front_matter = replace(front_matter, metadata=metadata, problem=problem)
    body = remove_encrypted_parts(front_matter.body)
    if reader in markdown.READERS and nikola.is_post(body):
        comments, body = nikola.split_comments(body)
        front_matter = replace(front_matter, metadata=comments | front_matter.metadata)
    if not front_matter.metadata and reader in _WITH_BYLINES:
        byline, body = split_byline(body, has_headings=reader is not plain.READER)
        front_matter = replace(front_matter, metadata=byline)
    if reader is markdown.READER and (tags_and_body := split_tags(body))[0]:
        tags, body = tags_and_body
        front_matter = replace(front_matter, metadata={"tags": tags} | front_matter.metadata)
    if reader is PAGE_READER and front_matter.metadata:
        body = normalize(body, PAGE_NORMALIZERS)  # Jekyll and Hugo render pages with front matter
    return front_matter, reader.read(body)


def _find_markup(reader: Reader, text: str) -> Reader | None:
    """Return the reader of the format that a text shows to be in, if it is another one than that of its suffix, or None."""
    if reader is plain.READER:
        return next((each for is_in, each in _IN_PLAIN_TEXT if is_in(text)), None)
    return tiddlywiki.find_markup(text) if reader is tiddlywiki.READER else None


def pack_reading(reading: Reading) -> bytes:
    """Serialize a reading for another process."""
    return pickle.dumps(reading, pickle.HIGHEST_PROTOCOL)


def unpack_or_read(source: Readable, article_id: str, readings: Mapping[str, bytes]) -> Reading:
    """Return the packed reading of an article from ``readings``, or read the file if it has none."""
    if article_id not in readings:
        return source.read(article_id)
    reading: Reading = pickle.loads(readings[article_id])
    return reading
