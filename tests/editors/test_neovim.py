"""Neovim, old and new, with the files and the lines of configuration that docs/editors/neovim.md shows."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from editors.editor import DOCS, FILES, User, blocks, user_in

PAGE = DOCS / "neovim.md"
SHORT, LONG, BY_HAND = blocks(PAGE, "lua")
CANDIDATES = {"beside-python": str(Path(sys.executable).with_name("nvim")), "on-the-path": "nvim"}
"""The newer one comes as a Python package, the older one is Debian's."""

pytestmark = pytest.mark.timeout(200)


@pytest.fixture(params=list(CANDIDATES), scope="module")
def nvim(request: pytest.FixtureRequest) -> str:
    program = shutil.which(CANDIDATES[request.param])
    if program is None:
        pytest.skip(f"Neovim is not installed ({CANDIDATES[request.param]})")
    return program


def with_configuration(home: Path, text: str) -> User:
    """A user who has copied the folder and written ``text`` into init.lua."""
    user = user_in(home)
    configuration = home / "config" / "nvim"
    shutil.copytree(FILES / "neovim" / "lua", configuration / "lua")
    (configuration / "init.lua").write_text(text, "utf-8")
    return user


def run(nvim: str, user: User, script: str) -> dict[str, Any]:
    """Run a script of Lua in Neovim until it ends, and return what the script says it saw."""
    out = user.home / "seen.json"
    user.environment["DOWSE_TEST_OUT"] = str(out)
    command = [nvim, "--headless", "-n", "-i", "NONE", "-c", f"luafile {Path(__file__).with_name(script)}"]
    ran = user.run(command)
    assert out.is_file(), ran.stderr
    seen: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert seen.get("problem") is None
    return seen


@pytest.fixture(scope="module")
def user(nvim: str, tmp_path_factory: pytest.TempPathFactory) -> User:
    """A user with the longer configuration of the page, but the command as it is on the PATH."""
    text = LONG.replace("/path/to/.venv/bin/dowse", "dowse")
    assert text != LONG
    return with_configuration(tmp_path_factory.mktemp("neovim"), text)


@pytest.fixture(scope="module")
def seen(nvim: str, user: User) -> dict[str, Any]:
    return run(nvim, user, "session.lua")


def test_unsaved_text_is_found_and_jumped_to(seen: dict[str, Any]) -> None:
    found = seen["search"]
    assert found["prompt"] == "Dowse: weigh an elephant"
    assert found["names"][0] == "weigh_elephant"
    assert found["shown"][0] == "weigh_elephant — def weigh_elephant(scale):  net.py:1"
    assert (found["file"], found["line"], found["column"]) == ("net.py", "def weigh_elephant(scale):", 4)
    assert seen["unsaved"]


def test_the_answer_is_in_the_quickfix_list_too(seen: dict[str, Any]) -> None:
    assert seen["quickfix"] == [shown.rpartition("  ")[0] for shown in seen["search"]["shown"]]
    assert seen["listed"][0].startswith("call_until_it_works — ")


def test_the_words_that_matched_are_marked_in_the_quickfix_window(seen: dict[str, Any]) -> None:
    assert seen["listed"][0] == "call_until_it_works — Repeat a failing call, waiting longer each time."
    assert seen["marked"][:3] == ["call", "Repeat", "failing"]


def test_a_picker_can_preview(seen: dict[str, Any]) -> None:
    assert seen["search"]["preview"] == "def weigh_elephant(scale):"
    assert seen["search"]["preview_lines"] == "def weigh_elephant(scale):"


@pytest.mark.parametrize("by", ["similar", "similar_to_selection", "action", "lens"])
def test_similar_code_is_found_by_command_action_and_lens(seen: dict[str, Any], by: str) -> None:
    assert seen[by]["prompt"] == "Dowse: similar to retry_with_backoff"
    assert seen[by]["names"][0] == "call_until_it_works"
    assert seen[by]["line"] == "def call_until_it_works(call, attempts):"


def test_hover_lens_action_and_symbols_come_by_the_editors_own_commands(seen: dict[str, Any]) -> None:
    assert "[call_until_it_works](<file://" in seen["hover"]
    assert seen["lenses"]["4"] == "1 similar: call_until_it_works"
    assert seen["actions"] == ["Find similar code"]
    assert "[Function] call_until_it_works" in seen["symbols"][:2]


