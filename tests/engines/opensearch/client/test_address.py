"""An address names an index in a cluster, and contains no secret."""

from __future__ import annotations

import pytest

import searchlib
from searchlib.engines.opensearch.client.address import parse_address, read_credentials


def test_an_address_names_hosts_an_index_and_shards() -> None:
    address = parse_address("opensearchs://a.example,b.example:9201,[::1]:9202/articles?shards=3&replicas=0")
    assert address.hosts == (("a.example", 9200), ("b.example", 9201), ("::1", 9202))
    assert (address.name, address.is_secure, address.shards, address.replicas) == ("articles", True, 3, 0)
    assert str(address) == "opensearchs://a.example:9200,b.example:9201,[::1]:9202/articles"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("opensearch://host:9200", "not the name of an index"),
        ("opensearch://host:9200/Name", "not the name of an index"),
        ("opensearch://host:9200/-name", "not the name of an index"),
        ("opensearch://host:9200/a/b", "not the name of an index"),
        ("opensearch:///name", "not a host"),
        ("opensearch://host:99999/name", "not a host"),
        ("opensearch://host/name?shards=0", "shards must be a number"),
        ("opensearch://host/name?replicas=many", "replicas must be a number"),
        ("opensearch://host/name?nodes=3", "unknown option 'nodes'"),
    ],
)
def test_an_invalid_address_is_an_error_that_names_the_part(text: str, message: str) -> None:
    with pytest.raises(searchlib.NoIndexError, match=message):
        searchlib.open_index(text)


def test_a_password_in_an_address_is_rejected_and_not_repeated() -> None:
    with pytest.raises(searchlib.NoIndexError, match="SEARCHLIB_OPENSEARCH_PASSWORD") as error:
        searchlib.open_index("opensearch://user:secret@host/name")
    assert "secret" not in str(error.value)


def test_credentials_come_from_the_environment_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHLIB_OPENSEARCH_USER", "reader")
    monkeypatch.setenv("SEARCHLIB_OPENSEARCH_PASSWORD", "secret")
    credentials = read_credentials(parse_address("opensearchs://host/name"))
    assert (credentials.user, credentials.password) == ("reader", "secret")
    assert "secret" not in repr(credentials)


def test_credentials_are_sent_over_a_network_with_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHLIB_OPENSEARCH_TOKEN", "secret")
    with pytest.raises(searchlib.NoIndexError, match="opensearchs://"):
        read_credentials(parse_address("opensearch://host/name"))
    assert read_credentials(parse_address("opensearch://localhost/name")).token
