"""How events change what the loop knows, and what follows: functions of values, without threads, clocks or files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.chunking.prepared_file import MissingFile
from dowse.embedding.model import ModelError, ModelInfo, ModelUnavailable
from dowse.index.overlay import OverlayDocument
from dowse.index.records import MissingVector, ModelChange
from dowse.indexing import effects, events, operations
from dowse.indexing.effects import Effect, EmbedTexts, ReadFiles, RunOperation, ScanFolder, Tell
from dowse.indexing.events import Event, Reporter
from dowse.indexing.models import ModelSet, model_lists
from dowse.indexing.plan import is_idle, next_due, plan
from dowse.indexing.snapshot import snapshot_of
from dowse.indexing.state import FolderPhase, IndexerState
from dowse.indexing.transitions.record import record
from dowse.indexing.tuning import IndexingTuning
from dowse.settings import FileSettings, IndexingSettings, ModelSettings, Settings
from dowse.status import PauseReason

ROOT = Path("/project")
HASH = ModelSettings(code="hash", prose="hash")
TUNING = IndexingTuning(retry_seconds=30, embed_batch=2)


def info(name: str) -> ModelInfo:
    return ModelInfo(name=name, revision="1", dimensions=4, max_tokens=100, pooling="sum")


class Index:
    """What the loop sees of an index."""

    def __init__(self, *, writable: bool = True, complete: bool = True) -> None:
        self.writable = writable
        self.warning = None
        self.complete = complete
        self.generation = 1
        self.vectors_missing = 0
        self.roles: dict[str, dict[SpaceName, tuple[str, ModelInfo]]] = {"serving": {}, "building": {}}
        self.spaces = {space: SimpleNamespace(kind_of_index="exact") for space in SpaceName}

    @property
    def snapshot(self) -> Index:
        return self

    def serving(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        return self.roles["serving"].get(space)

    def building(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        return self.roles["building"].get(space)


class Rules:
    """Rules that only name a file of their own."""

    def is_rules_file(self, path: str) -> bool:
        return path == ".gitignore"


class Loop:
    """A loop without a thread: events are handled when they are told, and time passes when it is said."""

    def __init__(self, settings: Settings | None = None, tuning: IndexingTuning = TUNING) -> None:
        settings = settings or Settings(models=HASH)
        self.now = 100.0
        self.workers: list[int] = []

        def open_worker(number: int, settings: ModelSettings) -> Any:
            self.workers.append(number)
            return SimpleNamespace(number=number, states=dict)

        models = ModelSet(1, open_worker(1, settings.models), model_lists(settings.models), self.now + 0.5)
        self.state = IndexerState(settings, open_worker, models, tuning, watch=False, battery_read_at=self.now)
        self.started: list[Effect] = []
        self.tell(events.Tick())

    def tell(self, *told: Event) -> list[Effect]:
        """Handle events; return the effects that they started."""
        started: list[Effect] = []
        for event in told:
            record(self.state, event, self.now)
            plan(self.state, self.now)
            started += self.state.outbox
            self.state.outbox = []
        self.started += started
        return started

    def wait(self, seconds: float) -> list[Effect]:
        self.now += seconds
        return self.tell(events.Tick())

    def open(self, root: Path = ROOT, index: Index | None = None) -> Index:
        """Open a folder, with its models ready."""
        opened = index or Index()
        self.tell(events.FoldersChanged((root,)))
        number = self.state.folders[root].number
        self.tell(events.FolderOpened(root, number, opened, Rules(), SimpleNamespace(mode="off")))  # type: ignore[arg-type]
        self.tell(events.ModelReady(self.state.models.number, "hash", info("hash")))
        return opened

    def finish(self, *, missing: Sequence[MissingVector] = (), paths: tuple[str, ...] = ()) -> list[Effect]:
        """Carry out the operations of all folders as they come, until none is left."""
        started: list[Effect] = []
        while running := [folder for folder in self.state.folders.values() if folder.running is not None]:
            folder = running[0]
            started += self.tell(
                events.OperationDone(folder.root, folder.running, self._result(folder, missing, paths))
            )
        return started

    def _result(self, folder: Any, missing: Sequence[MissingVector], paths: tuple[str, ...]) -> object:
        match folder.running:
            case operations.UseModel(space, spec, of):
                folder.index.roles["serving"][space] = (spec, of)
                return ModelChange.FIRST
            case operations.WriteFiles():
                return list(missing)
            case operations.FindFilesWithoutVectors():
                return paths
            case operations.Follow():
                return operations.FollowResult(folder.index.writable, changed=False, deleted=False)
            case operations.Maintain():
                return False
        return None

    def read(self, number: int, *paths: str) -> list[Effect]:
        """Have a scan or reading post a batch, as far as it may."""
        readings = (self.folder.scan, self.folder.update)
        (reading,) = [each for each in readings if each is not None and each.number == number]
        assert reading.permits.acquire(blocking=False)
        return self.tell(events.FilesRead(ROOT, number, tuple(map(MissingFile, paths))))

    def end_scan(self, root: Path = ROOT, **fields: Any) -> list[Effect]:
        """End the scan that is under way, and all that follows."""
        scan = self.state.folders[root].scan
        assert scan is not None
        return self.tell(events.ReadingDone(root, scan.number, **fields)) + self.finish()

    def ready(self) -> Index:
        """Open a folder and come to rest."""
        index = self.open()
        self.finish()
        self.end_scan()
        assert is_idle(self.state)
        return index

    @property
    def folder(self) -> Any:
        return self.state.folders[ROOT]


def of(kind: type, started: Sequence[Effect]) -> list[Any]:
    return [effect for effect in started if isinstance(effect, kind)]


def run(operation: type, started: Sequence[Effect]) -> list[Any]:
    return [each.operation for each in of(RunOperation, started) if isinstance(each.operation, operation)]


def texts(*names: str) -> list[MissingVector]:
    return [MissingVector(SpaceName.CODE, name.encode(), name, info("hash").fingerprint) for name in names]


def test_a_folder_is_opened_given_its_models_and_compared_with_the_disk():
    loop = Loop()
    assert of(effects.OpenModel, loop.started)
    index = Index()
    (opening,) = of(effects.OpenFolder, loop.tell(events.FoldersChanged((ROOT,))))
    opened = loop.tell(events.FolderOpened(ROOT, opening.number, index, Rules(), SimpleNamespace(mode="off")))  # type: ignore[arg-type]
    assert of(ScanFolder, opened) == []  # the models may be there at once
    ready = loop.tell(events.ModelReady(1, "hash", info("hash")))
    assert [each.spec for each in run(operations.UseModel, ready)] == ["hash"]
    assert len(of(ScanFolder, ready)) == 1
    assert not is_idle(loop.state)
    loop.finish()
    loop.end_scan()
    assert is_idle(loop.state)


def test_a_scan_does_not_wait_long_for_a_model():
    loop = Loop()
    loop.tell(events.FoldersChanged((ROOT,)))
    number = loop.folder.number
    assert of(ScanFolder, loop.tell(events.FolderOpened(ROOT, number, Index(), Rules(), None))) == []  # type: ignore[arg-type]
    assert next_due(loop.state, loop.now) == loop.state.models.patience_until
    assert len(of(ScanFolder, loop.wait(0.6))) == 1


def test_ten_overflows_are_one_scan():
    loop = Loop()
    loop.ready()
    started = loop.tell(*[events.WatchOverflow(ROOT)] * 10)
    assert len(of(ScanFolder, started)) == 1
    again = loop.end_scan()
    assert len(of(ScanFolder, again)) == 1  # what overflowed during the first one
    loop.end_scan()
    assert is_idle(loop.state)


def test_a_saved_file_overtakes_a_scan_and_is_not_undone_by_what_the_scan_read_before():
    loop = Loop()
    loop.open()
    loop.finish()
    scan = loop.folder.scan
    loop.read(scan.number, "first.py")
    loop.read(scan.number, "saved.py", "other.py")
    (reading,) = of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/saved.py"]), Reporter.CLIENT)))
    loop.read(reading.reading, "saved.py")
    done = loop.finish()
    written = [[each.path for each in write.updates] for write in run(operations.WriteFiles, done)]
    assert written == [["saved.py"], ["other.py"]]


def test_what_was_reported_during_a_scan_is_compared_once_more_when_it_ends():
    loop = Loop()
    loop.open()
    loop.finish()
    (reading,) = of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/a.py"]), Reporter.CLIENT)))
    loop.tell(events.ReadingDone(ROOT, reading.reading))
    again = loop.end_scan(missing=("a.py", "b.py"))
    assert [scan.missing for scan in run(operations.CompleteScan, again)] == [("b.py",)]
    assert [each.paths for each in of(ReadFiles, again)] == [frozenset(["a.py"])]


def test_reported_files_are_read_when_no_more_come_and_those_that_a_client_saved_at_once():
    loop = Loop()
    loop.ready()
    assert of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/a.py"]), Reporter.WATCHER))) == []
    assert not is_idle(loop.state)
    (reading,) = of(ReadFiles, loop.wait(0.15))
    assert reading.paths == {"a.py"}
    assert (
        of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/b.py"]), Reporter.CLIENT))) == []
    )  # one at a time
    (reading,) = of(ReadFiles, loop.tell(events.ReadingDone(ROOT, reading.reading)))
    assert reading.paths == {"b.py"}


def test_many_reported_files_count_as_work_until_they_are_read():
    loop = Loop()
    loop.ready()
    many = frozenset(f"/project/{number}.py" for number in range(500))
    loop.tell(events.FilesChanged(many, Reporter.CLIENT))
    snapshot = snapshot_of(loop.state)
    assert not snapshot.idle
    assert snapshot.queue == 500


def test_a_change_of_the_rules_needs_a_scan():
    loop = Loop()
    loop.ready()
    started = loop.tell(events.FilesChanged(frozenset(["/project/.gitignore"]), Reporter.CLIENT))
    assert (len(of(ScanFolder, started)), of(ReadFiles, started)) == (1, [])


def test_a_file_that_a_search_found_changed_is_read_whatever_its_stamp_says():
    loop = Loop()
    loop.ready()
    (reading,) = of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/a.py"]), Reporter.SEARCH)))
    assert reading.distrusted == {"a.py"}


def test_a_folder_inside_another_owns_its_files():
    loop = Loop()
    loop.ready()
    inner = ROOT / "inner"
    started = loop.tell(events.FoldersChanged((inner,)))
    assert len(of(ScanFolder, started)) == 1  # of the outer one, which has lost them
    assert of(ScanFolder, started)[0].folder.nested == (inner,)
    assert of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/inner/a.py"]), Reporter.CLIENT))) == []


# Trouble.


def test_a_full_disk_is_told_once_tried_again_later_and_told_again_when_it_comes_back():
    loop = Loop()
    loop.ready()

    def fail() -> list[Effect]:
        loop.tell(events.ScanWanted())
        scan = loop.folder.scan
        loop.read(scan.number, "a.py")
        failed = loop.tell(events.OperationFailed(ROOT, loop.folder.running, "The disk is full.", unwritten=True))
        return failed + loop.tell(events.ReadingDone(ROOT, scan.number, stopped=True))

    first = fail()
    assert [each.message.text for each in of(Tell, first)] == ["The disk is full."]
    assert of(ScanFolder, first) == []
    assert snapshot_of(loop.state).degraded
    assert snapshot_of(loop.state).last_error == "The disk is full."
    again = loop.wait(31)
    assert len(of(ScanFolder, again)) == 1
    loop.end_scan()
    assert not snapshot_of(loop.state).degraded
    assert snapshot_of(loop.state).last_error is None
    assert [each.message.text for each in of(Tell, fail())] == ["The disk is full."]


def test_a_folder_that_is_gone_keeps_its_index_and_is_told():
    loop = Loop()
    loop.open()
    loop.finish()
    ended = loop.end_scan(error="The folder is gone.")
    assert run(operations.CompleteScan, ended) == []
    assert [each.message.severity for each in of(Tell, ended)] == ["error"]


def test_an_index_that_was_damaged_is_filled_again():
    loop = Loop()
    loop.ready()
    loop.wait(2)
    assert isinstance(loop.folder.running, operations.Follow)
    result = operations.FollowResult(writable=True, changed=False, deleted=False)
    told = loop.tell(events.OperationDone(ROOT, loop.folder.running, result, recovered="It was damaged."))
    assert [each.message.text for each in of(Tell, told)] == ["It was damaged."]
    assert len(of(ScanFolder, told)) == 1
    assert run(operations.UseModel, told)


def test_an_index_that_was_deleted_is_opened_again():
    loop = Loop()
    loop.ready()
    before = loop.folder.number
    loop.wait(2)
    result = operations.FollowResult(writable=True, changed=False, deleted=True)
    told = loop.tell(events.OperationDone(ROOT, loop.folder.running, result))
    assert [type(each) for each in told if not isinstance(each, Tell)] == [effects.CloseFolder, effects.OpenFolder]
    assert loop.folder.number != before
    assert loop.folder.phase is FolderPhase.OPENING


def test_an_event_of_an_earlier_opening_is_nobody_s():
    loop = Loop()
    loop.tell(events.FoldersChanged((ROOT,)))
    number = loop.folder.number
    loop.tell(events.FoldersChanged((ROOT,), (ROOT,)))
    loop.tell(events.FolderOpened(ROOT, number, Index(), Rules(), None))  # type: ignore[arg-type]
    assert loop.folder.phase is FolderPhase.OPENING


# Two processes.


def test_a_process_that_reads_is_ready_when_the_writer_owes_no_vectors():
    loop = Loop()
    index = Index(writable=False)
    loop.open(index=index)
    index.vectors_missing = 3
    assert not is_idle(loop.state)
    index.vectors_missing, index.complete = 0, False
    assert not is_idle(loop.state)
    index.complete = True
    assert is_idle(loop.state)
    assert of(ScanFolder, loop.started) == []


def test_a_request_in_a_process_that_reads_waits_for_what_the_writer_wrote():
    loop = Loop()
    loop.open(index=Index(writable=False))
    assert run(operations.Follow, loop.tell(events.FollowWanted(7)))
    assert snapshot_of(loop.state).followed < 7
    loop.finish()
    assert snapshot_of(loop.state).followed == 7


def test_a_process_that_reads_takes_over_when_the_writer_goes():
    loop = Loop()
    index = Index(writable=False)
    loop.open(index=index)
    loop.wait(2)
    index.writable = True
    started = loop.finish()
    assert loop.folder.phase is FolderPhase.WRITING
    assert len(of(ScanFolder, started)) == 1


# Open documents.


def test_an_edited_document_is_chunked_when_typing_rests_or_a_request_waits():
    loop = Loop()
    loop.ready()
    assert of(effects.ChunkDocument, loop.tell(events.DocumentChanged("/project/a.py", 1, typed=True))) == []
    assert snapshot_of(loop.state).documents_version == 0
    (chunk,) = of(effects.ChunkDocument, loop.wait(0.4))
    loop.tell(events.DocumentChunked(chunk.document, chunk.version, None))
    assert snapshot_of(loop.state).documents_version == 1
    loop.tell(events.DocumentChanged("/project/a.py", 2, typed=True))
    assert len(of(effects.ChunkDocument, loop.tell(events.DocumentsWanted()))) == 1


def test_what_was_typed_while_a_document_was_chunked_is_not_yet_in():
    loop = Loop()
    loop.ready()
    loop.tell(events.DocumentChanged("/project/a.py", 1), events.DocumentsWanted())
    loop.tell(events.DocumentChanged("/project/a.py", 2))
    (again,) = of(effects.ChunkDocument, loop.tell(events.DocumentChunked("/project/a.py", 1, None)))
    assert snapshot_of(loop.state).documents_version == 1
    loop.tell(events.DocumentChunked("/project/a.py", again.version, None))
    assert snapshot_of(loop.state).documents_version == 2


def test_requests_do_not_wait_again_for_a_document_that_was_slow():
    loop = Loop()
    loop.ready()
    loop.tell(events.DocumentChanged("/project/slow.py", 1), events.DocumentsWanted())
    loop.now += 10
    loop.tell(events.DocumentChunked("/project/slow.py", 1, None))
    loop.tell(events.DocumentChanged("/project/slow.py", 2))
    assert snapshot_of(loop.state).documents_version == 2
    loop.tell(events.DocumentChanged("/project/quick.py", 3))
    assert snapshot_of(loop.state).documents_version == 2


# Vectors and models.


def test_texts_are_embedded_in_batches_and_one_is_embedded_while_another_is_stored():
    loop = Loop()
    loop.open()
    loop.finish()
    scan = loop.folder.scan
    loop.read(scan.number, "a.py")
    (first,) = of(EmbedTexts, loop.finish(missing=texts("one", "two", "three", "four", "five")))
    assert first.texts == ("one", "two")
    started = loop.tell(events.TextsEmbedded(first.batch, np.zeros((2, 4), np.float32)))
    (second,) = of(EmbedTexts, started)
    assert second.texts == ("three", "four")
    assert of(EmbedTexts, loop.tell(events.TextsEmbedded(second.batch, np.zeros((2, 4), np.float32)))) == []
    assert len(of(EmbedTexts, loop.finish())) == 1
    assert snapshot_of(loop.state).queue == 1


def test_what_does_not_fit_into_the_queue_is_read_again_later():
    loop = Loop(tuning=IndexingTuning(waiting_characters=10))
    loop.open()
    loop.finish()
    scan = loop.folder.scan
    loop.read(scan.number, "a.py")
    (batch,) = of(EmbedTexts, loop.finish(missing=texts("x" * 8, "y" * 8)))
    assert batch.texts == ("x" * 8,)
    loop.end_scan()
    loop.tell(events.TextsEmbedded(batch.batch, np.zeros((1, 4), np.float32)))
    (reading,) = of(ReadFiles, loop.finish(paths=("a.py",)))
    assert reading.distrusted == {"a.py"}


def test_files_that_stay_without_vectors_are_not_read_for_ever():
    loop = Loop()
    loop.ready()
    loop.tell(events.ModelReady(1, "hash", info("hash")))
    (reading,) = of(ReadFiles, loop.finish(paths=("a.py",)))
    loop.tell(events.ReadingDone(ROOT, reading.reading))
    assert of(ReadFiles, loop.finish(paths=("a.py",))) == []
    assert is_idle(loop.state)


def failing(spec: str = "openai:m") -> Loop:
    loop = Loop(Settings(models=ModelSettings(code=(spec, "hash"), prose="hash")))
    loop.open()
    loop.wait(1)  # the scan waits no longer for it
    loop.finish()
    loop.end_scan()
    return loop


def test_a_model_that_is_tried_again_in_vain_is_told_once_and_gives_nobody_work():
    loop = failing()
    told = loop.tell(events.ModelFailed(1, "openai:m", ModelUnavailable("cannot be reached")))
    assert ["cannot be reached" in each.message.text for each in of(Tell, told)] == [True]
    for interval in (5.0, 10.0, 20.0):
        assert loop.state.models.next_retry() == loop.now + interval
        (retry,) = of(effects.OpenModel, loop.wait(interval))
        assert retry.again
        assert loop.tell(events.ModelFailed(1, "openai:m", ModelUnavailable("cannot be reached"))) == []
    assert snapshot_of(loop.state).degraded
    loop.finish()
    assert is_idle(loop.state)


def test_a_model_that_comes_back_is_told_and_takes_its_place():
    loop = failing()
    loop.tell(events.ModelFailed(1, "openai:m", ModelUnavailable("cannot be reached")))
    loop.wait(5)
    told = loop.tell(events.ModelReady(1, "openai:m", info("openai:m")))
    assert [each.message.severity for each in of(Tell, told)] == ["info"]
    assert [each.spec for each in run(operations.UseModel, told + loop.finish())] == ["openai:m"]


def test_a_model_that_cannot_be_opened_is_not_tried_again():
    loop = failing()
    loop.tell(events.ModelFailed(1, "openai:m", ModelError("there is no such model")))
    assert of(effects.OpenModel, loop.wait(3600)) == []


def test_new_models_get_the_questions_before_the_old_ones_stop():
    loop = Loop()
    loop.ready()
    started = loop.tell(events.SettingsChanged(Settings(models=ModelSettings(code="hash:64", prose="hash"))))
    assert [each.worker.number for each in of(effects.StopModels, started)] == [1]
    assert snapshot_of(loop.state).worker.number == 2  # type: ignore[attr-defined]
    loop.tell(events.ModelFailed(1, "hash", ModelUnavailable("stopped")))
    assert not snapshot_of(loop.state).degraded


def test_other_files_in_the_settings_mean_a_scan_with_them():
    loop = Loop()
    loop.ready()
    files = FileSettings(max_size=2_000)
    (scan,) = of(
        ScanFolder, loop.tell(events.SettingsChanged(Settings(models=loop.state.settings.models, files=files)))
    )
    assert scan.files == files
    assert of(effects.StopModels, loop.started) == []


# Pauses.


def test_a_pause_stops_what_is_read_and_what_was_left_is_done_when_it_ends():
    loop = Loop()
    loop.open()
    loop.finish()
    scan = loop.folder.scan
    loop.tell(events.PauseWanted())
    assert scan.stop.is_set()
    loop.tell(events.ReadingDone(ROOT, scan.number, stopped=True))
    assert of(ReadFiles, loop.tell(events.FilesChanged(frozenset(["/project/a.py"]), Reporter.CLIENT))) == []
    assert not is_idle(loop.state)
    started = loop.tell(events.ResumeWanted())
    assert (len(of(ScanFolder, started)), len(of(ReadFiles, started))) == (1, 1)
    assert not of(ScanFolder, started)[0].stop.is_set()


def test_the_battery_pauses_until_the_user_says_otherwise():
    settings = Settings(
        models=ModelSettings(code="hash", prose="hash"), indexing=IndexingSettings(pause_on_battery=True)
    )
    loop = Loop(settings)
    assert of(effects.ReadBattery, loop.started)
    told = loop.tell(events.BatteryRead(on_battery=True))
    assert [each.message.severity for each in of(Tell, told)] == ["info"]
    assert snapshot_of(loop.state).paused is PauseReason.BATTERY
    loop.tell(events.ResumeWanted())
    loop.tell(events.BatteryRead(on_battery=True))
    assert snapshot_of(loop.state).paused is None
    loop.tell(events.BatteryRead(on_battery=False), events.BatteryRead(on_battery=True))
    assert snapshot_of(loop.state).paused is PauseReason.BATTERY


def test_a_pause_that_the_user_asked_for_outlasts_the_battery():
    settings = Settings(
        models=ModelSettings(code="hash", prose="hash"), indexing=IndexingSettings(pause_on_battery=True)
    )
    loop = Loop(settings)
    loop.tell(events.BatteryRead(on_battery=True), events.PauseWanted(), events.BatteryRead(on_battery=False))
    assert snapshot_of(loop.state).paused is PauseReason.USER


def test_a_stop_ends_what_is_read():
    loop = Loop()
    loop.open()
    loop.finish()
    record(loop.state, events.Stop(), loop.now)
    assert loop.folder.scan.stop.is_set()


@pytest.mark.parametrize("event", [events.Tick(), events.ScanProgress(ROOT, 1, 2, 1), events.TextsEmbedded(9, None)])
def test_an_event_about_nothing_that_is_known_changes_nothing(event):
    loop = Loop()
    assert loop.tell(event) == []


def test_a_rebuild_forgets_everything_before_it_compares_with_the_disk():
    loop = Loop()
    loop.ready()
    started = loop.tell(events.RebuildWanted())
    assert (len(run(operations.Clear, started)), of(ScanFolder, started)) == (1, [])
    assert len(of(ScanFolder, loop.finish())) == 1


def test_an_unsaved_text_is_embedded_once_the_model_can_be_used_again():
    loop = Loop()
    loop.ready()
    chunks = chunk_text("a.py", "def levitate_elephants():\n    return broomstick\n", "python")
    entry = OverlayDocument.of("/project/a.py", str(ROOT), "a.py", chunks)
    loop.tell(events.DocumentChanged("/project/a.py", 1), events.DocumentsWanted())
    (asked,) = of(effects.EmbedDocumentTexts, loop.tell(events.DocumentChunked("/project/a.py", 1, entry)))
    assert snapshot_of(loop.state).vectors_requested_at == loop.now
    failed = events.DocumentVectorsReady(asked.space, asked.fingerprint, asked.digests, None)
    assert of(effects.EmbedDocumentTexts, loop.tell(failed)) == []
    assert snapshot_of(loop.state).vectors_requested_at is None
    (again,) = of(effects.EmbedDocumentTexts, loop.tell(events.ModelReady(1, "hash", info("hash"))))
    assert again.digests == asked.digests
    vectors = np.ones((len(again.digests), 4), np.float32)
    loop.tell(events.DocumentVectorsReady(again.space, again.fingerprint, again.digests, vectors))
    assert loop.state.overlay.missing(SpaceName.CODE, again.fingerprint) == []
