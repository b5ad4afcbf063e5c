"""Which files and directories are left out, by the same rules for a scan and for single events.

Of the rules that speak of an entry the first of these decides: the patterns of the settings; ``.dowseignore``, the
nearest first; the directories that Dowse leaves out by itself; ``.gitignore``, the nearest first; the repository's
``info/exclude``; the user's global excludes file. An ignored directory is left out with all that lies below.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dowse.workspace.defaults import MARKERS, VERSION_CONTROL, holds_output, is_output
from dowse.workspace.files import NotAFile, read_regular
from dowse.workspace.git import enclosing_work_tree, git_directory, info_exclude, is_other_work_tree, read_config
from dowse.workspace.patterns import DIRECTORY, Patterns, compiled
from dowse.workspace.source import FileStamp, stamp_at

GIT_FILE = ".gitignore"
OWN_FILE = ".dowseignore"

_LIMIT = 1_000_000
"""Larger rules files, in bytes, are not read."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Patterns and the length of the path that they are relative to."""

    offset: int
    patterns: Patterns

    @staticmethod
    def decide(layers: tuple["_Rules", ...], path: bytes, name: bytes) -> bool | None:
        for rules in layers:
            decision = rules.patterns.decide(path[rules.offset :], name)
            if decision is not None:
                return decision
        return None


@dataclass(frozen=True, slots=True)
class DirectoryRules:
    """The rules that hold for the entries of one directory; nearest first in ``own`` and ``git``."""

    location: str
    prefix: bytes
    """The directory's path from where the outermost rules begin, with a ``/`` at its end."""
    settings: tuple[_Rules, ...] = ()
    own: tuple[_Rules, ...] = ()
    git: tuple[_Rules, ...] = ()
    repository: str | None = None
    """The git directory of the work tree around, as far as that is the root or inside it."""
    everything: bool = False
    """Whether the directory itself is ignored."""

    def ignored(self, name: str, *, is_directory: bool) -> bool:
        """Say whether the entry ``name`` is ignored by its name; a directory may yet be by what it holds."""
        return bool(self.decide(name, is_directory=is_directory))

    def decide(self, name: str, *, is_directory: bool) -> bool | None:
        """Like :meth:`ignored`, but None where no rule speaks of the entry."""
        if self.everything or name in VERSION_CONTROL:
            return True
        try:
            entry = os.fsencode(name)
        except UnicodeEncodeError:
            return True  # no file can have this name
        if is_directory:
            entry += DIRECTORY
        path = self.prefix + entry
        decision = _Rules.decide((*self.settings, *self.own), path, entry)
        if decision is not None:
            return decision
        if is_directory and is_output(self.location, name):
            return True
        return _Rules.decide(self.git, path, entry)


