"""The texts of the pages and their English: found in the code, kept in a .po file, compiled to the .mo file that is read.

``python -m tests.webui.catalog`` brings both files up to date and names the texts that are still to be translated in the .po file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tests.conftest import ROOT

FOLDER = ROOT / "webui" / "translations" / "en" / "LC_MESSAGES"
PO = FOLDER / "messages.po"
MO = FOLDER / "messages.mo"

_METHODS = {
    ROOT / "webui": [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.xml", "jinja2")],
    ROOT / "searchlib" / "query": [("**.py", "python")],
}
# `counted` takes one text, which other languages have two of.
_KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "counted": (1, 1), "Note": None}
_SINCE = datetime(2021, 1, 1, tzinfo=UTC)
"""In the place of the dates that a header has: they would only make changes."""


def extracted() -> Iterator[str | tuple[str, ...]]:
    """Every text in the code, as often as it stands there; a pair is one with a plural."""
    for folder, methods in _METHODS.items():
        for _, _, text, _, _ in extract_from_dir(
            folder, methods, {"templates/**": {"silent": "false"}}, keywords=_KEYWORDS, strip_comment_tags=False
        ):
            yield text


def read(path: Path) -> Catalog:
    """The catalog in a .po or .mo file."""
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="en")


def messages(catalog: Catalog) -> dict[str | tuple[str, ...], Message]:
    """The messages of a catalog without its header."""
    return {each.id if isinstance(each.id, str) else tuple(each.id): each for each in catalog if each.id}


def forms(message: Message) -> tuple[str, ...]:
    """What a message is translated to: one text, or one for one and one for many."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no English, or only one of its two forms."""
    found = messages(catalog).items()
    return [str(text) for text, each in found if not all(forms(each))]


def update() -> list[str]:
    """Write both files anew from the code and what is translated already; return the texts that are not."""
    known = messages(read(PO)) if PO.exists() else {}
    catalog = Catalog(
        locale="en",
        project="searchlib",
        version="1",
        header_comment="# The English texts of the pages. `python -m tests.webui.catalog` adds new texts and removes unused ones.",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=_SINCE,
        revision_date=_SINCE,
        fuzzy=False,
    )
    for text in dict.fromkeys(extracted()):
        catalog.add(text, known[text].string if text in known else ("", "") if isinstance(text, tuple) else "")
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True)
    with MO.open("wb") as file:
        write_mo(file, catalog)
    return untranslated(catalog)


if __name__ == "__main__":
    missing = update()
    print("\n".join(missing), file=sys.stderr)
    sys.exit(bool(missing))
