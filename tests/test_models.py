"""Models are frozen data, and convert to JSON."""

from __future__ import annotations

import dataclasses
import json
import pickle
from datetime import date, datetime, timedelta, timezone

import pytest

from searchlib import (
    Advice,
    Article,
    ArticleError,
    BuildReport,
    CategoryNode,
    FacetValue,
    Hit,
    Note,
    Repeat,
    Results,
    Suggestion,
    Token,
    errors,
    models,
)

CHINA = timezone(timedelta(hours=8))
MODELS = [each for each in vars(models).values() if isinstance(each, type) and dataclasses.is_dataclass(each)]

HIT = Hit(
    id="a/b.md",
    title="元宇宙",
    date=datetime(2021, 11, 20, 8, tzinfo=CHINA),
    author="某人",
    categories=("新媒体",),
    tags=(),
    path="a/b.md",
    score=7.1,
    title_spans=(("元宇宙", True),),
    snippets=((("…", False), ("元宇宙", True)),),
    repeats=(Repeat(id="c.md", title="元宇宙（转）"),),
    repeats_total=1,
    category_paths=(("新媒体",),),
)
RESULTS = Results(
    query="元宇宙",
    searched="元宇宙",
    total=1,
    page=1,
    size=10,
    took_ms=1.9,
    relaxed=False,
    correction=None,
    notes=(Note("%(number)s句话", "%(number)s", number="一"),),
    hits=(HIT,),
    facets={"category": (FacetValue(value="新媒体", count=1, selected=False),), "tag": ()},
    category_tree=(CategoryNode(path=("新媒体",), value="新媒体", count=1, selected=False),),
    full=1,
    advice=(Advice(kind="tag", values=("甲",), query="元宇宙", total=2),),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_frozen_slotted_and_keyword_only(model: type) -> None:
    assert model.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(model)
    assert all(each.kw_only for each in dataclasses.fields(model))
    assert model.__doc__


def test_a_model_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        HIT.title = "x"


def test_results_have_the_json_of_the_contract() -> None:
    assert json.loads(json.dumps(RESULTS.to_dict())) == {
        "query": "元宇宙",
        "searched": "元宇宙",
        "total": 1,
        "folded": 0,
        "page": 1,
        "size": 10,
        "took_ms": 1.9,
        "relaxed": False,
        "correction": None,
        "notes": ["一句话"],
        "hits": [
            {
                "id": "a/b.md",
                "title": "元宇宙",
                "date": "2021-11-20T08:00:00+08:00",
                "author": "某人",
                "categories": ["新媒体"],
                "tags": [],
                "path": "a/b.md",
                "score": 7.1,
                "title_spans": [["元宇宙", True]],
                "snippets": [[["…", False], ["元宇宙", True]]],
                "explanation": None,
                "repeats": [{"id": "c.md", "title": "元宇宙（转）"}],
                "repeats_total": 1,
                "category_paths": [["新媒体"]],
                "extra": {},
                "url": "",
                "heading": "",
                "name_spans": [],
            }
        ],
        "facets": {"category": [{"value": "新媒体", "count": 1, "selected": False}], "tag": []},
        "category_tree": [{"path": ["新媒体"], "value": "新媒体", "count": 1, "selected": False}],
        "full": 1,
        "advice": [{"kind": "tag", "values": ["甲"], "query": "元宇宙", "total": 2}],
        "date_offer": None,
        "explanation": None,
        "operators": [],
    }


def test_a_note_is_a_text_in_two_languages_with_its_templates_and_values() -> None:
    note = Note("前 %(limit)s 个字符", "the first %(limit)s characters", limit=1000)
    assert note == "前 1000 个字符"
    assert note.english == "the first 1000 characters"
    assert (note.templates, note.values) == (("前 %(limit)s 个字符", "the first %(limit)s characters"), {"limit": 1000})
    assert (Note("100% 如此", "100% so"), Note("100% 如此", "100% so").english) == ("100% 如此", "100% so")
    for copy in (pickle.loads(pickle.dumps(note)), dataclasses.replace(RESULTS, notes=(note,)).notes[0]):
        assert (copy, copy.templates, copy.values) == (note, note.templates, note.values)


def test_a_missing_value_is_null() -> None:
    assert dataclasses.replace(HIT, date=None).to_dict()["date"] is None


def test_front_matter_of_any_type_becomes_plain() -> None:
    article = Article(
        id="a.md",
        path="a.md",
        title="t",
        body="",
        extra={
            "day": date(2021, 1, 2),
            3: [1, ("x", {"y": datetime(2021, 1, 2, tzinfo=CHINA)})],
            "no": None,
            "b": True,
        },
    )
    assert article.to_dict()["extra"] == {
        "day": "2021-01-02",
        "3": [1, ["x", {"y": "2021-01-02T00:00:00+08:00"}]],
        "no": None,
        "b": True,
    }


@pytest.mark.parametrize(
    ("author", "names"),
    [("", ()), ("甲", ("甲",)), ("甲、乙", ("甲", "乙")), ("甲、 乙 、甲、、", ("甲", "乙"))],
)
def test_an_article_has_a_list_of_its_authors(author: str, names: tuple[str, ...]) -> None:
    assert Article(id="a", path="a", title="", body="", author=author).authors == names


@pytest.mark.parametrize(
    "model",
    [
        HIT,
        RESULTS,
        Token(text="a", start=0, end=1, position=0),
        Suggestion(text="a", kind="tag", count=1),
        BuildReport(added=1, updated=0, deleted=0, unchanged=0, failed=(("a", "b"),), salvaged=(), seconds=0.1),
    ],
)
def test_a_model_can_be_copied_compared_and_pickled(model: models.Model) -> None:
    assert pickle.loads(pickle.dumps(model)) == model == dataclasses.replace(model)  # type: ignore[type-var]
    assert json.dumps(model.to_dict())


def test_an_article_error_has_a_path_and_a_reason_and_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(ArticleError("a/b.md", "it is empty")))
    assert (error.path, error.reason, str(error)) == ("a/b.md", "it is empty", "a/b.md: it is empty")


def test_the_docstring_of_errors_contains_their_tree() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    tree = errors.__doc__ or ""
    assert [kind.__name__ for kind in kinds if f" {kind.__name__} " not in tree] == ["SearchlibError"]
    assert tree.count("── ") == len(kinds) - 1
