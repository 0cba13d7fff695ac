"""Read files into articles.

Each stage lives in a module or folder of its own, and ``parse_article`` runs them in this order:

1. bytes → text: ``decode``
2. text → front matter without secrets, and body without encrypted parts: ``front_matter``, ``encryption``
3. front matter → date, and whether the article is published: ``dates``, ``publication``
4. body → blocks: ``readers``, chosen by suffix; the Markdown reader runs ``dialects`` first
5. front matter → title, author, categories, tags, extra: ``front_matter.values``
6. blocks and values → ``Article``
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from searchlib.arguments import check_path
from searchlib.errors import ArticleError, SettingsError
from searchlib.models import Article
from searchlib.settings import DATE_ORDER, Settings, load_settings
from searchlib.sources.dates import find_date
from searchlib.sources.decode import UndecodableError, decode
from searchlib.sources.dialects.code import protect
from searchlib.sources.dialects.obsidian import find_tags
from searchlib.sources.encryption import public_content, remove_encrypted_parts
from searchlib.sources.files import UNREADABLE_DIGEST, FileTooLargeError, digest_bytes, read_bytes
from searchlib.sources.front_matter.metadata import AUTHOR_KEYS, CATEGORY_KEYS, TAG_KEYS, TITLE_KEYS, Metadata
from searchlib.sources.front_matter.split import FrontMatter, split_front_matter
from searchlib.sources.front_matter.values import (
    as_authors,
    as_category_paths,
    as_names,
    as_tags,
    as_text,
    nested_tags,
    split_words,
)
from searchlib.sources.publication import find_publication, is_template, is_template_page
from searchlib.sources.readers import markdown, page
from searchlib.sources.readers.base import Content, Reader, UnreadableError
from searchlib.sources.readers.registry import find_reader
from searchlib.sources.titles import find_title
from searchlib.sources.walk import file_suffix, is_jekyll_post, list_files

TEMPLATE = "template"
"""The reason to skip files that are templates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of reading one file.

    ``article`` is None if the file is skipped or cannot become an article. ``skipped`` is the reason to skip it. ``problem`` is
    the reason why there is no article or, if there is one, what could not be read in its front matter. ``digest`` is the
    BLAKE2b hash of the file's bytes, 16 bytes in hex, and "" for a file that cannot be opened. ``changes_at`` is the time, in
    seconds since 1970, at which another reading of the same bytes would have another result, or None. ``is_encrypted`` says
    whether the article is without its text because its generator encrypts it, ``title_source`` where its
    title comes from: ``title`` for the front matter, or what ``find_title`` returns.
    """

    article: Article | None = None
    problem: str | None = None
    digest: str = UNREADABLE_DIGEST
    skipped: str | None = None
    changes_at: float | None = None
    is_encrypted: bool = False
    title_source: str = ""


def read_articles(
    articles: str | os.PathLike[str], *, zone: ZoneInfo | None = None, settings: Settings | None = None
) -> Iterator[Article | ArticleError]:
    """Yield the articles of a folder, sorted by path, and an ArticleError for each file that cannot become one.

    Files that the settings skip, such as drafts, are left out. Dates without a zone are in ``zone``, by default that of the
    settings.

    Raises:
        ParameterError: this is no path.
        ArticlesNotFoundError: there is no such folder.
        SettingsError: no settings are given and searchlib.toml is wrong.
    """
    check_path("articles", articles)
    folder = Path(articles)
    settings = settings or load_settings()
    if zone is not None:
        settings = replace(settings, zone=zone.key)
    readings = ((article_id, read_article(folder, article_id, settings)) for article_id in list_files(folder, settings))
    return (
        reading.article or ArticleError(article_id, reading.problem or "unreadable")
        for article_id, reading in readings
        if reading.skipped is None
    )


def read_article(folder: Path, article_id: str, settings: Settings, now: float | None = None) -> Reading:
    """Read one file of a folder, at the time ``now`` in seconds since 1970. ``Reading.problem`` describes its errors."""
    try:
        data = read_bytes(folder, article_id)
    except OSError as error:
        reason = error.strerror or str(error)
        return Reading(problem=reason[:1].lower() + reason[1:])
    except FileTooLargeError as error:
        return Reading(problem=str(error), digest=error.digest)
    try:
        return parse_article(article_id, data, settings, time.time() if now is None else now, folder=folder)
    except (UndecodableError, UnreadableError) as error:
        return Reading(problem=str(error), digest=digest_bytes(data))
    except SettingsError:
        raise
    except Exception as error:
        # A defect of a reader or normalizer costs one article, not the build.
        return Reading(problem=f"it cannot be read: {_describe(error)}", digest=digest_bytes(data))


def _describe(error: Exception) -> str:
    """Return the type and the place of an error. Its message may quote a text that is encrypted or a draft."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