class IgnoreRules:
    """The rules of one workspace folder. Every method may be called from any thread.

    ``extra`` are patterns as in ``.gitignore``, relative to ``root``, with the last word.
    """

    def __init__(self, root: Path, extra: Sequence[str] = ()) -> None:
        self._root = root.resolve()
        self.reload(extra)

    def reload(self, extra: Sequence[str] | None = None) -> None:
        """Read all rules anew, those above the root and git's configuration too; ``extra`` replaces the patterns."""
        if extra is not None:
            self._extra = "\n".join(extra).encode("utf-8", "replace")
        self._config = read_config(self._root)
        self._directories = {"": self._top()}

    def forget(self, path: str = "") -> None:
        """Read the rules at and below the directory ``path`` anew when they are next asked for."""
        if not path:
            self._directories = {"": self._top()}
            return
        if path not in self._directories:
            return  # nor is any directory below it
        below = path + "/"
        known = self._directories.copy()  # another thread may be adding to it
        self._directories = {at: rules for at, rules in known.items() if at != path and not at.startswith(below)}

    def ignored(self, path: str, *, is_directory: bool) -> bool:
        """Say whether ``path``, relative to the root with ``/`` between its parts, or a directory above is ignored."""
        if not path:
            return False
        if is_directory:
            return self.directory(path).everything
        parent, _, name = path.rpartition("/")
        return self.directory(parent).ignored(name, is_directory=False)

    def directory(self, path: str) -> DirectoryRules:
        """Return the rules for the entries of a directory; that of the root is the empty path."""
        directories = self._directories
        found = directories.get(path)
        missing: list[str] = []
        ancestor = path
        while found is None:
            missing.append(ancestor)
            ancestor = ancestor.rpartition("/")[0]
            found = directories.get(ancestor)
        for step in reversed(missing):
            if found.everything:
                break
            found = directories[step] = self._inner(found, step.rpartition("/")[2])
        return found

    def outside(self) -> tuple[tuple[str, FileStamp | None], ...]:
        """Return the rules files outside the root and in the repository, with their stamps.

        It differs when one of them has changed, has come or has gone, of which no watcher of the root tells.
        """
        files = [self._config.excludes_file]
        if (work_tree := enclosing_work_tree(self._root)) is not None:
            if (repository := git_directory(str(work_tree))) is not None:
                files.append(info_exclude(repository))
            above = [each for each in self._root.parents if each.is_relative_to(work_tree)]
            files += [os.path.join(directory, name) for directory in above for name in (OWN_FILE, GIT_FILE)]
        return tuple((file, stamp_at(file)) for file in files)

    @staticmethod
    def is_rules_file(path: str) -> bool:
        """Say whether a change of the file ``path`` changes what is ignored, so that the folder must be reconciled."""
        name = path.rpartition("/")[2]
        return name in (GIT_FILE, OWN_FILE, ".git") or name in MARKERS or path.endswith(".git/info/exclude")

    def _top(self) -> DirectoryRules:
        """Build the rules of the root: its own, and those of the git work tree that it lies in.

        A root that its work tree ignores was opened on purpose: nothing from above it counts.
        """
        rules = self._from_work_tree() or self._outermost(self._root)
        layer = _Rules(len(rules.prefix), compiled(self._extra, ignore_case=self._config.ignore_case))
        repository = git_directory(str(self._root))
        return replace(rules, settings=(layer,) if layer.patterns else (), repository=repository)

    def _from_work_tree(self) -> DirectoryRules | None:
        work_tree = enclosing_work_tree(self._root)
        if work_tree is None:
            return None
        rules = self._outermost(work_tree)
        for name in self._root.relative_to(work_tree).parts:
            entry = os.fsencode(name) + DIRECTORY
            path = rules.prefix + entry
            if _Rules.decide((*rules.own, *rules.git), path, entry):
                return None
            rules = self._entered(rules, name)
        return rules

    def _inner(self, outer: DirectoryRules, name: str) -> DirectoryRules:
        decision, location = outer.decide(name, is_directory=True), os.path.join(outer.location, name)
        if decision or (decision is None and holds_output(location)):
            return _EVERYTHING
        inner = self._entered(outer, name)
        own, around = inner.repository, outer.repository
        if decision is None and own and around and own != around and is_other_work_tree(own, around):
            return _EVERYTHING
        return inner

    def _entered(self, outer: DirectoryRules, name: str) -> DirectoryRules:
        """Step down into a directory that is not ignored; a repository inside another has git rules of its own."""
        location = os.path.join(outer.location, name)
        prefix = outer.prefix + os.fsencode(name) + b"/"
        repository = git_directory(location)
        git = outer.git if repository is None else self._repository(repository, len(prefix))
        inner = replace(outer, location=location, prefix=prefix, git=git, repository=repository or outer.repository)
        return self._with_files(inner)

    def _outermost(self, location: Path) -> DirectoryRules:
        directory = str(location)
        return self._with_files(DirectoryRules(directory, b"", git=self._repository(git_directory(directory), 0)))

    def _repository(self, repository: str | None, offset: int) -> tuple[_Rules, ...]:
        """Return the git rules that stand in no directory of the work tree; ``offset`` is the length of its path."""
        files = [self._config.excludes_file]
        if repository is not None:
            files.insert(0, info_exclude(repository))
        return tuple(_Rules(offset, patterns) for file in files if (patterns := self._read(file, follow=True)))

    def _with_files(self, rules: DirectoryRules) -> DirectoryRules:
        """Add the rules files of the directory itself. Like git's they are not followed where they are links."""
        offset = len(rules.prefix)
        own = self._read(os.path.join(rules.location, OWN_FILE))
        git = self._read(os.path.join(rules.location, GIT_FILE))
        if own:
            rules = replace(rules, own=(_Rules(offset, own), *rules.own))
        if git:
            rules = replace(rules, git=(_Rules(offset, git), *rules.git))
        return rules

    def _read(self, path: str, *, follow: bool = False) -> Patterns | None:
        try:
            content, _ = read_regular(path, _LIMIT, follow=follow)
        except (FileNotFoundError, NotADirectoryError, NotAFile, ValueError):
            return None
        except OSError as error:
            _log.warning("cannot read the ignore rules of %s: %s", path, error.strerror)
            return None
        if content is None:
            _log.warning("the ignore rules of %s are not read: they are larger than %d bytes", path, _LIMIT)
            return None
        return compiled(content, ignore_case=self._config.ignore_case)


_EVERYTHING = DirectoryRules("", b"", everything=True)
