"""Addresses say where an index lies, and nothing that is secret."""

from __future__ import annotations

import pytest

import searchlib
from searchlib.engines.opensearch.client.address import parse_address, read_credentials


def test_an_address_names_hosts_index_and_shards() -> None:
    address = parse_address("opensearchs://a.example,b.example:9201,[::1]:9202/articles?shards=3&replicas=0")
    assert address.hosts == (("a.example", 9200), ("b.example", 9201), ("::1", 9202))
    assert (address.name, address.secure, address.shards, address.replicas) == ("articles", True, 3, 0)
    assert str(address) == "opensearchs://a.example:9200,b.example:9201,[::1]:9202/articles"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("opensearch://host:9200", "no name of an index"),
        ("opensearch://host:9200/Name", "no name of an index"),
        ("opensearch://host:9200/-name", "no name of an index"),
        ("opensearch://host:9200/a/b", "no name of an index"),
        ("opensearch:///name", "no host"),
        ("opensearch://host:99999/name", "no host"),
        ("opensearch://host/name?shards=0", "shards must be a number"),
        ("opensearch://host/name?replicas=many", "replicas must be a number"),
        ("opensearch://host/name?nodes=3", "no option 'nodes'"),
    ],
)
def test_what_is_no_address_is_said_to_be_none(text: str, said: str) -> None:
    with pytest.raises(searchlib.NoIndexError, match=said):
        searchlib.open_index(text)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(searchlib.NoIndexError, match="SEARCHLIB_OPENSEARCH_PASSWORD") as error:
        searchlib.open_index("opensearch://user:secret@host/name")
    assert "secret" not in str(error.value)


def test_credentials_come_from_the_environment_and_are_not_shown() -> None:
    found = read_credentials(
        parse_address("opensearchs://host/name"),
        {"SEARCHLIB_OPENSEARCH_USER": "reader", "SEARCHLIB_OPENSEARCH_PASSWORD": "secret"},
    )
    assert (found.user, found.password) == ("reader", "secret")
    assert "secret" not in repr(found)


def test_a_password_goes_over_no_network_that_can_be_read() -> None:
    with pytest.raises(searchlib.NoIndexError, match="opensearchs://"):
        read_credentials(parse_address("opensearch://host/name"), {"SEARCHLIB_OPENSEARCH_TOKEN": "secret"})
    assert read_credentials(
        parse_address("opensearch://localhost/name"), {"SEARCHLIB_OPENSEARCH_TOKEN": "secret"}
    ).token
