"""What the README shows can be done as it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "README.md"
README = DOCUMENT.read_text("utf-8")
SHOWN = re.findall(r"^\$ dowse (.+)\n((?:.*\n)*?)```$", README, re.MULTILINE)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.mark.parametrize(("arguments", "answer"), SHOWN, ids=[arguments for arguments, _ in SHOWN])
def test_the_commands_shown_print_what_is_shown(
    arguments: str, answer: str, environment: dict[str, str], update_golden: bool
) -> None:
    command = [sys.executable, "-m", "dowse", *shlex.split(arguments)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr
    if update_golden:
        DOCUMENT.write_text(DOCUMENT.read_text("utf-8").replace(answer, ran.stdout), "utf-8")
    else:
        assert ran.stdout == answer


def test_commands_are_shown() -> None:
    assert SHOWN
