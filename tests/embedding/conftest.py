"""What the tests of models share."""

from collections.abc import Iterator

import pytest

from dowse.embedding.remote import http, keys
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import ModelSettings
from embedding.endpoint import Endpoint, running
from embedding.scripted import TIMEOUT


@pytest.fixture
def worker() -> Iterator[EmbeddingWorker]:
    """What embeds, with default settings."""
    worker = EmbeddingWorker(ModelSettings())
    yield worker
    worker.stop(TIMEOUT)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint whose vectors depend on the texts alone."""
    with running() as endpoint:
        yield endpoint


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let failed requests be tried again without a pause, unless the endpoint asks for one."""
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.0)


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment without keys and a keyring that a test fills: account → key."""
    for variable in ("OPENAI_API_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "DOWSE_KEY_OPENAI"):
        monkeypatch.delenv(variable, raising=False)
    stored: dict[str, str] = {}

    class Keyring:
        """The library's functions over a dictionary."""

        @staticmethod
        def get_password(service: str, account: str) -> str | None:
            assert service == "dowse"
            return stored.get(account)

        @staticmethod
        def set_password(service: str, account: str, secret: str) -> None:
            stored[account] = secret

        @staticmethod
        def delete_password(service: str, account: str) -> None:
            del stored[account]

    monkeypatch.setattr(keys, "_keyring", lambda: Keyring)
    return stored
