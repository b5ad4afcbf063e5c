"""A small workspace, and ways to run ``dowse`` on it: in this process, in another, in a terminal."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from dowse.cli.app import run

FILES = {
    "net/retry.py": '''
import time


class Client:
    """Talks to the depot."""

    def fetch_with_backoff(self, url, attempts=5):
        """Fetch a page, retrying with exponential backoff when the server fails."""
        for attempt in range(attempts):
            try:
                return self.fetch(url)
            except OSError:
                time.sleep(2**attempt)
        raise TimeoutError(url)


def parse_invoice(text):
    """Read the line items and the total of an invoice."""
    lines = [line.split(";") for line in text.splitlines()]
    return {"items": lines[:-1], "total": lines[-1]}
''',
    "web/retry.ts": """
export async function retryRequest(url: string, attempts = 5): Promise<Response> {
  // retry with exponential backoff when the server fails
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await fetch(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt));
    }
  }
  throw new Error(url);
}
""",
    "docs/guide.md": """# Guide

## Retries

Requests are retried with exponential backoff when the server fails, five times at most.

## Invoices

Invoices are read line by line; the last line is the total.
""",
    "web/hostile.js": """
export function paintTerminalTitle() {
  // paint the terminal's title
  return "\x1b]0;owned\x07\x1b[2J";
}
""",
}


def write_workspace(root: Path) -> Path:
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), "utf-8")
    (root / ".dowse.toml").write_text("", "utf-8")
    return root


@dataclass(frozen=True)
class Finished:
    """A finished run: exit code, and what was written, as bytes' text."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home folder of its own, so that no setting and no index of whoever runs the tests matters."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def environment(home):
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    return {
        **environment,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TERM": "xterm-256color",
    }


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A workspace that tests only read, so that one index serves them all."""
    return write_workspace(tmp_path_factory.mktemp("workspace"))


def caller(
    run: Callable[[Sequence[str]], int],
    environment: Mapping[str, str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Finished]:
    """Return what calls a command line in this process, from ``folder``."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)

    def call(*arguments: str) -> Finished:
        code = run(arguments)
        captured = capsys.readouterr()
        return Finished(code, captured.out, captured.err)

    return call


@pytest.fixture
def dowse(environment, workspace, monkeypatch, capsys):
    """Run ``dowse`` in this process, from the workspace."""
    return caller(run, environment, workspace, monkeypatch, capsys)


@pytest.fixture
def command():
    """The command line that starts ``dowse`` in another process."""
    return [sys.executable, "-m", "dowse"]


@pytest.fixture
def process(environment, workspace, command):
    """Run ``dowse`` in a process of its own, its streams piped."""

    def call(*arguments: str, cwd: Path = workspace, stdin: bytes | None = None, **variables: str) -> Finished:
        done = subprocess.run(
            [*command, *arguments],
            cwd=cwd,
            env={**environment, **variables},
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=60,
        )
        return Finished(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return call


@pytest.fixture
def terminal(environment, workspace, command):
    """Start ``dowse`` in a terminal, as Unix has them."""
    pytest.importorskip("pty")
    from cli.terminals import Terminal

    started = []

    def start(*arguments: str, cwd: Path = workspace, **variables: str) -> Terminal:
        started.append(Terminal([*command, *arguments], cwd, {**environment, **variables}))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def without_escapes(text: str) -> str:
    """What a terminal shows of ``text``, roughly."""
    return re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;?]*[A-Za-z]", "", text)
