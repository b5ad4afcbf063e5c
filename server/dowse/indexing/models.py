"""Which models the settings name for each space, which of them can be used, and when a failed one is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelError, ModelInfo, ModelUnavailable
from dowse.embedding.providers import is_instant, is_remote
from dowse.settings import ModelSettings, models_of

if TYPE_CHECKING:
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.indexing.tuning import IndexingTuning


@dataclass(frozen=True, slots=True)
class UsableModel:
    """A model that can be used."""

    spec: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class ModelFailure:
    """Why a model cannot be used, and when it is tried again. Times are those of the loop's clock."""

    message: str
    retry_at: float | None
    """None where only a change of the settings can help, and while it is being tried."""
    interval: float
    lasting: bool
    """Whether it failed again when it was tried again, or was never usable: only then another takes its place."""
    retrying: bool = False
    recovered_at: float | None = None
    """When it could be used again. One that fails again soon after is trusted less."""


def model_lists(settings: ModelSettings) -> dict[SpaceName, tuple[str, ...]]:
    """Return each space's models, best first.

    One that is there at once is among them, whatever the settings name: it answers while an index of a better one is
    built, and where no better one can be used.
    """
    default = ModelSettings()
    return {
        SpaceName.CODE: _with_instant(models_of(settings, "code"), models_of(default, "code")),
        SpaceName.PROSE: _with_instant(models_of(settings, "prose"), models_of(default, "prose")),
    }


def _with_instant(names: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    rest = () if any(map(is_instant, names)) else default
    return tuple(dict.fromkeys((*names, *rest)))


@dataclass(slots=True)
class ModelSet:
    """The models of one set of settings; another set of settings is another ``ModelSet``."""

    number: int
    worker: EmbeddingWorker
    lists: dict[SpaceName, tuple[str, ...]]
    patience_until: float
    """Until then the first scan waits for models that are being opened."""
    ready: dict[str, ModelInfo] = field(default_factory=dict)
    failures: dict[str, ModelFailure] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    _recovered: dict[str, ModelFailure] = field(default_factory=dict)

    def to_open(self) -> list[str]:
        """Return the models to be opened: of each list the first that can be used, and the first instant one."""
        wanted: dict[str, None] = {}
        for specs in self.lists.values():
            left = [spec for spec in specs if not self._is_out(spec)]
            wanted |= dict.fromkeys([*left[:1], *[spec for spec in left if is_instant(spec)][:1]])
        found = [spec for spec in wanted if spec not in self.asked]
        self.asked.update(found)
        return found

    def best(self, space: SpaceName) -> UsableModel | None:
        """Return the first model of the list that can be used; None while that is not known, or where there is none."""
        return self._first(self.lists[space])

    def instant(self, space: SpaceName) -> UsableModel | None:
        """Return the model that a new index begins with: the first instant one, else the best. None as for ``best``."""
        instant = [spec for spec in self.lists[space] if is_instant(spec) and not self._is_out(spec)]
        return self._first(instant or self.lists[space])

    def allows(self, spec: str, fingerprint: str) -> bool:
        """Return whether a model of an index may be asked for vectors, as far as is known for those of the fingerprint.

        An index may be served by a model that the settings name no more. Where that is an endpoint, it gets nothing.
        """
        if is_remote(spec) and not any(spec in specs for specs in self.lists.values()):
            return False
        return spec not in self.ready or self.ready[spec].fingerprint == fingerprint

    def can_use(self, spec: str, fingerprint: str) -> bool:
        """Return whether a model is allowed and has not failed."""
        return spec not in self.failures and self.allows(spec, fingerprint)

    @property
    def loading(self) -> bool:
        """Whether a model that is needed is being opened."""
        return any(spec not in self.ready and spec not in self.failures for spec in self.asked)

    def prefers_failed(self, space: SpaceName) -> bool:
        """Return whether the settings prefer a model that has failed to the one in use."""
        return self.lists[space][0] in self.failures

    def record_ready(self, spec: str, info: ModelInfo, now: float) -> None:
        """Take note that a model was opened."""
        self.ready[spec] = info
        failure = self.failures.pop(spec, None)
        if failure is not None:
            self._recovered[spec] = replace(failure, recovered_at=now)

    def record_failure(self, spec: str, error: ModelError, now: float, tuning: IndexingTuning) -> ModelFailure:
        """Take note that a model failed; a failure that several requests meet counts once."""
        before = self.failures.get(spec)
        if before is not None and not before.retrying:
            return before
        last = before or self._recovered.pop(spec, None)
        if last is not None and last.recovered_at is not None and now - last.recovered_at > tuning.last_model_retry:
            last = None
        can_pass = isinstance(error, ModelUnavailable)
        interval = tuning.first_model_retry if last is None else min(tuning.last_model_retry, 2 * last.interval)
        lasting = last is not None or spec not in self.ready or not can_pass
        self.failures[spec] = ModelFailure(str(error), now + interval if can_pass else None, interval, lasting)
        return self.failures[spec]

    def to_retry(self, now: float) -> list[str]:
        """Return the failed models whose time has come."""
        due = [spec for spec, each in self.failures.items() if each.retry_at is not None and each.retry_at <= now]
        for spec in due:
            self.failures[spec] = replace(self.failures[spec], retry_at=None, retrying=True)
        return due

    def next_retry(self) -> float | None:
        """Return when the next failed model is tried again."""
        return min((each.retry_at for each in self.failures.values() if each.retry_at is not None), default=None)

    def _first(self, specs: Sequence[str]) -> UsableModel | None:
        spec = next((spec for spec in specs if not self._is_out(spec)), None)
        if spec is None or spec not in self.ready or spec in self.failures:
            return None
        return UsableModel(spec, self.ready[spec])

    def _is_out(self, spec: str) -> bool:
        failure = self.failures.get(spec)
        return failure is not None and failure.lasting
