"""The loop and all that it runs on, as one object: built on a worker thread, told by events, read by snapshots."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from threading import Event as Flag
from typing import TYPE_CHECKING

from dowse.indexing.events import Stop

if TYPE_CHECKING:
    from dowse.chunking.chunker_pool import ChunkerPool
    from dowse.embedding.model import ModelUnavailable
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.indexing.loop import EventQueue
    from dowse.indexing.snapshot import WorkspaceSnapshot
    from dowse.indexing.tuning import IndexingTuning
    from dowse.settings import ModelSettings, Settings
    from dowse.status import Message
    from dowse.throttle import BackgroundThrottle
    from dowse.workspace.documents import Documents

WAKE_SECONDS = 0.02
"""Between two looks at whether a request that waits for a snapshot was cancelled."""


class Indexer:
    """Keeps the indexes of a workspace. Every method may be called from any thread."""

    def __init__(
        self,
        settings: Settings,
        cache_dir: Path,
        events: EventQueue,
        documents: Documents,
        throttle: BackgroundThrottle,
        tuning: IndexingTuning,
        *,
        watch: bool,
        on_publish: Callable[[], None],
        on_message: Callable[[Message], None],
        on_battery: Callable[[], bool],
        on_project_file: Callable[[], None],
    ) -> None:
        """Begin to take ``events``. ``on_publish`` is called after each snapshot; no callback may block."""
        from dowse.chunking.chunker_pool import ChunkerPool
        from dowse.indexing.effects_runner import EffectsRunner
        from dowse.indexing.loop import IndexingLoop
        from dowse.indexing.models import ModelSet, model_lists
        from dowse.indexing.snapshot import snapshot_of
        from dowse.indexing.state import IndexerState

        self.pool: ChunkerPool = ChunkerPool(throttle=throttle)
        self._events = events
        self._on_publish = on_publish
        self._published = Condition()
        self._runner = EffectsRunner(
            events, documents, self.pool, throttle, cache_dir, tuning, on_message, on_battery, on_project_file
        )
        models = ModelSet(
            1,
            self._open_worker(1, settings.models),
            model_lists(settings.models),
            time.monotonic() + tuning.model_patience,
        )
        state = IndexerState(settings, self._open_worker, models, tuning, watch, battery_read_at=time.monotonic())
        self._snapshot = snapshot_of(state)
        self._loop = IndexingLoop(state, events, self._runner.start, self._publish)
        self._loop.start()

    @property
    def snapshot(self) -> WorkspaceSnapshot:
        """The last one that was published."""
        return self._snapshot

    def wait_for(
        self,
        condition: Callable[[WorkspaceSnapshot], bool],
        timeout: float | None,
        cancel: Flag | None = None,
    ) -> bool:
        """Wait for a snapshot that meets a condition; False after ``timeout`` seconds, or once ``cancel`` is set."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._published:
            while not condition(self._snapshot):
                left = WAKE_SECONDS if deadline is None else min(WAKE_SECONDS, deadline - time.monotonic())
                if left <= 0 or (cancel is not None and cancel.is_set()):
                    return False
                self._published.wait(left)
        return True

    def stop(self, timeout: float) -> None:
        """End all threads within ``timeout`` seconds; what was committed stays."""
        deadline = time.monotonic() + timeout
        self._events.post(Stop())
        self._events.close()
        self.pool.close()
        self._loop.join(timeout / 4)
        threads = self._runner.close()
        self._snapshot.worker.stop(max(0.0, (deadline - time.monotonic()) / 2))
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _publish(self, snapshot: WorkspaceSnapshot) -> None:
        with self._published:
            self._snapshot = snapshot
            self._published.notify_all()
        self._on_publish()

    def _open_worker(self, number: int, settings: ModelSettings) -> EmbeddingWorker:
        from dowse.embedding.worker import EmbeddingWorker
        from dowse.indexing.events import ModelFailed

        def report(spec: str, error: ModelUnavailable) -> None:
            self._events.post(ModelFailed(number, spec, error))

        return EmbeddingWorker(settings, on_unavailable=report)
