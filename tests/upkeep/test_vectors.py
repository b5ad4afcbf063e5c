"""The queue of texts that wait for their vectors."""

from threading import Event
from types import SimpleNamespace

from dowse.chunking.chunk import SpaceName
from dowse.courtesy import Courtesy
from dowse.index.records import MissingVector
from dowse.upkeep import vectors
from dowse.upkeep.vectors import VectorBacklog


def test_what_fits_is_embedded_although_the_rest_does_not(monkeypatch) -> None:
    monkeypatch.setattr(vectors, "CAPACITY", 10)
    taken = Event()
    index = SimpleNamespace(serving=lambda space: taken.set(), building=lambda space: None)
    backlog = VectorBacklog(
        "test",
        SimpleNamespace(),  # type: ignore[arg-type] # no model is known to the index, so none is asked
        Courtesy(),
        usable=lambda spec, fingerprint: True,
        resting=lambda: False,
        on_stored=lambda index: None,
        on_progress=lambda: None,
        on_failure=lambda spec, error: None,
    )
    try:
        texts = [MissingVector(SpaceName.CODE, bytes([n]), "x" * 8, "model") for n in range(3)]
        assert not backlog.add(index, texts)  # type: ignore[arg-type]
        assert taken.wait(20)
    finally:
        backlog.stop(5)
