"""A cluster with TLS accepts the credentials of the environment and no others, and no secret is logged."""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

import searchlib
from searchlib.engines.opensearch.client.address import CA_VARIABLE, PASSWORD_VARIABLE, TOKEN_VARIABLE, USER_VARIABLE
from tests.conftest import SAMPLES
from tests.engines.opensearch.cluster import Cluster
from tests.engines.opensearch.gate import gate

USER, PASSWORD, TOKEN = "reader", "s3cret:芝麻开门", "t0ken-of-mine"
BASIC = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """Return the TLS context of a server, and the file with the authority that signed its certificate."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return context, file


@pytest.fixture(params=[BASIC, f"Bearer {TOKEN}"], ids=["password", "token"])
def guarded(
    request: pytest.FixtureRequest,
    cluster: Cluster,
    authority: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """Return the address of an index behind a gate, with the right credentials in the environment."""
    context, file = authority
    monkeypatch.setenv(CA_VARIABLE, str(file))
    if request.param == BASIC:
        monkeypatch.setenv(USER_VARIABLE, USER)
        monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    else:
        monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    with gate(cluster.nodes[0].host, context, request.param) as port:
        yield f"opensearchs://127.0.0.1:{port}/guarded?replicas=0"


def test_an_index_behind_a_gate_is_built_and_searched(guarded: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    searchlib.build_index(SAMPLES, guarded, jobs=2)
    with searchlib.open_index(guarded) as index:
        assert index.search("元宇宙").hits[0].id == "internet/metaverse-word.md"
    assert "guarded" in caplog.text
    for secret in (PASSWORD, TOKEN, BASIC):
        assert secret not in caplog.text


def test_wrong_credentials_are_an_error_that_names_the_variables(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (PASSWORD_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.setenv(variable, "another")
    with pytest.raises(searchlib.IndexUnavailableError, match=PASSWORD_VARIABLE) as refused:
        searchlib.open_index(guarded)
    assert "another" not in str(refused.value)


def test_a_server_with_an_untrusted_certificate_gets_no_request(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CA_VARIABLE)
    with pytest.raises(searchlib.IndexUnavailableError, match=CA_VARIABLE):
        searchlib.open_index(guarded)
