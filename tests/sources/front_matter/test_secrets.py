"""Secrets leave no trace in front matter."""

from __future__ import annotations

from typing import Any

import pytest

from searchlib.sources.front_matter.metadata import Metadata
from searchlib.sources.front_matter.secrets import remove_secrets
from searchlib.sources.front_matter.split import split_front_matter

SECRET = "zhimakaimen"


@pytest.mark.parametrize(
    "key",
    "password Password passwd PASSWD pwd passphrase passcode post_password enc_pwd pass-word 密码 访问密码 口令".split(),
)
def test_a_password_is_removed_and_encrypts_the_text(key: str) -> None:
    assert remove_secrets({"title": "题", key: SECRET}) == ({"title": "题"}, True)


@pytest.mark.parametrize(
    "key",
    "secret client_secret token access-token accessToken api_key apiKey API-KEY appKey private_key credentials authorization "
    "password_hint passwordMessage cookie 密钥".split(),
)
def test_another_secret_is_removed_and_encrypts_nothing(key: str) -> None:
    assert remove_secrets({"title": "题", key: SECRET}) == ({"title": "题"}, False)


@pytest.mark.parametrize("key", ["tokenizer", "secretary", "keys", "key", "keywords", "passage", "author", "monkey"])
def test_keys_that_only_look_like_secrets_stay(key: str) -> None:
    assert remove_secrets({key: "文"}) == ({key: "文"}, False)


@pytest.mark.parametrize(
    ("values", "is_encrypted"),
    [
        ({"encrypt": True}, True),
        ({"encrypt": "yes"}, True),
        ({"encrypt": {"enable": True, "password": SECRET}}, True),
        ({"encrypt": {"enable": False}}, False),
        ({"encrypt": {"enable": False, "password": SECRET}}, False),
        ({"encrypt": False}, False),
        ({"encrypted": "是"}, True),
        ({"protected": True}, True),
        ({"locked": "no"}, False),
        ({"secret": True}, True),
        ({"password": ""}, False),
        ({"password": None}, False),
        ({"password": False}, False),
        ({"password": 0}, True),
        ({"password": "0"}, True),
        ({"password": ["一", "二"]}, True),
        ({"extra": {"password": SECRET}}, True),
        ({"params": {"encrypt": True}}, True),
        ({"comments": {"password": SECRET}}, False),
        ({"keys": ["e10adc3949ba59abbe56e057f20f883e"]}, True),
    ],
)
def test_the_values_say_whether_the_text_is_encrypted(values: dict[str, Any], is_encrypted: bool) -> None:
    cleaned, encrypted = remove_secrets(values)
    assert encrypted is is_encrypted
    assert SECRET not in str(cleaned)


def test_secrets_are_removed_at_any_depth() -> None:
    values = {"a": [{"b": {"password": SECRET, "c": 1}}], "d": {"e": [[{"token": SECRET}]]}}
    assert remove_secrets(values) == ({"a": [{"b": {"c": 1}}], "d": {"e": [[{}]]}}, False)


def test_no_secret_is_in_extra_and_none_in_a_message_about_broken_front_matter() -> None:
    front_matter = split_front_matter(f"---\ntitle: 题\npassword: *{SECRET}\n---\n文")
    metadata = Metadata(front_matter.metadata)
    assert metadata.is_encrypted
    assert metadata.extra("") == {}
    assert front_matter.problem == "front matter: line 3: found undefined alias"
