"""What differs between operating systems, as far as it can be shown on this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dowse.system import SYSTEM
from dowse.system.base import WatchLimits
from dowse.system.linux import Linux
from dowse.system.windows import LONGEST, Windows

unix = pytest.mark.skipif(os.name != "posix", reason="as Unix does it")

LONG = "deep\\" * 60 + "file.py"


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("C:\\work\\file.py", "C:\\work\\file.py"),
        (f"C:\\work\\{LONG}", f"\\\\?\\C:\\work\\{LONG}"),
        (f"C:\\work/{LONG.replace(chr(92), '/')}", f"\\\\?\\C:\\work\\{LONG}"),
        (f"\\\\server\\share\\{LONG}", f"\\\\?\\UNC\\server\\share\\{LONG}"),
        (f"\\\\?\\C:\\work\\{LONG}", f"\\\\?\\C:\\work\\{LONG}"),
        (f"\\\\?\\UNC\\server\\share\\{LONG}", f"\\\\?\\UNC\\server\\share\\{LONG}"),
    ],
    ids=["short", "drive", "slashes", "share", "prefixed", "prefixed share"],
)
def test_a_long_path_of_windows_is_opened_by_the_prefix_that_lifts_the_limit(path: str, opened: str) -> None:
    assert Windows().openable(path) == opened


def test_the_longest_path_that_needs_no_prefix() -> None:
    assert Windows().openable("C:\\" + "a" * (LONGEST - 3)) == "C:\\" + "a" * (LONGEST - 3)
    assert Windows().openable("C:\\" + "a" * (LONGEST - 2)).startswith("\\\\?\\")


def test_a_junction_of_windows_is_told_from_a_folder_by_its_tag() -> None:
    assert Windows().is_junction(SimpleNamespace(st_reparse_tag=0xA0000003))  # type: ignore[arg-type]
    assert not Windows().is_junction(SimpleNamespace(st_reparse_tag=0))  # type: ignore[arg-type]


def test_a_background_process_of_windows_is_made_with_its_low_priority() -> None:
    urgent, background = (Windows().creation_flags(background=background) for background in (False, True))
    assert background - urgent == 0x4000
    assert urgent == 0x08000000


def test_the_limits_on_watches_are_read_where_there_are_any(tmp_path: Path) -> None:
    limits = tmp_path / "sys" / "fs" / "inotify"
    limits.mkdir(parents=True)
    (limits / "max_user_watches").write_text("8192\n")
    assert Linux(tmp_path).watch_limits() is None
    (limits / "max_user_instances").write_text("128\n")
    assert Linux(tmp_path).watch_limits() == WatchLimits(8192, 128)


def test_a_container_without_a_table_of_mounts_has_none(tmp_path: Path) -> None:
    assert Linux(tmp_path).mount_table() is None


def test_there_is_a_processor() -> None:
    assert 1 <= SYSTEM.processors() <= (os.cpu_count() or 1)


@unix
def test_a_process_that_computes_for_too_long_ends_although_it_holds_the_interpreter_s_lock() -> None:
    endless = "import re; re.match('(a+)+$', 'a' * 40 + 'b')"
    code = f"from dowse.system import SYSTEM; SYSTEM.end_after_processor_time(0.2); {endless}"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode < 0


@unix
def test_a_lower_priority_lasts() -> None:
    code = "import os; from dowse.system import SYSTEM; SYSTEM.lower_priority(); print(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(done.stdout) >= min(19, os.nice(0) + 10)


@unix
def test_what_is_private_is_the_owner_s_alone(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir(mode=0o755)
    file.touch(0o644)
    for path in (folder, file):
        SYSTEM.make_private(path)
    assert [path.stat().st_mode & 0o777 for path in (folder, file)] == [0o700, 0o600]
