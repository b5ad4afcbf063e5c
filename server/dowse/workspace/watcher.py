"""Following the changes of a workspace folder, by the system's events where it sends them and by polling elsewhere."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Lock, Thread
from typing import Literal, Protocol

from dowse.system import SYSTEM
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.mounts import INSTANCES, WATCHES, WatchLimitReached, silent_file_system
from dowse.workspace.poller import SHORTEST, Poller

WatchMode = Literal["native", "polling", "off"]

_ENOUGH = {WATCHES: 1_048_576, INSTANCES: 1_024}
"""The limits to recommend; what they allow costs memory only when it is used."""


class _Source(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class Watcher:
    """Reports what changes in the folder ``root``.

    ``on_paths`` gets absolute paths: of files that were made, changed or deleted, both names of what was renamed, and
    of directories that were made, moved or deleted, whose files are not reported one by one; ``root`` itself when it
    is gone. Paths that ``rules``
    ignore are left out; a change of the rules themselves is reported (see :meth:`IgnoreRules.is_rules_file`).
    ``on_overflow`` says that changes may have been missed and the folder must be scanned; so it does once after each
    change to polling, when the first look is done. ``on_message`` gets at most one text for the user for each start.
    All are called on threads of the watcher, and must neither block nor call :meth:`stop`. ``poll_every`` is the least
    time between two looks, in seconds.
    """

    def __init__(
        self,
        root: Path,
        rules: IgnoreRules,
        on_paths: Callable[[set[str]], None],
        on_overflow: Callable[[], None],
        on_message: Callable[[str], None],
        *,
        poll_every: float = SHORTEST,
    ) -> None:
        self._root = root
        self._rules = rules
        self._on_paths = on_paths
        self._on_overflow = on_overflow
        self._on_message = on_message
        self._nested: tuple[Path, ...] = ()
        self._elsewhere: frozenset[str] = frozenset()
        self._poll_every = poll_every
        self._lock = Lock()
        self._source: _Source | None = None
        self._mode: WatchMode = "off"

    @property
    def mode(self) -> WatchMode:
        """How changes are found at the moment."""
        return self._mode

    def start(self, nested: Collection[Path] = ()) -> None:
        """Begin to watch. What changes after this returns is reported; scan the folder afterwards.

        ``nested`` are workspace folders inside this one, which have watchers of their own; a watcher that was started
        with others begins anew. Takes as long as it takes to visit each directory once.
        """
        if tuple(nested) != self._nested:
            self.stop()
        with self._lock:
            if self._source is None:
                self._nested = tuple(nested)
                inside = [folder for folder in nested if folder != self._root and folder.is_relative_to(self._root)]
                self._elsewhere = frozenset(folder.relative_to(self._root).as_posix() for folder in inside)
                self._begin()

    def stop(self) -> None:
        """End; nothing is reported after this returns."""
        with self._lock:
            source, self._source, self._mode = self._source, None, "off"
        if source is not None:
            source.stop()

    def _begin(self) -> None:
        silent = silent_file_system(self._root)
        if silent is not None:
            self._poll(
                f"{self._root} is on a file system ({silent}) that does not report changes made elsewhere. "
                "Dowse looks for changes every few seconds instead; a folder on a local disk is followed at once."
            )
            return
        source = self._native()
        try:
            source.start()
        except WatchLimitReached as error:
            self._poll(_remedy(self._root, error))
        except OSError as error:
            self._poll(f"{self._root} cannot be watched ({error.strerror}). Dowse looks for changes every few seconds.")
        else:
            self._source, self._mode = source, "native"

    def _native(self) -> _Source:
        # Imported late: each exists on its own systems only, and a folder that is polled needs neither.
        if SYSTEM.has_inotify:
            from dowse.workspace.inotify import InotifyTree

            return InotifyTree(
                self._root, self._rules, self._elsewhere, self._on_change, self._on_overflow, self._on_lost
            )
        from dowse.workspace.observed_tree import ObservedTree

        return ObservedTree(self._root, self._on_change)

    def _poll(self, message: str | None) -> None:
        poller = Poller(
            self._root, self._rules, self._nested, self._report, self._on_overflow, shortest=self._poll_every
        )
        poller.start()
        self._source, self._mode = poller, "polling"
        if message is not None:
            self._on_message(message)

    def _on_lost(self, source: _Source, error: WatchLimitReached | None) -> None:
        """Poll from now on: the root is gone and may come back, or it has grown past the limit."""
        Thread(target=self._replace, args=(source, error), name="dowse-watch-fallback", daemon=True).start()

    def _replace(self, source: _Source, error: WatchLimitReached | None) -> None:
        with self._lock:
            if self._source is not source:
                return
            self._poll(_remedy(self._root, error) if error is not None else None)
        source.stop()
        if error is None:
            self._report({""})

    def _on_change(self, path: str, is_directory: bool) -> None:
        if self._matters(path, is_directory=is_directory):
            self._report({path})

    def _matters(self, path: str, *, is_directory: bool) -> bool:
        parent, _, name = path.rpartition("/")
        if any(path == folder or path.startswith(f"{folder}/") for folder in self._elsewhere):
            return False
        if parent == ".git/info" and self._rules.is_rules_file(path):
            return True
        here = self._rules.directory(parent)
        if here.everything:
            return False
        return self._rules.is_rules_file(path) or not here.ignored(name, is_directory=is_directory)

    def _report(self, paths: set[str]) -> None:
        self._on_paths({os.path.join(self._root, path) if path else str(self._root) for path in paths})


def _remedy(root: Path, error: WatchLimitReached) -> str:
    line = f"{error.setting}={_ENOUGH[error.setting]}"
    return (
        f"The system's limit on watched folders ({error.setting}) is too low for {root}. Dowse looks for changes every "
        f"few seconds instead. To raise it: echo {line} | sudo tee /etc/sysctl.d/60-dowse.conf && sudo sysctl --system"
    )