def test_status_and_health(seen: dict[str, Any]) -> None:
    assert seen["status"] == "Dowse"
    assert any("OK" in line and "dowse 0.1.0" in line for line in seen["health"])
    assert any("OK" in line and "the server says: Dowse" in line for line in seen["health"])


def test_tests_are_left_out_and_weaker_matches_listed_on_demand(seen: dict[str, Any]) -> None:
    assert "test_elephants_are_weighed" in seen["with_tests"]
    assert "test_elephants_are_weighed" not in seen["without_tests"]
    assert "test_elephants_are_weighed" not in seen["without_tests_later"]
    assert "weigh_elephant" in seen["without_tests"]
    assert seen["said_of_tests"][:2] == ["Dowse: tests are left out", "Dowse: tests are searched"]
    assert not any(line.startswith("weigh_elephant") for line in seen["weaker"])


def test_nothing_was_complained_of(seen: dict[str, Any]) -> None:
    assert seen["said"] == []


def test_the_server_is_gone_with_the_editor(seen: dict[str, Any], user: User) -> None:
    assert user.left_over() == []


def test_the_server_is_gone_when_the_editor_is_killed(nvim: str, tmp_path: Path) -> None:
    user = with_configuration(tmp_path, SHORT)
    waiting = (
        "lua vim.cmd('edit net.py'); vim.wait(60000, function() return require('dowse').status() == 'Dowse' end, 20); "
        "io.stdout:write('ready\\n'); io.stdout:flush(); vim.wait(60000)"
    )
    with subprocess.Popen(
        [nvim, "--headless", "-n", "-i", "NONE", "-c", waiting],
        cwd=user.project,
        env=user.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as editor:
        try:
            assert editor.stdout is not None
            assert editor.stdout.readline() == b"ready\n"
            assert len(user.processes()) > 1
        finally:
            editor.send_signal(signal.SIGKILL)
    assert user.left_over() == []


def test_a_missing_command_is_said_plainly(nvim: str, tmp_path: Path) -> None:
    user = with_configuration(tmp_path, "require('dowse').setup({ cmd = { 'no-such-dowse', 'server' } })")
    seen = run(nvim, user, "missing.lua")
    assert any("the command 'no-such-dowse' is not on the PATH that Neovim sees" in line for line in seen["health"])
    [said] = seen["said"]
    assert said.startswith("Dowse: the command 'no-such-dowse' is not on the PATH")
    assert user.left_over() == []


def test_the_first_command_starts_the_server_where_no_file_is_open(nvim: str, tmp_path: Path) -> None:
    user = with_configuration(tmp_path, SHORT)
    seen = run(nvim, user, "empty.lua")
    assert seen["before"] == ""
    assert seen["names"][0] == "colour_of"
    assert user.left_over() == []


def test_a_server_that_died_is_replaced_and_told_what_is_unsaved(nvim: str, tmp_path: Path) -> None:
    user = with_configuration(tmp_path, SHORT)
    seen = run(nvim, user, "crash.lua")
    assert seen["text"] == "weigh_elephant — def weigh_elephant(scale):"
    assert user.left_over() == []


def test_a_home_folder_is_no_project(nvim: str, tmp_path: Path) -> None:
    user = with_configuration(tmp_path, SHORT)
    (user.home / "notes.py").write_text("x = 1\n", "utf-8")
    shutil.rmtree(user.project / ".git")
    seen = run(nvim, user, "home.lua")
    assert seen["status"] == ""
    assert seen["said"] == ["Dowse: this is no project; open a file of one, or change to its folder"]


def test_the_server_alone_by_hand(nvim: str, tmp_path: Path) -> None:
    if not version_of(nvim) >= (0, 11):
        pytest.skip("vim.lsp.config came with Neovim 0.11")
    user = user_in(tmp_path)
    configuration = tmp_path / "config" / "nvim"
    configuration.mkdir(parents=True)
    (configuration / "init.lua").write_text(BY_HAND, "utf-8")
    seen = run(nvim, user, "by_hand.lua")
    assert "call_until_it_works" in seen["document"]


def version_of(nvim: str) -> tuple[int, ...]:
    first = subprocess.run([nvim, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return tuple(int(part) for part in first.removeprefix("NVIM v").split("-")[0].split("."))
