"""Chunk ids that an index gives out may be gone a moment later, when its files have been read again.

Everything that search does about it stands here; snapshots of the index whose ids stay good make it unnecessary.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from dowse.search.chunk_source import OpenChunks, StoredChunks

T = TypeVar("T")


def with_stable_ids(attempt: Callable[[bool], tuple[T, Sequence[StoredChunks | OpenChunks]]]) -> T:
    """Return what ``attempt`` gives; where ids have vanished meanwhile, what it gives while their folders stand still.

    It is told whether it may use other threads. The second attempt may not: it holds the folders' locks, which another
    thread would need to repair a damaged index.
    """
    answer, sources = attempt(True)
    folders = {source.folder for source in sources if isinstance(source, StoredChunks) and source.vanished}
    if not folders:
        return answer
    with contextlib.ExitStack() as frozen:
        for folder in sorted(folders, key=lambda folder: folder.root):
            frozen.enter_context(folder.still())
        return attempt(False)[0]
