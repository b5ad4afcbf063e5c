"""Shells, fzf and the quickfix list, with the lines that docs/editors/terminal.md shows."""

import os
import re
import select
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from editors.editor import DOCS, PATIENCE, User, blocks, found, user_in

pty = pytest.importorskip("pty", reason="Windows has no such terminals")
termios = pytest.importorskip("termios")

PAGE = DOCS / "terminal.md"
[BASH] = blocks(PAGE, "bash")
[ZSH] = blocks(PAGE, "zsh")
[FISH] = blocks(PAGE, "fish")
[FIND] = blocks(PAGE, "sh")
[VIM] = blocks(PAGE, "vim")

pytestmark = pytest.mark.timeout(200)


@pytest.fixture
def user(tmp_path: Path) -> User:
    return user_in(tmp_path)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, user: User, command: list[str]) -> None:
        self.shown = ""
        self._child, self._screen = pty.fork()
        if self._child == 0:
            termios.tcsetwinsize(0, (40, 120))
            os.chdir(user.project)
            os.execvpe(command[0], command, {**user.environment, "TERM": "xterm"})

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    @property
    def text(self) -> str:
        """What is shown, without the commands to the terminal between."""
        return re.sub(r"\x1b(\[[0-9;?>=]*[A-Za-z]|[()][AB0]|[=>])", "", self.shown)

    def until(self, condition: Callable[[str], bool]) -> None:
        """Read what is shown until it is what the test waits for."""
        deadline = time.monotonic() + PATIENCE
        while not condition(self.text):
            assert time.monotonic() < deadline, self.text
            if select.select([self._screen], [], [], 1)[0]:
                try:
                    self.shown += os.read(self._screen, 65536).decode("utf-8", "replace")
                except OSError:  # the program has ended
                    assert condition(self.text), self.text
                    return

    def close(self) -> None:
        os.close(self._screen)  # which ends what runs in it
        os.waitpid(self._child, 0)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dowse se", ["search", "server"]),
        ("dowse search query --kind fu", ["function"]),
        ("dowse search query --language pyt", ["python"]),
        ("dowse models use bui", ["builtin:code", "builtin:prose"]),
        ("dowse similar ot", ["other.py"]),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_shells_complete(user: User, shell: str, line: str, offered: list[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    if shell == "fish":
        ran = user.run([shell, "--no-config", "-c", f"{FISH}\ncomplete -C '{line}'"])
        assert [each.partition("\t")[0] for each in ran.stdout.splitlines()] == offered
        return
    words = line.split()
    script = f"""{BASH}
        COMP_WORDS=({" ".join(words)}) COMP_CWORD={len(words) - 1} COMP_LINE='{line}' COMP_POINT={len(line)}
        compopt() {{ [ "$2" = default ] && COMPREPLY=($(compgen -f -- '{words[-1]}')); }}
        _dowse_completion dowse '{words[-1]}' '{words[-2]}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ran = user.run([shell, "--norc", "-c", script])
    assert ran.stdout.split() == offered, ran.stderr


@needs("zsh")
def test_zsh_completes(user: User) -> None:
    (user.home / ".zshrc").write_text(f"autoload -U compinit && compinit -u\n{ZSH}PS1='ready> '\n", "utf-8")
    terminal = Terminal(user, ["zsh", "-i"])
    try:
        terminal.until(lambda shown: "ready> " in shown)
        terminal.type("dowse sea\t")
        terminal.until(lambda shown: "dowse search " in shown)
    finally:
        terminal.close()


@needs("fzf")
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_fzf_lists_previews_and_opens(user: User, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    opened = user.home / "opened"
    editor = user.home / "an-editor"
    editor.write_text(f'#!/bin/sh\necho "$@" >{opened}.new && mv {opened}.new {opened}\n', "utf-8")
    editor.chmod(0o700)
    user.environment["EDITOR"] = str(editor)
    terminal = Terminal(user, [shell, "-c", f"{FIND}\ndowse-find look a colour up in the palette"])
    try:
        # The answer's first line, and in the preview the line below it with its number.
        terminal.until(lambda shown: "colour_of" in shown and "return PALETTE[name]" in shown)
        terminal.type("\r")
        terminal.until(lambda shown: opened.exists())
    finally:
        terminal.close()
    assert opened.read_text("utf-8").split() == ["+1", "other.py"]


def test_the_quickfix_list_is_filled_without_a_server(user: User) -> None:
    editor = found("nvim")
    if editor is None:
        pytest.skip("Neovim is not installed")
    session = f"""{VIM}
        edit net.py
        Dowse look a colour up in the palette
        call writefile([execute('clist')], '{user.home}/searched')
        cfirst
        call writefile([expand('%:t'), getline('.')], '{user.home}/place')
        edit net.py
        call cursor(1, 1)
        DowseSimilar
        call writefile([execute('clist')], '{user.home}/similar')
        qall!
    """
    (user.home / "session.vim").write_text(session, "utf-8")
    user.run([editor, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(user.home / "session.vim")])
    assert "other.py:1 col 5: colour_of — Look a colour up in the palette." in one_line(user.home / "searched")
    assert (user.home / "place").read_text("utf-8").splitlines() == ["other.py", "def colour_of(name):"]
    assert "net.py:7 col 5: call_until_it_works" in one_line(user.home / "similar")


def one_line(file: Path) -> str:
    """Neovim's versions space their lists differently."""
    return " ".join(file.read_text("utf-8").split())
