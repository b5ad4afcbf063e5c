"""Calls to file systems that may hang, as a network mount does whose server has gone."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from dowse.lsp import uris

T = TypeVar("T")


class DiskCalls:
    """Makes each call on a thread of its own, and waits for it only as long as ``patience`` says.

    A call that hangs keeps its thread. When ``limit`` of them hang, nobody waits for another call: what is asked then
    is answered without the disk. May be used from every thread but the event loop's.
    """

    def __init__(self, patience: float, limit: int) -> None:
        self._patience = patience
        self._limit = limit
        self._lock = threading.Lock()
        self._hanging = 0

    def call(self, work: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """Return ``work()``, or ``otherwise()`` where the file system does not answer in time."""
        if self._hanging >= self._limit:
            return otherwise()
        answer: Future[T] = Future()
        threading.Thread(target=_complete, args=(answer, work), name="dowse-disk", daemon=True).start()
        try:
            return answer.result(self._patience)
        except TimeoutError:
            with self._lock:
                self._hanging += 1
            answer.add_done_callback(self._forget)
            return otherwise()

    def real_path_of(self, uri: str) -> str | None:
        """Return the one name of the file that ``uri`` names, or the name as spelt; None where it names no file."""
        path = uris.path_of(uri)
        return None if path is None else self.real_paths([path])[0]

    def real_folder_of(self, uri: str) -> str | None:
        """Return the one name of the folder that ``uri`` names; None where there is none, or the disk does not say."""

        def real_folder() -> str | None:
            path = uris.path_of(uri)
            real = None if path is None else uris.real_path(path)
            return real if real is not None and Path(real).is_dir() else None

        return self.call(real_folder, lambda: None)

    def real_paths(self, paths: Sequence[str]) -> list[str]:
        """Return each file's one name, or all names as spelt."""
        return self.call(
            lambda: [uris.real_path(path) for path in paths], lambda: [uris.spelt_path(path) for path in paths]
        )

    def _forget(self, answer: "Future[T]") -> None:
        with self._lock:
            self._hanging -= 1


def _complete(answer: "Future[T]", work: Callable[[], T]) -> None:
    try:
        answer.set_result(work())
    except Exception as error:
        answer.set_exception(error)
