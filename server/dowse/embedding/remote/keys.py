"""Keys of remote endpoints: from the environment or the system's keyring, never from a setting and never shown.

A key belongs to one endpoint and is sent to no other. An editor that keeps a key for its user hands it over in the
environment of the server that it starts.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from dowse.embedding.installation import extra_command
from dowse.embedding.model import ModelError

if TYPE_CHECKING:
    from types import ModuleType

    from dowse.embedding.remote.address import Address

_log = logging.getLogger(__name__)

SERVICE = "dowse"
"""Under which keys stand in the keyring; the user name there is the account."""

_KNOWN_HOSTS = {"api.openai.com": "openai", "router.huggingface.co": "huggingface"}
_HUGGINGFACE_ENDPOINTS = ".endpoints.huggingface.cloud"

_OWN_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "huggingface": ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
}
"""What the services' own tools read, besides Dowse's variable, which goes first."""


class Key:
    """A secret that shows itself only to whoever asks for it by name."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Raise ModelError where ``secret`` cannot be a key: it could not be sent."""
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            raise ModelError("a key is one word of ASCII characters; the one that is set is not")
        self._secret = secret

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not stored")

    def reveal(self) -> str:
        """Return the secret, to be sent and nothing else."""
        return self._secret


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and where it was found."""

    key: Key
    source: str


class KeyringUnavailable(Exception):
    """The system's keyring cannot be used; the message says what to do."""


def account_of(address: Address) -> str:
    """Return the name under which an endpoint's key is kept: a known service's, else ``host`` or ``host:port``."""
    if address.host.endswith(_HUGGINGFACE_ENDPOINTS):
        return "huggingface"
    return _KNOWN_HOSTS.get(address.host, address.host)


def variable_of(account: str) -> str:
    """Return the environment variable that holds an account's key for Dowse."""
    return "DOWSE_KEY_" + re.sub(r"[^A-Z0-9]", "_", account.upper())


def find_key(account: str) -> FoundKey | None:
    """Return an account's key: Dowse's own variable, then the service's, then the keyring."""
    for variable in (variable_of(account), *_OWN_VARIABLES.get(account, ())):
        if secret := os.environ.get(variable, "").strip():
            return FoundKey(Key(secret), f"the variable {variable}")
    try:
        stored = _keyring().get_password(SERVICE, account)
    except KeyringUnavailable:
        return None
    except Exception as error:  # each backend has errors of its own
        _log.info("the keyring cannot be read: %s", type(error).__name__)
        return None
    return FoundKey(Key(stored), "the keyring") if stored else None


def store_key(account: str, key: Key) -> None:
    """Keep a key in the keyring. Raises KeyringUnavailable."""
    keyring = _keyring()
    try:
        keyring.set_password(SERVICE, account, key.reveal())
    except Exception as error:  # each backend has errors of its own
        raise KeyringUnavailable(_cannot("keeps no key", error, account)) from None


def remove_key(account: str) -> bool:
    """Remove a key from the keyring; False where there was none. Raises KeyringUnavailable."""
    keyring = _keyring()
    try:
        if not keyring.get_password(SERVICE, account):
            return False
        keyring.delete_password(SERVICE, account)
    except Exception as error:  # each backend has errors of its own
        raise KeyringUnavailable(_cannot("does not let go of the key", error, account)) from None
    return True


def how_to_give(account: str) -> str:
    """Say how a user gives an account's key."""
    own = _OWN_VARIABLES.get(account, ())
    return f"run 'dowse key set {account}' or set {' or '.join((variable_of(account), *own[:1]))}"


def _keyring() -> ModuleType:
    """Return the library, which knows the keyrings of all systems."""
    try:
        return import_module("keyring")
    except ImportError:
        raise KeyringUnavailable(f"keys are kept in the system's keyring by: {extra_command('keyring')}") from None


def _cannot(what: str, error: Exception, account: str) -> str:
    return f"the keyring {what} ({type(error).__name__}); set {variable_of(account)} instead"
