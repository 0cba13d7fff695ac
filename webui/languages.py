"""Say the texts of the pages in the reader's language.

They stand in the code in Chinese; ``translations/`` has them in the other languages, as gettext catalogs. What articles hold is
nobody's to translate: on a page in another language it is marked as Chinese.
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
"""The language is what the browser asks for, and Chinese where it asks for none of these."""


def init_app(app: Flask, language: str) -> None:
    """Show the pages in that language of the settings.

    Raises:
        SettingsError: there is no such language.
    """
    if language not in (*_LOCALES, _AUTO):
        known = ", ".join(map(repr, (*_LOCALES, _AUTO)))
        raise searchlib.SettingsError(f"language must be one of {known}, not {language!r}")
    flask_babel.Babel(app, default_locale=_CHINESE, locale_selector=partial(_locale, language))
    for function in (counted, page_language, content_language):
        app.add_template_global(function)
    if language == _AUTO:
        app.after_request(_varied)


def _locale(language: str) -> str:
    if language != _AUTO:
        return _LOCALES[language]
    # The best first. `best_match` would take a later zh for an exact match before an earlier en-US.
    asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((_LOCALES[tag] for tag in asked if tag in _LOCALES), _CHINESE)


def _varied(response: Response) -> Response:
    if request.endpoint != "static":
        response.vary.add("Accept-Language")
    return response


def page_language() -> str:
    """The language of this answer as HTML names it: zh-Hans or en."""
    return str(flask_babel.get_locale() or _CHINESE).replace("_", "-")


def content_language() -> Markup:
    """The attribute that marks what articles hold as Chinese, on a page that is not."""
    return Markup("") if page_language().startswith("zh") else Markup(' lang="zh-Hans"')


def gettext(text: str, **values: object) -> str:
    """A text in the reader's language, with these values in the places of its names."""
    said: str = flask_babel.gettext(text, **values)
    return said


def counted(text: str, count: int, **values: object) -> str:
    """A text that holds ``%(count)s``: other languages than Chinese have a form of their own for one."""
    said: str = flask_babel.ngettext(text, text, count, count=f"{count:,}", **values)
    return said


def note_text(note: searchlib.Note) -> Markup:
    """What the library says to a reader; the reader's words that it repeats are marked as Chinese."""
    said = Markup(gettext(note.template))
    return said % {name: _marked(value) for name, value in note.values.items()} if note.values else said


def _marked(value: object) -> object:
    language = content_language()
    return Markup("<span{}>{}</span>").format(language, value) if language and isinstance(value, str) else value
