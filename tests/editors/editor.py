"""What the tests of real editors share: where an editor is, a user's folder for it, and the end of its server."""

import os
import re
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
FILES = ROOT / "editors"
DOCS = ROOT / "docs" / "editors"
PATIENCE = 90.0
"""Seconds for a whole session; a machine under load is slow."""

NET = '''\
def retry_with_backoff(call, attempts):
    """Repeat a failing call, waiting longer each time."""
    for attempt in range(attempts):
        sleep(2**attempt)


def call_until_it_works(call, attempts):
    """Repeat a failing call, waiting longer each time."""
    for attempt in range(attempts):
        if call():
            break
        sleep(2**attempt)
'''

OTHER = '''\
def colour_of(name):
    """Look a colour up in the palette."""
    return PALETTE[name]
'''


@dataclass(frozen=True)
class User:
    """A user who has a project, an empty cache, and a configuration of their own."""

    home: Path
    project: Path
    environment: dict[str, str]
    mark: str
    """A value in the environment of every process that the user's editor starts."""

    def run(self, command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            **more,  # type: ignore[call-overload]
        )

    def processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._owns(process)]

    def _owns(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("DOWSE_TEST") == self.mark and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def left_over(self) -> list[str]:
        """Wait for the user's processes to end and name those that do not."""
        _, alive = psutil.wait_procs(self.processes(), timeout=20)
        return [" ".join(process.cmdline()) for process in alive]


def user_in(home: Path) -> User:
    project = home / "ein Projekt, größer"  # what URIs and command lines have to quote
    project.mkdir()
    (project / ".git").mkdir()
    (project / "net.py").write_text(NET, "utf-8")
    (project / "other.py").write_text(OTHER, "utf-8")
    mark = uuid.uuid4().hex
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NVIM", "VIM"))},
        "DOWSE_TEST": mark,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
    }
    return User(home, project, environment, mark)


def found(program: str) -> str | None:
    """Return where a program is: beside this interpreter, or on the PATH."""
    return shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)


def blocks(page: Path, language: str) -> list[str]:
    """Return the code of a page's fenced blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
