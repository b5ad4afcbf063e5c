"""Settings change, and indexing pauses and goes on."""

from __future__ import annotations

from collections.abc import Iterable

from dowse.indexing.effects import StopModels
from dowse.indexing.models import ModelSet, model_lists
from dowse.indexing.state import IndexerState
from dowse.indexing.transitions.documents import ask_again_for_document_vectors
from dowse.indexing.transitions.folders import stop_reading
from dowse.indexing.transitions.vectors import seek_unembedded
from dowse.settings import Restart, Settings, restarts
from dowse.status import PauseReason


def change_settings(state: IndexerState, settings: Settings, now: float) -> None:
    """Put new settings in force; each declares what a change of it restarts."""
    wanted = restarts(state.settings, settings)
    state.settings = settings
    if Restart.MODELS in wanted:
        for spec in state.models.failures:
            state.end_trouble(spec)
        state.start(StopModels(state.models.worker))
        number = state.models.number + 1
        state.models = ModelSet(number, state.open_worker(number, settings.models), model_lists(settings.models), now)
        for queue in (state.serving, state.building):
            queue.clear()
        for folder in state.folders.values():
            folder.models.clear()
        seek_unembedded(state.folders.values())
        ask_again_for_document_vectors(state)
    if Restart.SCAN in wanted:
        for folder in state.folders.values():
            folder.restart_watcher = True
            folder.want_scan()
            stop_reading(folder)
    if Restart.BATTERY in wanted:
        state.battery_read_at = now
        if not settings.indexing.pause_on_battery:
            resume(state, [PauseReason.BATTERY])


def pause(state: IndexerState, reason: PauseReason) -> None:
    """Read and embed nothing more."""
    if not state.paused:
        for folder in state.folders.values():
            stop_reading(folder)
    if reason not in state.paused and reason is PauseReason.BATTERY:
        state.tell("info", "Indexing rests while the machine runs on its battery (indexing.pauseOnBattery).")
    state.paused.add(reason)


def resume(state: IndexerState, reasons: Iterable[PauseReason]) -> None:
    """Go on, unless another reason for the pause is left."""
    was_paused = bool(state.paused)
    state.paused.difference_update(reasons)
    if was_paused and not state.paused:
        seek_unembedded(state.folders.values())


def resume_by_hand(state: IndexerState) -> None:
    """Go on whatever the reason for the pause; the battery is no reason again until the machine was plugged in."""
    state.battery_overridden = True
    resume(state, PauseReason)


def read_battery(state: IndexerState, *, on_battery: bool, now: float) -> None:
    """Pause on battery, unless the user has resumed by hand since the machine was last plugged in."""
    state.battery_read_at = now + state.tuning.follow_seconds
    if not on_battery:
        state.battery_overridden = False
    wanted = state.settings.indexing.pause_on_battery
    if wanted and on_battery and not state.battery_overridden:
        pause(state, PauseReason.BATTERY)
    else:
        resume(state, [PauseReason.BATTERY])
