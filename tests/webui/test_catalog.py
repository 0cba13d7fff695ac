"""The English texts are those of the code, all of them, and the compiled file holds the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.webui import catalog

HAN = re.compile("[㐀-鿿]")


def test_every_text_of_the_code_is_in_the_catalog_and_no_other() -> None:
    assert set(catalog.messages(catalog.read(catalog.PO))) == set(catalog.extracted())


def test_every_text_is_translated() -> None:
    english = catalog.read(catalog.PO)
    assert catalog.untranslated(english) == []
    assert [each.id for each in english if each.fuzzy] == []
    assert [each.id for each in catalog.messages(english).values() if HAN.search(str(each.string))] == []


def test_a_translation_has_the_names_of_its_text() -> None:
    for text, message in catalog.messages(catalog.read(catalog.PO)).items():
        chinese = text if isinstance(text, str) else text[0]
        names = sorted(re.findall(r"%\(\w+\)s|\{\w+\}", chinese))
        for said in catalog.forms(message):
            assert sorted(re.findall(r"%\(\w+\)s|\{\w+\}", said)) == names, chinese
            assert "%" not in re.sub(r"%\(\w+\)s", "", said), chinese


def test_no_translation_ends_an_attribute_or_opens_a_tag() -> None:
    """Templates put them into attributes as they are."""
    for message in catalog.messages(catalog.read(catalog.PO)).values():
        assert not any(re.search('["<>&]', said) for said in catalog.forms(message)), message.id


def test_the_compiled_catalog_is_the_one_that_is_read() -> None:
    """Run ``python -m tests.webui.catalog`` where it is not."""
    compiled, written = catalog.read(catalog.MO), catalog.read(catalog.PO)
    assert {text: catalog.forms(each) for text, each in catalog.messages(compiled).items()} == {
        text: catalog.forms(each) for text, each in catalog.messages(written).items()
    }
    assert compiled.plural_expr == written.plural_expr


def test_the_files_are_as_the_command_writes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = catalog.PO.read_text(encoding="utf-8")
    monkeypatch.setattr(catalog, "MO", tmp_path / "messages.mo")
    copy = tmp_path / "messages.po"
    copy.write_text(before, encoding="utf-8")
    monkeypatch.setattr(catalog, "PO", copy)
    assert catalog.update() == []
    generator = re.compile('^"Generated-By: .*\n', re.MULTILINE)
    assert generator.sub("", copy.read_text(encoding="utf-8")) == generator.sub("", before)
