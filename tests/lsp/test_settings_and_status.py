"""Settings from the client, status to it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dowse.lsp.tuning import Tuning
from dowse.search.query import IndexState
from dowse.status import EngineFailed, Message, PauseReason
from e2e.engines import status
from lsp.conftest import Session

ASKABLE = {"workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}}


def configured(session: Session, settings: Any) -> None:
    session.client.answers["workspace/configuration"] = lambda params: [settings]


async def test_settings_are_asked_for(session: Session) -> None:
    configured(session, {"files": {"maxSize": 5000}})
    engine = await session.opened(capabilities=ASKABLE)
    assert engine.settings.files.max_size == 5000
    assert session.client.of("workspace/configuration") == [{"items": [{"section": "dowse"}]}]
    await session.client.notification("client/registerCapability")


async def test_pushed_settings_are_a_reason_to_ask_again(session: Session) -> None:
    engine = await session.opened(capabilities=ASKABLE)
    configured(session, {"files": {"maxSize": 6000}})
    session.client.notify("workspace/didChangeConfiguration", {"settings": {"dowse": {"files": {"maxSize": 7000}}}})
    await settled(session, lambda: engine.settings.files.max_size == 6000)


@pytest.mark.parametrize(
    "pushed",
    [
        {"dowse": {"files": {"maxSize": 7000}}, "python": {"analysis": {}}},
        {"files": {"maxSize": 7000}, "python": {}},
        {"files.maxSize": 7000},
    ],
)
async def test_a_client_that_cannot_be_asked_is_taken_at_its_word(session: Session, pushed: Any) -> None:
    engine = await session.opened()
    session.client.notify("workspace/didChangeConfiguration", {"settings": pushed})
    await settled(session, lambda: engine.settings.files.max_size == 7000)
    assert session.client.of("window/showMessage") == []


@pytest.mark.parametrize("pushed", [None, [], 5, {"dowse": None}])
async def test_empty_settings_are_no_settings(session: Session, pushed: Any) -> None:
    engine = await session.opened()
    session.client.notify("workspace/didChangeConfiguration", {"settings": pushed})
    await session.client.request("dowse/indexStatus")
    assert engine.settings.files.max_size == 1_000_000


async def test_initialization_options_come_last(session: Session, tmp_path: Path) -> None:
    (tmp_path / ".dowse.toml").write_text('files.maxSize = 2000\nfiles.exclude = ["a"]\n')
    configured(session, {"files": {"maxSize": 3000}})
    engine = await session.opened(
        tmp_path, capabilities=ASKABLE, initializationOptions={"dowse": {"files.maxSize": 4000}}
    )
    assert (engine.settings.files.max_size, engine.settings.files.exclude) == (4000, ("a",))


async def test_what_is_refused_is_told_once_in_one_message(session: Session, tmp_path: Path) -> None:
    (tmp_path / ".dowse.toml").write_text('models.code = "remote"\n')
    configured(session, {"files": {"maxSize": "big", "colour": "red"}})
    engine = await session.opened(tmp_path, capabilities=ASKABLE)
    session.client.notify("workspace/didChangeConfiguration", {"settings": None})
    await session.client.request("dowse/indexStatus")
    [message] = session.client.of("window/showMessage")
    for name in ("files.maxSize", "files.colour", "models.code"):
        assert name in message["message"]
    assert engine.settings.models.code == "builtin"


async def test_what_is_wrong_again_after_it_was_put_right_is_told_again(session: Session) -> None:
    engine = await session.opened()
    for size in ("big", "big", 5000, "big"):
        session.client.notify("workspace/didChangeConfiguration", {"settings": {"files": {"maxSize": size}}})
        await session.client.request("dowse/indexStatus")
        await settled(session, lambda size=size: size == "big" or engine.settings.files.max_size == size)
    await settled(session, lambda: engine.settings.files.max_size != 5000)
    assert session.server.session.configuration.new_problems([]) == []
    assert len(session.client.of("window/showMessage")) == 1  # of the same words, in the same ten minutes


@pytest.mark.parametrize(
    ("client", "model"), [("Neovim", "other"), ("Visual Studio Code", "builtin"), ("unknown", "builtin")]
)
async def test_what_a_workspace_can_set_in_an_editor_chooses_no_model(
    session: Session, client: str, model: str
) -> None:
    configured(session, {"models": {"code": "other"}})
    engine = await session.opened(name=client, capabilities=ASKABLE)
    assert engine.settings.models.code == model


async def test_a_changed_project_file_is_read(session: Session, tmp_path: Path) -> None:
    engine = await session.opened(tmp_path)
    file = tmp_path / ".dowse.toml"
    file.write_text("files.maxSize = 2000\n")
    session.client.notify("textDocument/didSave", {"textDocument": {"uri": file.as_uri()}})
    await settled(session, lambda: engine.settings.files.max_size == 2000)


async def settled(session: Session, holds: Any) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await session.client.request("dowse/indexStatus")


async def test_the_status_names_folders_as_the_client_does(session: Session, tmp_path: Path) -> None:
    await session.opened(tmp_path)
    assert await session.client.request("dowse/indexStatus") == {
        "state": "ready",
        "folders": [
            {
                "uri": tmp_path.as_uri(),
                "writable": True,
                "filesTotal": 1,
                "filesIndexed": 1,
                "chunksTotal": 1,
                "chunksEmbedded": 1,
                "skipped": {"binary": 2},
                "watching": "native",
                "generation": 3,
                "diskBytes": 100,
            }
        ],
        "queue": 0,
        "models": [
            {
                "space": "code",
                "name": "hash",
                "dimensions": 256,
                "device": "cpu",
                "health": "ready",
                "index": "exact",
                "role": "serving",
            }
        ],
        "diskBytes": 100,
        "memoryBytes": 1000,
        "generation": 3,
    }


async def test_changes_are_throttled_and_the_last_is_never_lost(session: Session) -> None:
    engine = await session.opened()
    for done in range(100):
        engine.on_status(status(IndexState.INDEXING, ["/x"], done, 100))
    engine.on_status(status(IndexState.READY, ["/x"], 100, 100))
    await session.client.notification("dowse/didChangeIndexStatus", lambda params: params["state"] == "ready")
    assert len(session.client.of("dowse/didChangeIndexStatus")) <= 3


@pytest.mark.parametrize(
    ("client", "wanted", "sent"), [("Eglot", None, False), ("Eglot", True, True), ("Neovim", False, False)]
)
async def test_changes_go_to_those_who_want_them(
    session: Session, client: str, wanted: bool | None, sent: bool
) -> None:
    own = {} if wanted is None else {"experimental": {"dowse": {"indexStatus": wanted}}}
    engine = await session.opened(name=client, capabilities=own)
    engine.on_status(status(IndexState.READY))
    await session.client.request("dowse/indexStatus")
    assert bool(session.client.of("dowse/didChangeIndexStatus")) is sent


async def test_health_goes_to_clients_that_ask_for_it(session: Session) -> None:
    engine = await session.opened(capabilities={"experimental": {"serverStatusNotification": True}})
    for state in (IndexState.INDEXING, IndexState.INDEXING, IndexState.READY, IndexState.DEGRADED):
        engine.on_status(status(state))
    await session.client.request("dowse/indexStatus")
    assert session.client.of("experimental/serverStatus") == [
        {"health": "ok", "quiescent": False},
        {"health": "ok", "quiescent": True},
        {"health": "warning", "quiescent": True},
    ]


PROGRESS = {"window": {"workDoneProgress": True}}


async def test_indexing_that_lasts_is_shown_from_beginning_to_end(session: Session) -> None:
    engine = await session.opened(capabilities=PROGRESS)
    engine.on_status(status(IndexState.INDEXING, ["/x"], 10, 100))
    begun = await session.client.notification("$/progress")
    assert begun["value"] == {
        "kind": "begin",
        "title": "Dowse: indexing",
        "message": "10 of 100 files",
        "percentage": 10,
    }
    engine.on_status(status(IndexState.INDEXING, ["/x"], 60, 100))
    await session.client.notification("$/progress", lambda params: params["value"].get("percentage") == 60)
    engine.on_status(status(IndexState.READY, ["/x"], 100, 100))
    await session.client.notification("$/progress", lambda params: params["value"]["kind"] == "end")
    [created] = session.client.of("window/workDoneProgress/create")
    assert isinstance(created["token"], str)
    assert {params["token"] for params in session.client.of("$/progress")} == {created["token"]}


async def test_the_display_ends_with_the_session(session: Session) -> None:
    engine = await session.opened(capabilities=PROGRESS)
    engine.on_status(status(IndexState.INDEXING, ["/x"], 10, 100))
    await session.client.notification("$/progress")
    await session.client.request("shutdown")
    await session.client.notification("$/progress", lambda params: params["value"]["kind"] == "end")


@pytest.mark.parametrize("reason", PauseReason)
async def test_a_rest_has_its_reason_and_shows_no_progress(session: Session, reason: PauseReason) -> None:
    engine = await session.opened(capabilities=PROGRESS)
    engine.on_status(replace(status(IndexState.INDEXING, ["/x"], 10, 100), paused=reason))
    shown = await session.client.notification("dowse/didChangeIndexStatus")
    assert (shown["paused"], shown["pauseReason"]) == (True, reason.value)
    engine.on_status(status(IndexState.INDEXING, ["/x"], 20, 100))
    begun = await session.client.notification("$/progress")
    assert begun["value"]["message"] == "20 of 100 files"
    engine.on_status(replace(status(IndexState.INDEXING, ["/x"], 20, 100), paused=reason))
    await session.client.notification("$/progress", lambda params: params["value"]["kind"] == "end")


async def test_no_display_without_the_clients_consent(session: Session) -> None:
    engine = await session.opened()
    engine.on_status(status(IndexState.INDEXING, ["/x"], 10, 100))
    await session.client.notification("dowse/didChangeIndexStatus")
    assert session.client.of("window/workDoneProgress/create") == []


async def test_each_condition_is_told_once(session: Session) -> None:
    engine = await session.opened()
    for _ in range(3):
        engine.on_message(Message("warning", "The watch limit is reached."))
        engine.on_message(Message("info", "Polling instead."))
    await session.client.request("dowse/indexStatus")
    assert [m["message"] for m in session.client.of("window/showMessage")] == ["The watch limit is reached."]
    assert [m["message"] for m in session.client.of("window/logMessage")] == ["Polling instead."]


class TestAClientThatDoesNotAnswer:
    @pytest.fixture
    def tuning(self) -> Tuning:
        return Tuning(settings_patience=0.05)

    async def test_the_workspace_is_opened_without_its_settings(self, session: Session) -> None:
        session.client.unanswered.add("workspace/configuration")
        engine = await session.opened(capabilities=ASKABLE)
        assert engine.settings.files.max_size == 1_000_000
        assert len(session.client.of("workspace/configuration")) == 1
        assert session.server.protocol._request_futures == {}

    async def test_it_is_asked_for_one_refresh_however_often_the_index_changes(self, session: Session) -> None:
        session.client.unanswered.add("workspace/diagnostic/refresh")
        capabilities = {"workspace": {"diagnostics": {"refreshSupport": True}}}
        engine = await session.opened(capabilities=capabilities, initializationOptions={"editor.nearDuplicates": True})
        for generation in range(100):
            engine.on_status(replace(status(IndexState.READY), generation=generation))
        await session.client.request("dowse/indexStatus")
        assert len(session.client.of("workspace/diagnostic/refresh")) == 1
        assert len(session.server.protocol._request_futures) == 1


class TestAnEngineThatFails:
    @pytest.fixture
    def make_engine(self) -> Any:
        def fail(*args: Any, **kwargs: Any) -> Any:
            raise OSError("disk full")

        return fail

    async def test_requests_say_why(self, session: Session) -> None:
        await session.client.initialize()
        for _ in range(2):
            error = await session.client.error("workspace/semanticSearch", {"query": "a"})
            assert error["code"] == -32803
            assert "disk full" in error["message"]
        for command in ("dowse.search", "dowse.searchToDocument", "dowse.writeNote"):
            params = {"command": command, "arguments": ["words"]}
            assert "disk full" in (await session.client.error("workspace/executeCommand", params))["message"]
        for method in ("dowse/indexStatus", "dowse/duplicates", "dowse/skippedFiles"):
            assert "disk full" in (await session.client.error(method, {}))["message"]
        assert await session.client.request("textDocument/codeLens", {"textDocument": {"uri": "untitled:1"}}) == []
        assert len(session.client.of("window/showMessage")) == 1
        await session.client.request("shutdown")


async def test_a_failure_that_the_engine_tells_of_later_is_the_answer(session: Session) -> None:
    """It was made, and could then not be built."""
    engine = await session.opened()
    engine.failure = EngineFailed("Dowse cannot start: the installation is broken")
    error = await session.client.error("workspace/semanticSearch", {"query": "a"})
    assert (error["code"], error["message"]) == (-32803, "Dowse cannot start: the installation is broken")


async def test_files_that_are_left_out_are_named(session: Session, tmp_path: Path) -> None:
    await session.opened(tmp_path)
    answer = await session.client.request("dowse/skippedFiles")
    assert answer == {"files": [{"uri": f"{tmp_path.as_uri()}/logo.png", "reason": "binary"}]}
