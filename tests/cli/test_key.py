"""``dowse key``: keys go into the keyring and are never shown."""

import io
import json

import pytest

from dowse.embedding.remote import keys

SECRET = "sk-4242424242"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What stands in the keyring: (service, account) → key."""
    stored: dict[tuple[str, str], str] = {}

    class Keyring:
        @staticmethod
        def get_password(service: str, account: str) -> str | None:
            return stored.get((service, account))

        @staticmethod
        def set_password(service: str, account: str, secret: str) -> None:
            stored[service, account] = secret

        @staticmethod
        def delete_password(service: str, account: str) -> None:
            del stored[service, account]

    for variable in ("OPENAI_API_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(keys, "_keyring", lambda: Keyring)
    return stored


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    """Let standard input hold a text."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize(
    ("account", "kept_as"),
    [
        ("openai", "openai"),
        ("https://api.openai.com/v1", "openai"),
        ("LLM.example.com:8443", "llm.example.com:8443"),
        ("https://llm.example.com/v1", "llm.example.com"),
    ],
)
def test_a_key_is_kept_under_its_account_found_and_removed(dowse, keyring, typed, account, kept_as):
    typed(f"{SECRET}\n")
    done = dowse("key", "set", account)
    assert (done.code, keyring) == (0, {("dowse", kept_as): SECRET})
    listed = dowse("key", "list", "--json", "--set", f"models.code=openai:m@https://{kept_as}/v1")
    assert json.loads(listed.out)["keys"][kept_as] == "the keyring"
    removed = dowse("key", "remove", account)
    assert (removed.code, keyring) == (0, {})
    assert dowse("key", "remove", account).code == 1
    assert SECRET not in done.out + done.err + listed.out + listed.err + removed.err


@pytest.mark.parametrize("text", ["", "\n", "two words\n", "clé\n"])
def test_what_is_no_key_is_refused(dowse, keyring, typed, text):
    typed(text)
    done = dowse("key", "set", "openai")
    assert (done.code, keyring) == (2, {})
    assert "a key is one word" in done.err


def test_without_a_keyring_the_variable_is_named(dowse, typed, monkeypatch):
    def no_library():
        raise keys.KeyringUnavailable("pip install keyring")

    monkeypatch.setattr(keys, "_keyring", no_library)
    typed(SECRET)
    done = dowse("key", "set", "openai")
    assert done.code == 2
    assert "pip install keyring" in done.err


def test_a_key_is_asked_for_without_being_shown(terminal):
    shown = terminal("key", "set", "openai", PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    shown.read_until("Key of openai:")
    shown.type(f"{SECRET}\n")
    done = shown.finish()
    assert done.code == 0
    assert SECRET not in done.out
