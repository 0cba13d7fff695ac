"""Translate the texts of the pages into the reader's language.

The code contains the texts in Chinese; ``translations/`` contains gettext catalogs for the other languages. The content of
articles is not translated: on a page in another language it is marked as Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import flask_babel
from flask import Flask, Response, g, has_app_context, request
from markupsafe import Markup, escape

import searchlib

_CHINESE = "zh_Hans"
_LOCALES = {"zh": _CHINESE, "en": "en"}
_CHINESE_TAG = "zh-Hans"
_OTHER_SCRIPTS = {"ja": re.compile("[\u3041-\u3096\u30a1-\u30fa]{2}"), "ko": re.compile("[\uac00-\ud7a3]{2}")}
"""The letters that identify the language of a text. Japanese also contains Han characters."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")
_WORDS_PER_HAN = 3
"""A text with more Latin words per Han character is not Chinese: it only quotes a Chinese word."""
_CACHED_TEXTS = 4096
"""The number of texts whose language is cached: titles, categories, authors and tags occur on many pages."""
_AUTO = "auto"
"""The setting that follows the browser's Accept-Language, with Chinese as the default."""


class PageLanguage:
    """A language of the pages: its tag for HTML, and its texts, each of which is looked up once."""

    def __init__(self, tag: str, catalog: Any) -> None:
        self.tag = tag
        self.translated: Callable[[str], str] = lru_cache(maxsize=None)(catalog.ugettext)
        self.counted_form: Callable[[str, int], str] = lambda text, count: catalog.ungettext(text, text, count)
        self.content_attribute = lru_cache(maxsize=_CACHED_TEXTS)(partial(content_language, around=tag))

    def text(self, text: str, **values: object) -> Markup:
        """Translate a text of a template, and insert the values, escaped."""
        translated = Markup(self.translated(text))
        return translated % values if values else translated

    def counted(self, text: str, count: int, **values: object) -> str:
        """Translate a text that contains ``%(count)s``, with the plural form that the language has for the count."""
        return self.counted_form(text, count) % {"count": f"{count:,}", **values}


def init_app(app: Flask, language: str) -> None:
    """Set the language of the pages; raise SettingsError if the setting ``language`` names none that is supported."""
    if language not in (*_LOCALES, _AUTO):
        supported = ", ".join(map(repr, (*_LOCALES, _AUTO)))
        raise searchlib.SettingsError(f"language must be one of {supported}, not {language!r}")
    flask_babel.Babel(app, default_locale=_CHINESE, locale_selector=partial(_locale, language))
    app.context_processor(_template_functions)
    if language == _AUTO:
        app.after_request(_vary_by_language)


def _template_functions() -> dict[str, Any]:
    """Return the functions of templates in the language of this request.

    Macros that call them are imported ``with context``. The extension of Jinja for translations is not used: a page has a
    hundred texts, and each would take three calls.
    """
    language = _page_language()
    return {
        "_": language.text,
        "counted": language.counted,
        "content_language": language.content_attribute,
        "page_language": language.tag,
        "as_content": as_content,
        "quoted": quoted,
    }


def _locale(language: str) -> str:
    if language != _AUTO:
        return _LOCALES[language]
    # accept_languages is sorted by preference. Its best_match would prefer an exact zh to an earlier en-US.
    accepted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((_LOCALES[tag] for tag in accepted if tag in _LOCALES), _CHINESE)


def _vary_by_language(response: Response) -> Response:
    if request.endpoint != "static":
        response.vary.add("Accept-Language")
    return response


def page_language() -> str:
    """Return the language tag of the page for HTML: zh-Hans or en."""
    return _page_language().tag


def _page_language() -> PageLanguage:
    """Return the language of the page, which is chosen once in a request."""
    chosen: PageLanguage | None = g.get("page_language") if has_app_context() else None
    if chosen is None:
        chosen = _language(str(flask_babel.get_locale() or _CHINESE))
        if has_app_context():
            g.page_language = chosen
    return chosen


@lru_cache
def _language(locale: str) -> PageLanguage:
    return PageLanguage(locale.replace("_", "-"), flask_babel.get_translations())


def content_language(text: str, *, around: str) -> Markup:
    """Return the ``lang`` attribute for a text in a content whose language is ``around``; empty if it has the same."""
    language = text_language(text) or _CHINESE_TAG
    return Markup("") if language == around else Markup(' lang="{}"').format(language)


@lru_cache(maxsize=_CACHED_TEXTS)
def text_language(text: str) -> str:
    """Return the language tag that the script of a text suggests; empty for a text without letters.

    Quotation marks and spaces look different in Chinese and Latin text, so the fonts of the page depend on the language.
    """
    for language, letters in _OTHER_SCRIPTS.items():
        if letters.search(text):
            return language
    han, words = len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))
    if han or words:
        return "en" if words > _WORDS_PER_HAN * han else _CHINESE_TAG
    return ""


def in_content(text: str) -> Markup:
    """Mark a text of the page that stands inside the content of an article with the page's language."""
    if page_language() == _CHINESE_TAG:
        return Markup(text)
    return Markup('<span lang="{}">{}</span> ').format(page_language(), Markup(text))


def gettext(text: str, **values: object) -> str:
    """Translate a text and insert the values."""
    translated = _page_language().translated(text)
    return translated % values if values else translated


def gettext_noop(text: str) -> str:
    """Mark a text for the catalog. The caller translates it with `gettext` when it is displayed."""
    return text


def counted(text: str, count: int, **values: object) -> str:
    """Translate a text that contains ``%(count)s``, with the plural form that the language has for the count."""
    return _page_language().counted(text, count, **values)


def note_text(note: searchlib.Note) -> Markup:
    """Return a note of the library in the language of the page, and mark the language of the reader's words that it quotes."""
    chinese, english = note.templates
    text = Markup(chinese if page_language() == _CHINESE_TAG else english)
    if not note.values:
        return text
    return text % {name: as_content(each) if isinstance(each, str) else each for name, each in note.values.items()}


def as_content(text: str) -> Markup:
    """Return a text of a reader or an article for a sentence of the page, with its language."""
    language = _page_language().content_attribute(text)
    return Markup("<span{}>{}</span>").format(language, text) if language else escape(text)


def quoted(text: str) -> Markup:
    """Return a text of the reader in quotation marks that differ from those in the text."""
    before, after = ("「", "」") if any(mark in text for mark in '“”"') else ("“", "”")
    return Markup("{}{}{}").format(before, as_content(text), after)
