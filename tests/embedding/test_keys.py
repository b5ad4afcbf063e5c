"""Keys come from the environment or the keyring, go to one endpoint each, and show nowhere."""

import logging
import pickle

import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.providers import open_model
from dowse.embedding.remote import keys
from dowse.embedding.remote.address import Address
from dowse.embedding.remote.keys import Key, KeyringUnavailable, account_of, find_key, store_key
from dowse.settings import ModelSettings
from embedding.endpoint import Endpoint, status

SECRET = "sk-4242424242"


def test_a_key_shows_only_to_whoever_asks_for_it() -> None:
    key = Key(f" {SECRET}\n")
    assert key.reveal() == SECRET
    assert SECRET not in f"{key} {key!r} {[key]} {vars(type(key))}"
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize("secret", ["", "two words", "line\nline", "clé", "a\x00b"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ModelError) as failure:
        Key(secret)
    assert not secret or secret not in str(failure.value)


def test_dowses_variable_goes_first_then_the_service_s_then_the_keyring(
    no_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_key("openai") is None
    sources = []
    no_keys["openai"] = "sk-1"
    for variable in ("", "OPENAI_API_KEY", "DOWSE_KEY_OPENAI"):
        if variable:
            monkeypatch.setenv(variable, f"sk-{variable}")
        found = find_key("openai")
        assert found is not None
        sources.append((found.source, found.key.reveal()))
    assert sources == [
        ("the keyring", "sk-1"),
        ("the variable OPENAI_API_KEY", "sk-OPENAI_API_KEY"),
        ("the variable DOWSE_KEY_OPENAI", "sk-DOWSE_KEY_OPENAI"),
    ]


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://router.huggingface.co/hf-inference", "huggingface"),
        ("https://abc.eu.endpoints.huggingface.cloud", "huggingface"),
        ("https://API.openai.com.evil.example/v1", "api.openai.com.evil.example"),
        ("https://evil.example/api.openai.com", "evil.example"),
        ("https://llm.example.com:8443/v1", "llm.example.com:8443"),
    ],
)
def test_a_key_belongs_to_one_host(url: str, account: str) -> None:
    assert account_of(Address("m", url)) == account


def test_the_key_of_a_service_is_not_sent_to_another_endpoint(
    endpoint: Endpoint, no_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("DOWSE_KEY_OPENAI", SECRET)
    no_keys["openai"] = SECRET
    open_model(endpoint.openai, ModelSettings()).embed_query("a")
    assert all("Authorization" not in headers for headers in endpoint.headers)
    assert SECRET not in repr(endpoint.headers)


def test_an_endpoint_gets_its_own_key(endpoint: Endpoint, no_keys: dict[str, str]) -> None:
    no_keys[f"127.0.0.1:{endpoint.port}"] = SECRET
    open_model(endpoint.openai, ModelSettings()).embed_query("a")
    assert {headers["Authorization"] for headers in endpoint.headers} == {f"Bearer {SECRET}"}


def test_a_key_is_not_sent_in_the_clear(no_keys: dict[str, str]) -> None:
    no_keys["llm.example.com"] = SECRET
    with pytest.raises(ModelError, match=r"key of llm\.example\.com .* is not sent .* in the clear") as failure:
        open_model("openai:m@http://llm.example.com/v1", ModelSettings())
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("spec", ["openai:text-embedding-3-small", "huggingface:org/model"])
def test_a_service_without_its_key_is_answered_with_how_to_give_it(no_keys: dict[str, str], spec: str) -> None:
    with pytest.raises(ModelError, match=r"wants a key: run 'dowse key set \w+' or set DOWSE_KEY_"):
        open_model(spec, ModelSettings())


def test_neither_keys_nor_texts_are_logged_or_told(
    endpoint: Endpoint, no_keys: dict[str, str], no_pauses: None, caplog: pytest.LogCaptureFixture
) -> None:
    no_keys[f"127.0.0.1:{endpoint.port}"] = SECRET
    model = open_model(endpoint.openai, ModelSettings())
    echo = b'{"error": {"message": "sk-4242424242 sent the marmalade", "code": "sk-4242424242"}}'
    told = []
    with caplog.at_level(logging.DEBUG):
        assert model.info.dimensions == 24
        for code in (400, 401, 404, 429, 500):
            endpoint.behave = status(code, {"X-Echo": SECRET}, echo)
            with pytest.raises(ModelError) as failure:
                model.embed_query("marmalade")
            told.append(str(failure.value))
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    for secret in (SECRET, "marmalade"):
        assert secret not in "\n".join(told)
        assert secret not in logged


def test_without_a_keyring_there_is_no_key_and_storing_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOWSE_KEY_OPENAI", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    class Locked:
        @staticmethod
        def get_password(service: str, account: str) -> str:
            raise RuntimeError("no backend")

        @staticmethod
        def set_password(service: str, account: str, secret: str) -> None:
            raise RuntimeError(secret)

    monkeypatch.setattr(keys, "_keyring", lambda: Locked)
    assert find_key("openai") is None
    with pytest.raises(KeyringUnavailable, match="set DOWSE_KEY_OPENAI instead") as failure:
        store_key("openai", Key(SECRET))
    assert SECRET not in str(failure.value)
