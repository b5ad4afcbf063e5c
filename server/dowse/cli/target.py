"""Which workspace a path on the command line belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from dowse.chunking.chunk import Kind
from dowse.search.filters import exactly, path_filter
from dowse.search.query import Filter, Tests
from dowse.settings import PROJECT_FILE
from dowse.workspace.git import enclosing_work_tree
from dowse.workspace.ignore import IgnoreRules


@dataclass(frozen=True, slots=True)
class Target:
    """A workspace folder and the part of it that was named."""

    root: Path
    """Absolute, symbolic links resolved."""
    within: str
    """The named file or folder relative to ``root``, with ``/``; empty for ``root`` itself."""
    is_file: bool

    def holds(self, path: str) -> bool:
        """Whether ``path``, relative to ``root``, is what was named or lies in it."""
        return not self.within or path == self.within or path.startswith(f"{self.within}/")

    def globs(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """Return patterns that mean, from ``root``, what ``patterns`` mean from the named folder."""
        return tuple(_moved(pattern, exactly(self.within)) for pattern in patterns) if self.within else tuple(patterns)

    def include(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """Return the globs of what was named, narrowed by ``patterns`` where there are any."""
        narrowed = self.globs(patterns)
        if narrowed or not self.within:
            return narrowed
        return (exactly(self.within) + ("" if self.is_file else "/"),)

    def filter(
        self,
        include: Iterable[str],
        exclude: Iterable[str],
        languages: tuple[str, ...],
        tests: Tests = "in",
        kinds: Iterable[Kind] = (),
    ) -> Filter:
        """Return what the options of the same names leave of what was named. ``UsageError`` for globs in a file."""
        include, exclude = tuple(include), tuple(exclude)
        if self.is_file and (include or exclude):
            raise click.UsageError("--include and --exclude choose among the files of a folder, and PATH is a file.")
        return Filter(self.include(include), self.globs(exclude), languages, tuple(kinds), tests=tests)

    def narrow(self, wanted: Filter, paths: Iterable[str]) -> Filter | None:
        """Return the filter of those of ``paths``, relative to ``root``, that ``wanted`` lets through.

        None where it lets none through, since a filter without patterns lets everything through.
        """
        accepts = path_filter(wanted)
        patterns = tuple(exactly(path) for path in paths if accepts is None or accepts(path))
        return replace(wanted, include=patterns, exclude=()) if patterns else None


def resolve(path: Path) -> Target:
    """Return the workspace of an existing file or folder.

    It is the git work tree around it, or else the nearest folder with a ``.dowse.toml``, or else the folder itself:
    searching a part of a repository must not index that part a second time. What its repository ignores (a virtual
    environment, ``node_modules``) is not in the repository's index; whoever names it wants it all the same.
    """
    path = path.resolve()
    is_file = not path.is_dir()
    folder = path.parent if is_file else path
    root = _work_tree(folder) or _configured(folder) or folder
    within = "" if path == root else path.relative_to(root).as_posix()
    if within and root != folder and IgnoreRules(root).ignored(within, is_directory=not is_file):
        root, within = folder, path.name if is_file else ""
    return Target(root, within, is_file)


def _work_tree(folder: Path) -> Path | None:
    root = enclosing_work_tree(folder)
    # A home folder under version control holds dotfiles, not the projects that lie in it.
    return None if root == Path.home() else root


def _configured(folder: Path) -> Path | None:
    return next((outer for outer in (folder, *folder.parents) if (outer / PROJECT_FILE).is_file()), None)


def _moved(pattern: str, folder: str) -> str:
    """Anchor a ``.gitignore`` pattern, written for ``folder``, at the folder above."""
    negation, pattern = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    anchored = "/" in pattern.rstrip("/")
    return f"{negation}{folder}/{pattern.lstrip('/')}" if anchored else f"{negation}{folder}/**/{pattern}"
