"""Which model each space is to have: the first of an ordered list that can be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelError, ModelInfo, ModelUnavailable
from dowse.embedding.opening import is_instant, is_remote, shown
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import ModelSettings, models_of

FIRST_RETRY = 5.0
"""Seconds after which a model that could not be reached is tried again, then twice as long each time."""

LAST_RETRY = 600.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that can be used."""

    spec: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class _Failure:
    message: str
    retry_at: float | None
    """On the monotonic clock; None where only a change of the settings can help."""
    interval: float
    lasting: bool
    """Whether it has been tried again in vain, or was never usable: only then another takes its place."""
    asked_again: bool = False
    """Whether it is being tried now."""
    until: float | None = None
    """When the model could be used again. One that fails again soon after is trusted less."""


def chains_of(settings: ModelSettings) -> dict[SpaceName, tuple[str, ...]]:
    """Return each space's models, best first.

    One that is there at once is among them, whatever the settings name: it answers while an index of a better one is
    made, and where no better one can be used.
    """
    default = ModelSettings()
    return {
        SpaceName.CODE: _chain(models_of(settings, "code"), models_of(default, "code")),
        SpaceName.PROSE: _chain(models_of(settings, "prose"), models_of(default, "prose")),
    }


def _chain(names: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    rest = () if any(map(is_instant, names)) else default
    return tuple(dict.fromkeys((*names, *rest)))


class ModelChains:
    """Opens the models of the settings as they are needed, and knows which can be used.

    A model that is not reached is tried again at growing intervals. Every method may be called from any thread.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        on_change: Callable[[], None],
        tell: Callable[[str, str], None],
    ) -> None:
        """``on_change`` is called, on any thread, when a model turns out to be usable or not after :meth:`load`."""
        self.worker = EmbeddingWorker(settings, on_unavailable=self.fail)
        self.chains = chains_of(settings)
        self._named = frozenset(spec for chain in self.chains.values() for spec in chain)
        self._on_change = on_change
        self._tell = tell
        self._lock = Lock()
        # The following belong to whoever holds the lock.
        self._known: dict[str, ModelInfo] = {}
        self._failures: dict[str, _Failure] = {}
        self._overcome: dict[str, _Failure] = {}
        self._asked: set[str] = set()

    def load(self, patience: float = 0.0) -> None:
        """Ask for the models that are needed now and wait at most ``patience`` seconds for their answers."""
        pending = self._ask()
        deadline = time.monotonic() + patience
        while pending and (left := deadline - time.monotonic()) > 0:
            wait_for(pending.values(), timeout=left)
            for spec, future in list(pending.items()):
                if future.done():
                    self._take(spec, pending.pop(spec))
            pending |= self._ask()  # the next ones, where some have failed
        for spec, future in pending.items():
            future.add_done_callback(partial(self._take_late, spec))

    def best(self, space: SpaceName) -> Candidate | None:
        """Return the first model of the chain that can be used; None while that is not known, or if there is none."""
        return self._first(self.chains[space])

    def at_once(self, space: SpaceName) -> Candidate | None:
        """Return the model with which a new index begins: the first that is there at once, else the best.

        None as above.
        """
        with self._lock:
            instant = [spec for spec in self.chains[space] if is_instant(spec) and not self._is_out(spec)]
        return self._first(instant or self.chains[space])

    def allowed(self, spec: str, fingerprint: str) -> bool:
        """Whether a model of an index may be asked for vectors, as far as is known for those of the fingerprint.

        An index may be served by a model that the settings name no more. Where that is an endpoint, it gets nothing.
        """
        if is_remote(spec) and spec not in self._named:
            return False
        with self._lock:
            return spec not in self._known or self._known[spec].fingerprint == fingerprint

    def usable(self, spec: str, fingerprint: str) -> bool:
        """Whether a model is allowed, and has not failed."""
        return self.failure(spec) is None and self.allowed(spec, fingerprint)

    @property
    def loading(self) -> bool:
        """Whether a model is being opened that is needed."""
        with self._lock:
            return any(spec not in self._known and spec not in self._failures for spec in self._asked)

    def failing(self, space: SpaceName) -> bool:
        """Whether a model that the settings prefer to the one that can be used cannot."""
        with self._lock:
            return self.chains[space][0] in self._failures

    def failure(self, spec: str) -> str | None:
        """Return why a model cannot be used."""
        with self._lock:
            failure = self._failures.get(spec)
        return None if failure is None else failure.message

    def dimensions(self, spec: str) -> int:
        """Return the length of a model's vectors; 0 while it is not known."""
        with self._lock:
            return self._known[spec].dimensions if spec in self._known else 0

    def fail(self, spec: str, error: ModelError) -> None:
        """Note that a model cannot be used, and tell of it once for each time that it begins."""
        with self._lock:
            before = self._failures.get(spec)
            if before is not None and not before.asked_again:
                return  # the same failure, as another request met it
            now = time.monotonic()
            last = before or self._overcome.pop(spec, None)
            if last is not None and last.until is not None and now - last.until > LAST_RETRY:
                last = None  # long ago
            passing = isinstance(error, ModelUnavailable)
            interval = FIRST_RETRY if last is None else min(LAST_RETRY, 2 * last.interval)
            lasting = last is not None or spec not in self._known or not passing
            self._failures[spec] = _Failure(str(error), now + interval if passing else None, interval, lasting)
        if before is None:
            again = " It is tried again from time to time." if passing else ""
            self._tell("error", f"The model {shown(spec)} cannot be used: {error}.{again}")
        if lasting and (before is None or not before.lasting):
            self._on_change()

    def retry(self) -> None:
        """Ask again for the models whose time has come."""
        now = time.monotonic()
        with self._lock:
            due = [spec for spec, each in self._failures.items() if each.retry_at is not None and each.retry_at <= now]
            for spec in due:
                self._failures[spec] = replace(self._failures[spec], retry_at=None, asked_again=True)
        for spec in due:
            self.worker.forget_failure(spec)
            self.worker.info(spec).add_done_callback(partial(self._take_late, spec))

    def stop(self, timeout: float) -> None:
        """End the threads of the models."""
        self.worker.stop(timeout)

    def _first(self, specs: Sequence[str]) -> Candidate | None:
        with self._lock:
            spec = next((spec for spec in specs if not self._is_out(spec)), None)
            if spec is None or spec not in self._known or spec in self._failures:
                return None
            return Candidate(spec, self._known[spec])

    def _is_out(self, spec: str) -> bool:
        """Call with the lock held."""
        failure = self._failures.get(spec)
        return failure is not None and failure.lasting

    def _ask(self) -> dict[str, Future[ModelInfo]]:
        """Ask for those of the models that are needed which have not been asked for."""
        with self._lock:
            wanted = {spec for chain in self.chains.values() for spec in self._needed(chain)} - self._asked
            self._asked |= wanted
        return {spec: self.worker.info(spec) for spec in wanted}

    def _needed(self, chain: Sequence[str]) -> set[str]:
        """Call with the lock held: of those that have not failed, the first, and the first that is there at once."""
        left = [spec for spec in chain if not self._is_out(spec)]
        return {*left[:1], *[spec for spec in left if is_instant(spec)][:1]}

    def _take(self, spec: str, future: Future[ModelInfo]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            self.fail(spec, error if isinstance(error, ModelError) else ModelError(type(error).__name__))
            return
        with self._lock:
            self._known[spec] = future.result()
            overcome = self._failures.pop(spec, None)
            if overcome is not None:
                self._overcome[spec] = replace(overcome, until=time.monotonic())
        if overcome is not None:
            self._tell("info", f"The model {shown(spec)} can be used again.")

    def _take_late(self, spec: str, future: Future[ModelInfo]) -> None:
        self._take(spec, future)
        if not future.cancelled() and future.exception() is None:  # of a failure, :meth:`fail` has told
            self._on_change()
