"""Remove the secrets from front matter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from searchlib.common.lazy_pattern import lazy_pattern
from searchlib.sources.front_matter.keys import MAX_KEY_LENGTH, normal_key
from searchlib.sources.front_matter.values import as_bool
from searchlib.sources.front_matter.yaml_loader import PlainScalar

_MAX_DEPTH = 100
"""Values that are nested deeper are removed without a check for secrets."""

_PASSWORD = lazy_pattern("password|passwd|passphrase|passcode|pwd|密[码碼]|口令")
_ABOUT_PASSWORD = lazy_pattern("hint|message|prompt|placeholder|label|wrong|提示")
_SECRET = lazy_pattern(
    "secret(?!ar)|credential|(?:api|app|access|auth|private|public|secret|encrypt|encryption|decrypt|signing|session|license)key|"
    "(?:token|cookie|bearer)s?$|authorization|密[钥鑰]|令牌"
)
_PASSWORDS = frozenset(("pass", "pincode"))
_ENCRYPTION = frozenset(("encrypt", "encrypted", "isencrypted", "doencrypt", "postencrypt", "加密", "是否加密"))
"""Keys that mark a text as encrypted with any value, except one that means false."""

_LOCKS = frozenset(
    ("secret", "issecret", "protect", "protected", "isprotected", "encryption", "lock", "locked", "islocked")
)
"""Keys that mark a text as encrypted with a value that means true."""

_HASHED_PASSWORDS = "keys"
"""The key of a list of MD5 password hashes in vuepress-theme-reco."""

_PIN = "pin"
"""The key of a password that is a number of at least four digits. Other values pin an article to the top in Chirpy."""

_PIN_NUMBER = lazy_pattern("[0-9]{4,}")
_MD5 = lazy_pattern("[0-9a-fA-F]{32}")
_SECTIONS = frozenset(("extra", "params", "meta", "custom", "encrypt", "encryption", "protect"))
"""Keys of nested mappings that contain settings of the article: ``[extra]`` of Zola, ``params`` of Hugo."""

_TEXT_TYPES = frozenset((str, PlainScalar))


class _Kind(Enum):
    """The meaning of a key's name."""

    PASSWORD = auto()
    SECRET = auto()
    ENCRYPTION = auto()
    LOCK = auto()
    HASHES = auto()
    PIN = auto()
    SECTION = auto()


_NEVER_ENCRYPT = frozenset((_Kind.SECRET, _Kind.SECTION))


@lru_cache(maxsize=4096)  # cached: the articles of an archive share their keys
def _kinds(key: str) -> tuple[_Kind, ...]:
    name = normal_key(key)
    kinds = (
        (_Kind.PASSWORD, (_PASSWORD.search(name) or name in _PASSWORDS) and not _ABOUT_PASSWORD.search(name)),
        (_Kind.SECRET, _PASSWORD.search(name) or _SECRET.search(name) or name in _PASSWORDS),
        (_Kind.ENCRYPTION, name in _ENCRYPTION),
        (_Kind.LOCK, name in _LOCKS),
        (_Kind.HASHES, name == _HASHED_PASSWORDS),
        (_Kind.PIN, name == _PIN),
        (_Kind.SECTION, name in _SECTIONS),
    )
    return tuple(kind for kind, holds in kinds if holds)


def is_secret(key: str) -> bool:
    """Return whether a key holds a secret, with any value."""
    return _Kind.SECRET in _kinds(key[:MAX_KEY_LENGTH])


def can_encrypt(key: str) -> bool:
    """Return whether a value of a key can mark the text as encrypted."""
    return not _NEVER_ENCRYPT.issuperset(_kinds(key[:MAX_KEY_LENGTH]))


def encrypts(key: str, value: Any) -> bool:
    """Return whether a key with this value marks the text as encrypted."""
    return any(_encrypts(kind, value) for kind in _kinds(key[:MAX_KEY_LENGTH]))


def remove_secrets(values: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return front matter without secret values, and whether it marks the text as encrypted.

    Passwords, tokens and keys are removed at any depth. A password that is not empty marks the text as encrypted.
    """
    is_encrypted = False

    def clean(value: Any, depth: int, *, in_section: bool) -> Any:
        nonlocal is_encrypted
        if isinstance(value, Mapping):
            if depth > _MAX_DEPTH:
                return {}
            cleaned: dict[str, Any] = {}
            for key, each in value.items():
                kinds = _kinds(key[:MAX_KEY_LENGTH]) if isinstance(key, str) else ()
                if not kinds and isinstance(each, str):  # the case of most values
                    cleaned[key] = each
                    continue
                is_password = bool(kinds) and any(_encrypts(kind, each) for kind in kinds)
                is_encrypted = is_encrypted or (is_password and in_section)
                section = (
                    in_section and _Kind.SECTION in kinds and not (_Kind.ENCRYPTION in kinds and _is_disabled(each))
                )
                inner = each if isinstance(each, str) else clean(each, depth + 1, in_section=section)
                if not is_password and _Kind.SECRET not in kinds:
                    cleaned[key] = inner
            return cleaned
        if isinstance(value, (list, tuple)):
            if _TEXT_TYPES.issuperset(map(type, value)):
                return value
            return [clean(each, depth + 1, in_section=False) for each in value] if depth <= _MAX_DEPTH else []
        return value

    cleaned: dict[str, Any] = clean(values, 0, in_section=True)
    return cleaned, is_encrypted


def _encrypts(kind: _Kind, value: Any) -> bool:
    """Return whether a value marks the text as encrypted, by the kind of its key."""
    if kind is _Kind.LOCK:
        return as_bool(value) is True
    if kind is _Kind.HASHES:
        hashes = value if isinstance(value, list) else [value]
        return bool(hashes) and all(isinstance(each, str) and _MD5.fullmatch(each.strip()) for each in hashes)
    if kind is _Kind.PIN:
        return _PIN_NUMBER.fullmatch(str(value).strip()) is not None
    if kind not in (_Kind.PASSWORD, _Kind.ENCRYPTION) or value in (None, "", [], {}):
        return False
    if isinstance(value, Mapping):
        return not _is_disabled(value)
    is_digits = isinstance(value, str) and value.strip().isdecimal()
    # 0 is a password like any other number.
    return as_bool(value) is not False or (kind is _Kind.PASSWORD and (is_digits or type(value) is int))


def _is_disabled(value: Any) -> bool:
    """Return whether a value is a mapping that switches encryption off: ``encrypt: {enable: false}``."""
    return isinstance(value, Mapping) and any(
        normal_key(str(key)) in ("enable", "enabled") and as_bool(each) is False for key, each in value.items()
    )
