"""The catalog of English texts: extract them from the code, store them in a .po file, and compile that to a .mo file.

``python -m tests.webui.catalog`` updates both files and prints the texts that have no translation yet.
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
}
# `counted` takes one Chinese text, which has a singular and a plural in other languages.
_KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "counted": (1, 1)}
_SINCE = datetime(2021, 1, 1, tzinfo=UTC)
"""A fixed date for the header, so that an update changes nothing but texts."""


def extracted() -> Iterator[str | tuple[str, ...]]:
    """Yield every text in the code, with repetitions. A pair is a text with a plural."""
    for folder, methods in _METHODS.items():
        for _, _, text, _, _ in extract_from_dir(
            folder, methods, {"templates/**": {"silent": "false"}}, keywords=_KEYWORDS, strip_comment_tags=False
        ):
            yield text


def read(path: Path) -> Catalog:
    """Read a .po or .mo file."""
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="en")


def messages(catalog: Catalog) -> dict[str | tuple[str, ...], Message]:
    """Return the messages of a catalog by text, without the header."""
    return {each.id if isinstance(each.id, str) else tuple(each.id): each for each in catalog if each.id}


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one text, or a singular and a plural."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts without a translation, or with only one of two forms."""
    return [str(text) for text, each in messages(catalog).items() if not all(forms(each))]


def update() -> list[str]:
    """Write both files from the code and the existing translations. Return the texts without a translation."""
    existing = messages(read(PO)) if PO.exists() else {}
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
        catalog.add(text, existing[text].string if text in existing else ("", "") if isinstance(text, tuple) else "")
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True)
    with MO.open("wb") as file:
        write_mo(file, catalog)
    return untranslated(catalog)


if __name__ == "__main__":
    missing = update()
    print("\n".join(missing), file=sys.stderr)
    sys.exit(bool(missing))
