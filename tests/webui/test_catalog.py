"""The catalog contains exactly the texts of the code, all translated, and the compiled file agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.webui import catalog

HAN = re.compile("[㐀-鿿]")


def test_the_catalog_contains_exactly_the_texts_of_the_code() -> None:
    assert set(catalog.messages(catalog.read(catalog.PO))) == set(catalog.extracted())


def test_every_text_is_translated() -> None:
    english = catalog.read(catalog.PO)
    assert catalog.untranslated(english) == []
    assert [each.id for each in english if each.fuzzy] == []
    assert [each.id for each in catalog.messages(english).values() if HAN.search(str(each.string))] == []


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    for text, message in catalog.messages(catalog.read(catalog.PO)).items():
        chinese = text if isinstance(text, str) else text[0]
        names = sorted(re.findall(r"%\(\w+\)s|\{\w+\}", chinese))
        for translation in catalog.forms(message):
            assert sorted(re.findall(r"%\(\w+\)s|\{\w+\}", translation)) == names, chinese
            assert "%" not in re.sub(r"%\(\w+\)s", "", translation), chinese


def test_a_translation_contains_no_characters_that_need_escaping() -> None:
    """Templates insert translations into attributes without escaping."""
    for message in catalog.messages(catalog.read(catalog.PO)).values():
        assert not any(re.search('["<>&]', translation) for translation in catalog.forms(message)), message.id


def test_the_compiled_file_has_the_translations_of_the_source_file() -> None:
    """If this fails, run ``python -m tests.webui.catalog``."""
    compiled, written = catalog.read(catalog.MO), catalog.read(catalog.PO)
    assert {text: catalog.forms(each) for text, each in catalog.messages(compiled).items()} == {
        text: catalog.forms(each) for text, each in catalog.messages(written).items()
    }
    assert compiled.plural_expr == written.plural_expr


def test_an_update_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = catalog.PO.read_text(encoding="utf-8")
    monkeypatch.setattr(catalog, "MO", tmp_path / "messages.mo")
    copy = tmp_path / "messages.po"
    copy.write_text(before, encoding="utf-8")
    monkeypatch.setattr(catalog, "PO", copy)
    assert catalog.update() == []
    generator = re.compile('^"Generated-By: .*\n', re.MULTILINE)
    assert generator.sub("", copy.read_text(encoding="utf-8")) == generator.sub("", before)
