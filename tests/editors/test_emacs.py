"""Emacs with the file and the lines of configuration that docs/editors/emacs.md shows."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from editors.editor import DOCS, FILES, User, blocks, user_in

FILE = FILES / "emacs" / "dowse.el"
START, COMMAND, LSP_MODE, EGLOT = blocks(DOCS / "emacs.md", "elisp")
EMACS = shutil.which("emacs") or ""

pytestmark = [pytest.mark.timeout(200), pytest.mark.skipif(not EMACS, reason="Emacs is not installed")]


def with_configuration(home: Path, *lines: str) -> User:
    """A user who has copied the file and written the lines into init.el."""
    user = user_in(home)
    folder = home / ".emacs.d"
    (folder / "lisp").mkdir(parents=True)
    shutil.copy(FILE, folder / "lisp")
    (folder / "init.el").write_text("\n".join(lines), "utf-8")
    return user


def command(user: User, script: str) -> list[str]:
    """Batch mode reads no init.el by itself."""
    init = str(user.home / ".emacs.d" / "init.el")
    return [EMACS, "--batch", "--eval", "(package-initialize)", "-l", init, "-l", str(Path(__file__).with_name(script))]


def run(user: User, script: str) -> dict[str, Any]:
    """Run a script in Emacs until it ends, and return what the script says it saw."""
    out = user.home / "seen.json"
    user.environment["DOWSE_TEST_OUT"] = str(out)
    ran = user.run(command(user, script))
    assert out.is_file(), ran.stderr
    seen: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert "problem" not in seen, ran.stderr
    return seen


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> User:
    return with_configuration(tmp_path_factory.mktemp("emacs"), START)


@pytest.fixture(scope="module")
def seen(user: User) -> dict[str, Any]:
    return run(user, "session.el")


def test_unsaved_text_is_found_and_jumped_to(seen: dict[str, Any]) -> None:
    assert seen["search"][:2] == ["net.py", "1: def weigh_elephant(scale):"]
    assert seen["place"] == ["net.py", "def weigh_elephant(scale):", 4]
    assert seen["unsaved"]


@pytest.mark.parametrize("of", ["similar", "similar-to-region", "similar-to-no-file"])
def test_similar_code_is_found(seen: dict[str, Any], of: str) -> None:
    assert seen[of][0] == "net.py"
    assert seen[of][1].endswith(": call_until_it_works: Repeat a failing call, waiting longer each time.")
    assert seen["similar-place"] == ["net.py", "def call_until_it_works(call, attempts):", 4]


def test_tests_are_left_out_and_weaker_matches_shown_on_demand(seen: dict[str, Any]) -> None:
    assert "test_net.py" in seen["with-tests"]
    assert "test_net.py" not in seen["without-tests"]
    assert seen["without-tests"][:2] == ["net.py", "1: def weigh_elephant(scale):"]
    assert len(seen["with-weaker"]) >= len(seen["without-tests"])
    assert seen["saved"]


def test_the_words_that_matched_are_marked(seen: dict[str, Any]) -> None:
    assert seen["marked"][:2] == ["weigh", "elephant"]


def test_text_that_was_undone_is_found_no_more(seen: dict[str, Any]) -> None:
    assert seen["undone"]
    assert not any("weigh_elephant" in line for line in seen["undone"])


def test_the_server_is_gone_with_the_editor(seen: dict[str, Any], user: User) -> None:
    assert user.left_over() == []


def test_the_server_is_gone_when_the_editor_is_killed(tmp_path: Path) -> None:
    beside_python = str(Path(sys.executable).with_name("dowse"))
    assert "/path/to/.venv/bin/dowse" in COMMAND
    user = with_configuration(tmp_path, START, COMMAND.replace("/path/to/.venv/bin/dowse", beside_python))
    with subprocess.Popen(
        command(user, "waiting.el"),
        cwd=user.project,
        env=user.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as editor:
        try:
            assert editor.stderr is not None
            assert b"ready\n" in iter(editor.stderr.readline, b"")
            assert len(user.processes()) > 1
        finally:
            editor.send_signal(signal.SIGKILL)
    assert user.left_over() == []


def test_what_cannot_be_answered_is_said_plainly(tmp_path: Path) -> None:
    user = with_configuration(tmp_path, START)
    seen = run(user, "missing.el")
    assert "no-such-dowse" in seen["missing"]
    assert "is not on ‘exec-path’; install Dowse, or set ‘dowse-command’" in seen["missing"]
    assert seen["home"] == "This is no project; visit a file of one"
    assert seen["remote"] == "Dowse does not reach remote files; run it on their machine"
    assert seen["nothing"] == "Dowse finds nothing"
    assert user.left_over() == []


def installed(library: str) -> bool:
    code = f'(progn (package-initialize) (kill-emacs (if (locate-library "{library}") 0 1)))'
    return bool(EMACS) and subprocess.run([EMACS, "--batch", "--eval", code], check=False).returncode == 0


@pytest.mark.parametrize("settings", ["", '(setq dowse-settings \'(:editor (:hover "on")))'])
def test_in_eglot_actions_and_symbols_arrive_and_hovers_where_they_are_wanted(tmp_path: Path, settings: str) -> None:
    if not installed("eglot"):
        pytest.skip("eglot is not installed")
    user = with_configuration(tmp_path, START, settings, EGLOT)
    seen = run(user, "with_eglot.el")
    assert seen["action"] == "Find similar code"
    assert seen["symbols"][0] == "def weigh_elephant(scale):"
    assert (seen["hover"] is None) is (settings == "")
    assert user.left_over() == []


def test_in_lsp_mode_it_runs_beside_another_server(tmp_path: Path) -> None:
    if not installed("lsp-mode"):
        pytest.skip("lsp-mode is not installed")
    user = with_configuration(tmp_path, START, "(setq dowse-settings '(:editor (:codeLens t)))", LSP_MODE)
    seen = run(user, "with_lsp_mode.el")
    assert seen["servers"] == ["dowse", "other"]
    assert seen["action"] == ["Find similar code"]
    assert seen["lens"] == "1 similar: call_until_it_works"
    assert user.left_over() == []


def test_the_file_compiles_without_a_warning(tmp_path: Path) -> None:
    copy = shutil.copy(FILE, tmp_path)
    compile_it = [EMACS, "--batch", "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", copy]
    ran = subprocess.run(compile_it, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_checkdoc_has_no_complaint(tmp_path: Path) -> None:
    check = [EMACS, "--batch", "--eval", f'(progn (require (quote checkdoc)) (checkdoc-file "{FILE}"))']
    ran = subprocess.run(check, capture_output=True, text=True, check=True)
    assert "Warning" not in ran.stderr
