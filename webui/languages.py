"""Translate the texts of the pages into the reader's language.

The code contains the texts in Chinese; ``translations/`` contains gettext catalogs for the other languages. The content of
articles is not translated: on a page in another language it is marked as Chinese.
"""

from __future__ import annotations

from functools import partial

import flask_babel
from flask import Flask, Response, request
from markupsafe import Markup

import searchlib

_CHINESE = "zh_Hans"
_LOCALES = {"zh": _CHINESE, "en": "en"}
_AUTO = "auto"
"""The setting that follows the browser's Accept-Language, with Chinese as the default."""


def init_app(app: Flask, language: str) -> None:
    """Set the language of the pages; raise SettingsError if the setting ``language`` names none that is supported."""
    if language not in (*_LOCALES, _AUTO):
        supported = ", ".join(map(repr, (*_LOCALES, _AUTO)))
        raise searchlib.SettingsError(f"language must be one of {supported}, not {language!r}")
    flask_babel.Babel(app, default_locale=_CHINESE, locale_selector=partial(_locale, language))
    for function in (counted, page_language, content_language):
        app.add_template_global(function)
    if language == _AUTO:
        app.after_request(_vary_by_language)


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
    return str(flask_babel.get_locale() or _CHINESE).replace("_", "-")


def content_language() -> Markup:
    """Return the ``lang`` attribute for content of articles; empty on a Chinese page, which needs none."""
    return Markup("") if page_language().startswith("zh") else Markup(' lang="zh-Hans"')


def in_content(text: str) -> Markup:
    """Mark a text of the page that stands inside the content of an article with the page's language."""
    if not content_language():
        return Markup(text)
    return Markup('<span lang="{}">{}</span> ').format(page_language(), Markup(text))


def gettext(text: str, **values: object) -> str:
    """Translate a text and insert the values."""
    translation: str = flask_babel.gettext(text, **values)
    return translation


def gettext_noop(text: str) -> str:
    """Mark a text for the catalog. The caller translates it with `gettext` when it is displayed."""
    return text


def counted(text: str, count: int, **values: object) -> str:
    """Translate a text that contains ``%(count)s``, with the plural form that the language has for the count."""
    translation: str = flask_babel.ngettext(text, text, count, count=f"{count:,}", **values)
    return translation


def note_text(note: searchlib.Note) -> Markup:
    """Translate a note of the library, and mark the reader's words that it quotes as Chinese."""
    text = Markup(gettext(note.template))
    return text % {name: _as_content(value) for name, value in note.values.items()} if note.values else text


def _as_content(value: object) -> object:
    language = content_language()
    return Markup("<span{}>{}</span>").format(language, value) if language and isinstance(value, str) else value
