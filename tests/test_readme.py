"""What the README shows can be done as it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHOWN = re.findall(r"^\$ dowse (.+)$", README, re.MULTILINE)
PLACES = re.findall(r"^(fixtures/\S+):(\d+): (\S+) \(", README, re.MULTILINE)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.mark.parametrize("arguments", SHOWN)
def test_the_commands_shown_find_something(arguments: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "dowse", *shlex.split(arguments)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("fixtures/")


@pytest.mark.parametrize(("path", "line", "name"), PLACES)
def test_the_places_shown_are_where_it_says(path: str, line: str, name: str) -> None:
    assert name.rpartition(".")[2] in (ROOT / path).read_text("utf-8").splitlines()[int(line) - 1]


def test_the_second_command_is_there_and_ci_calls_it() -> None:
    assert "\n    ./check\n" in README
    assert os.access(ROOT / "check", os.X_OK)
    assert "\n./check\n" in (ROOT / ".ci" / "run").read_text("utf-8")
