"""What the engine knows at once of a definition: its neighbours and its notes, from one state of the workspace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dowse.engine import Edit, Engine, Span
from dowse.settings import Settings

SEND = """\
def send_parcel(parcel, carrier):
    \"\"\"Hand a parcel over to a carrier and wait for the receipt.\"\"\"
    receipt = carrier.accept(parcel.label)
    if receipt is None:
        raise Refused(parcel)
    return receipt
"""
COPY = SEND.replace("send_parcel", "post_parcel").replace("Refused", "Rejected")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "send.py").write_text(SEND, "utf-8")
    (folder / "post.py").write_text(COPY, "utf-8")
    return folder


@pytest.fixture
def engine(tmp_path: Path, root: Path) -> Iterator[Engine]:
    engine = Engine(Settings(), cache_dir=tmp_path / "cache")
    engine.start([root], watch=False)
    assert engine.wait_until_ready(60)
    yield engine
    engine.stop()


def test_a_hover_has_neighbours_and_notes_and_where_the_name_is_now(engine: Engine, root: Path) -> None:
    document = str(root / "send.py")
    engine.add_note("Carriers are slow", (document, 0))
    assert engine.wait_until_ready(60)
    engine.open_document(document, "python", SEND)
    engine.change_document(document, [Edit(Span(0, 0, 0, 0), "# one\n# two\n")])
    found = engine.hover(document, 2, 3)
    assert found is not None
    assert found.text.startswith("# one\n# two\n")
    assert found.selection == Span(2, 4, 2, 15)
    assert found.source is not None
    assert found.source.name == "send_parcel"
    assert [hit.name for hit in found.hits] == ["post_parcel"]
    assert [note.title for note in found.notes] == ["Carriers are slow"]


def test_nothing_is_known_beside_definitions_and_of_documents_that_are_not_open(engine: Engine, root: Path) -> None:
    document = str(root / "send.py")
    assert engine.hover(document, 0, 3) is None
    engine.open_document(document, "python", SEND)
    assert engine.hover(document, 4, 3) is None


BROKEN_INSTALLATION = """
import sys
sys.modules["tantivy"] = None  # what importing a package does whose compiled part is missing
from pathlib import Path
from threading import Event
from dowse.engine import Engine, EngineFailed, Span
from dowse.search.query import DuplicatesRequest, SearchRequest, SimilarRequest
from dowse.settings import Settings
engine = Engine(Settings(), cache_dir=Path(sys.argv[1]))
engine.start([], watch=False)
while not engine.status().last_error:
    Event().wait(0.01)
for question in (
    lambda: engine.search(SearchRequest("anything")),
    lambda: engine.similar(SimilarRequest("/a.py", Span(0, 0, 0, 0))),
    lambda: engine.duplicates(DuplicatesRequest()),
    lambda: engine.near_copies("/a.py"),
    lambda: engine.hover("/a.py", 0, 3),
    lambda: engine.similar_in_memory("/a.py", 0, 3),
    lambda: engine.notes_about("/a.py", 0),
    lambda: engine.note_links("/a.py"),
    lambda: engine.definition_lines("/a.py"),
    lambda: engine.add_note("text"),
):
    try:
        print("answered", question())
    except EngineFailed as failure:
        print(failure)
engine.stop()
"""


def test_every_question_says_why_the_engine_could_not_be_built(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BROKEN_INSTALLATION, str(tmp_path / "cache")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    answers = ran.stdout.splitlines()
    assert len(answers) == 10
    assert [answer for answer in answers if not answer.startswith("Dowse cannot start: ")] == []
