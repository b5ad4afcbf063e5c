"""What must be known of git to ignore what git ignores: where a work tree begins, and which files hold its rules."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dowse.system import SYSTEM
from dowse.workspace.files import read_regular

_TIMEOUT = 5.0
_POINTER_LIMIT = 10_000
_CONFIG_LIMIT = 1_000_000
_BARE = re.compile(r"^\s*bare\s*=\s*true\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GitConfig:
    """The two settings that bear on ignoring."""

    excludes_file: str
    ignore_case: bool


def git_directory(directory: str) -> str | None:
    """Return the repository's own directory when ``directory`` is the root of a git work tree, else None.

    ``.git`` is a directory, or in linked work trees and submodules a file that names one.
    """
    dot_git = os.path.join(directory, ".git")
    if not os.path.lexists(dot_git):
        return None
    if os.path.isfile(os.path.join(dot_git, "HEAD")):
        return dot_git
    target = _pointer(dot_git)
    if target is None or not target.startswith("gitdir:"):
        return None
    return os.path.join(directory, target.removeprefix("gitdir:").strip())


def enclosing_work_tree(directory: Path) -> Path | None:
    """Return the root of the git work tree that ``directory`` lies in, itself included."""
    return next((folder for folder in (directory, *directory.parents) if git_directory(str(folder))), None)


def common_directory(git_directory: str) -> str:
    """Return what all work trees of a repository share: for the main one its own directory."""
    return os.path.join(git_directory, _pointer(os.path.join(git_directory, "commondir")) or "")


def info_exclude(git_directory: str) -> str:
    """Return the exclude file of a repository; linked work trees share that of the main one."""
    return os.path.join(common_directory(git_directory), "info", "exclude")


def is_other_work_tree(git_directory: str, of: str) -> bool:
    """Say whether a work tree, by its git directory, repeats the one around it, whose git directory is ``of``.

    Around the work trees of a bare repository there are no files that they could repeat. One that leads to where
    nothing is, since it was made under another root, is believed.
    """
    if not os.path.isdir(git_directory):
        return os.path.basename(os.path.dirname(git_directory)) == "worktrees"
    common = os.path.realpath(common_directory(git_directory))
    if common != os.path.realpath(common_directory(of)):
        return False
    config = _content(os.path.join(common, "config"), _CONFIG_LIMIT) or ""
    return _BARE.search(config) is None


def read_config(directory: Path) -> GitConfig:
    """Ask git which global excludes file is in force in ``directory``; take git's defaults where there is no git."""
    values = _ask(directory)
    excludes = values.get("core.excludesfile")
    if excludes is None:
        home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
        excludes = os.path.join(home, "git", "ignore")
    default_case = "true" if SYSTEM.ignores_case else "false"
    ignore_case = values.get("core.ignorecase", default_case).lower() in ("true", "yes", "on", "1", "")
    return GitConfig(os.path.join(directory, excludes), ignore_case)


def changed_files(work_tree: Path) -> list[str] | None:
    """Return the files that git calls changed, added or untracked, relative to the work tree; None without git."""
    # What a repository's own settings name as its file system monitor is not run.
    asked = ("-c", "core.fsmonitor=false", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    answer = _run(work_tree, *asked)
    if answer is None:
        return None
    entries = (os.fsdecode(entry) for entry in answer.split(b"\0") if entry)
    return [path for state, path in ((entry[:2], entry[3:]) for entry in entries) if "D" not in state]


def _ask(directory: Path) -> dict[str, str]:
    asked = ("config", "--type=path", "-z", "--get-regexp", r"^core\.(excludesfile|ignorecase)$")
    answer = _run(directory, *asked) or b""
    pairs = (os.fsdecode(entry).partition("\n") for entry in answer.split(b"\0") if entry)
    return {name: value for name, _, value in pairs}


def _run(directory: Path, *arguments: str) -> bytes | None:
    """Return what git writes in a directory; None without git, and where it fails or takes too long."""
    git = shutil.which("git")
    # On Windows a program is looked up in the current directory first, which may be the workspace.
    if git is None or Path(git).resolve().is_relative_to(directory):
        return None
    environment = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    try:
        answer = subprocess.run(
            [git, *arguments],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
            creationflags=SYSTEM.creation_flags(background=False),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout if answer.returncode == 0 else None


def _pointer(path: str) -> str | None:
    """Read a file of git's that holds one line."""
    content = _content(path, _POINTER_LIMIT)
    return None if content is None else content.rstrip("\r\n")


def _content(path: str, limit: int) -> str | None:
    try:
        content, _ = read_regular(path, limit, follow=True)
    except (OSError, ValueError):
        return None
    return None if content is None else os.fsdecode(content)
