"""The API gives the facts that the page shows: the tree, how many hold all words, what to leave out."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_tree_is_in_the_json_with_the_values_that_choose_its_places(samples: FlaskClient) -> None:
    answer = samples.get("/api/search", query_string={"category": "旅行 > 铁路 > 历史"}).get_json()
    assert answer["total"] == 1
    tree = {tuple(node["path"]): node for node in answer["category_tree"]}
    chosen = tree["旅行", "铁路", "历史"]
    assert (chosen["value"], chosen["count"], chosen["selected"]) == ("旅行 > 铁路 > 历史", 1, True)
    assert tree["旅行", "铁路"]["value"] == "铁路"
    assert answer["hits"][0]["category_paths"] == [["旅行", "铁路", "历史"]]


def test_so_is_what_was_relaxed_and_what_to_leave_out(samples: FlaskClient) -> None:
    relaxed = samples.get("/api/search", query_string={"q": "铅笔 木头"}).get_json()
    assert (relaxed["relaxed"], relaxed["full"], relaxed["total"]) == (True, 2, 5)
    nothing = samples.get("/api/search", query_string={"q": "元宇宙", "category": "美食", "explain": "1"}).get_json()
    (advice,) = nothing["advice"]
    found = samples.get("/api/search", query_string={"q": advice["query"]}).get_json()
    assert (advice["kind"], advice["values"], advice["total"]) == ("category", ["美食"], found["total"])