def parse_article(
    article_id: str, data: bytes, settings: Settings, now: float, *, folder: Path | None = None
) -> Reading:
    """Turn the bytes of a file into an article. The names of its folder, if it is given, tell whether it is a post of Jekyll.

    Raises:
        UndecodableError: the bytes are not text.
        UnreadableError: the reader refuses the file.
    """
    digest = digest_bytes(data)
    reader = find_reader(file_suffix(article_id), settings.suffixes)
    front_matter, content = _read_content(reader, data)
    metadata = Metadata(front_matter.metadata, content.metadata)
    is_html = file_suffix(article_id) in page.READER.suffixes
    if is_template(metadata) or (is_html and is_template_page(front_matter.body)):
        return Reading(digest=digest, skipped=TEMPLATE)
    date, date_source = find_date(metadata, ZoneInfo(settings.zone), article_id, settings.dates or DATE_ORDER)
    publication = find_publication(metadata, date, settings, now)
    if publication.reason:
        return Reading(digest=digest, skipped=publication.reason, changes_at=publication.changes_at)
    tag_values, categories = metadata.first(TAG_KEYS), metadata.first(CATEGORY_KEYS)
    if is_jekyll_post(article_id, folder):
        tag_values, categories = split_words(tag_values), split_words(categories)
    tags = as_tags(tag_values)
    is_encrypted = metadata.is_encrypted or not set(tags).isdisjoint(settings.encrypted_tags)
    if is_encrypted:
        content = public_content(metadata)
    elif settings.inline_tags and reader in (markdown.READER, markdown.MDX_READER):
        tags = as_tags((*tags, *find_tags(protect(front_matter.body)[0])))

    title, title_source = as_text(metadata.first(TITLE_KEYS)), "title"
    if not title and not content.blocks and not is_encrypted:
        return Reading(problem="empty: neither a title in the front matter nor any text", digest=digest)
    if not title:
        title, title_source = find_title(content, article_id)
    nested = nested_tags(tags)
    article = Article(
        id=article_id,
        title=title,
        body="\n".join(content.blocks).strip(),
        date=date,
        author=as_authors(metadata.first(AUTHOR_KEYS)),
        categories=tuple(dict.fromkeys((*as_names(categories), *chain.from_iterable(nested)))),
        category_paths=tuple(dict.fromkeys((*as_category_paths(categories), *nested))),
        tags=tags,
        path=article_id,
        extra=metadata.extra(date_source),
        html=content.html,
        headings=tuple(content.headings),
        date_source=date_source,
    )
    return Reading(
        article=article,
        problem=front_matter.problem,
        digest=digest,
        changes_at=publication.changes_at,
        is_encrypted=is_encrypted,
        title_source=title_source,
    )


def _read_content(reader: Reader, data: bytes) -> tuple[FrontMatter, Content]:
    """Return the front matter of a file, and the content of its body without the encrypted parts."""
    if reader.read is None:
        content = reader.read_bytes(data) if reader.read_bytes is not None else Content(blocks=[])
        return FrontMatter(metadata={}, body=""), content
    text = decode(data)
    if reader.reads_keywords and text.lstrip().startswith("#"):
        front_matter = FrontMatter(metadata={}, body=text)
    else:
        front_matter = split_front_matter(text)
    return front_matter, reader.read(remove_encrypted_parts(front_matter.body))


def pack_reading(reading: Reading) -> bytes:
    """Serialize a reading for another process."""
    return pickle.dumps(reading, pickle.HIGHEST_PROTOCOL)


def unpack_or_read(folder: Path, article_id: str, settings: Settings, readings: Mapping[str, bytes]) -> Reading:
    """Return the packed reading of that id in ``readings``; without one, read the file."""
    if article_id not in readings:
        return read_article(folder, article_id, settings)
    reading: Reading = pickle.loads(readings[article_id])
    return reading
