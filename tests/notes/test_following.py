"""Notes and the code they point at, in a real engine: what an answer says of them as files change."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.engine import Edit, Engine, Span
from dowse.notes.new_note import NewNote
from dowse.search.query import Hit, SearchRequest, SimilarRequest
from dowse.settings import FileSettings, NoteSettings, Settings
from search.workspaces import changed, write

NET = '''\
import time


class Gate:
    def send(self, request, attempts=3):
        """Send a request again and again until the carrier takes it."""
        for attempt in range(attempts):
            time.sleep(2 ** attempt)


class Letterbox:
    def send(self, letter):
        """Drop a letter."""
        return letter
'''
QUESTION = "send a request until the carrier takes it"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "work space"
    write(folder, "src/net.py", NET)
    write(folder, "src/money.py", "def total(lines):\n    return sum(line.amount for line in lines)\n")
    return folder


@pytest.fixture
def opened(open_workspace: Callable[..., Engine]) -> Callable[..., Engine]:
    return lambda root, settings=None, *, watch=False: open_workspace(root=root, settings=settings, watch=watch)


def hits(engine: Engine, query: str = QUESTION) -> list[Hit]:
    return list(engine.search(SearchRequest(query)).hits)


def noted(engine: Engine, query: str = QUESTION) -> dict[str, list[str]]:
    """Titles of the notes of each hit in code that has any, by the hit's place."""
    found = [hit for hit in hits(engine, query) if hit.space is SpaceName.CODE and hit.notes]
    return {f"{hit.path}:{hit.selection.start_line + 1}": [note.title for note in hit.notes] for hit in found}


def about_send(engine: Engine, root: Path, text: str = "Why three attempts") -> NewNote:
    note = engine.add_note(text, (str(root / "src/net.py"), 6))
    assert engine.wait_until_ready(60)
    return note


def test_a_note_is_found_as_prose_and_shown_with_its_code(root, opened):
    engine = opened(root)
    note = about_send(engine, root, "Why three attempts\n\nThe carrier throttles us after the third.")
    assert not note.ignored
    best = engine.search(SearchRequest("the carrier throttles us after the third", space="prose")).hits[0]
    assert (best.space, best.path) == (SpaceName.PROSE, note.path)
    [link] = best.links
    assert (link.label, link.path, link.line) == ("Gate.send", "src/net.py", 6)
    assert noted(engine) == {"src/net.py:5": ["Why three attempts"]}
    [reference] = next(hit for hit in hits(engine) if hit.notes).notes
    line = Path(reference.document).read_text("utf-8").split("\n")[reference.span.start_line]
    assert line[reference.span.start_column :].startswith("[`Gate.send` in `src/net.py`](../src/net.py#L7 ")


def test_similar_code_and_partial_results_have_notes_too(root, opened):
    engine = opened(root)
    about_send(engine, root)
    request = SimilarRequest(str(root / "src/net.py"), Span(11, 0, 11, 0))
    assert [len(hit.notes) for hit in engine.similar(request).hits if hit.container == "Gate"] == [1]
    refs: list[Hit] = []
    engine.search(SearchRequest(QUESTION), partial=refs.extend)
    assert [hit.name for hit in refs if hit.notes] == ["send"]


def test_the_link_follows_lines_that_move_saved_or_not(root, opened):
    engine = opened(root)
    note = about_send(engine, root)
    source = write(root, "src/net.py", "# one\n# two\n\n" + NET)  # behind the engine's back
    assert noted(engine) == {"src/net.py:8": ["Why three attempts"]}
    assert [link.line for link in engine.note_links(note.document)] == [9]
    engine.open_document(str(source), "python", "# one\n" + NET)
    assert [link.line for link in engine.note_links(note.document)] == [7]
    engine.change_document(str(source), [Edit(Span(0, 0, 0, 0), "\n\n\n")])
    assert noted(engine) == {"src/net.py:9": ["Why three attempts"]}
    span, notes = engine.notes_about(str(source), 8)
    assert (span.start_line, [each.title for each in notes]) == (8, ["Why three attempts"])
    assert engine.notes_about(str(source), 7) is None


def test_of_two_definitions_of_one_name_the_one_that_was_meant_is_found(root, opened):
    engine = opened(root)
    write(
        root,
        ".notes/a.md",
        '# Bare\n\n[`send`](../src/net.py#L12)\n\n# Text\n\n[`send`](../src/net.py "return letter")\n',
    )
    changed(engine, root / ".notes/a.md")
    lines = NET.replace("class Letterbox", "class Other:\n    def send(self):\n        pass\n\n\nclass Letterbox")
    changed(engine, write(root, "src/net.py", lines))
    assert [link.line + 1 for link in engine.note_links(str(root / ".notes/a.md"))] == [12, 19]


def test_a_function_that_is_called_as_its_file_is_told_from_the_code_around_it(root, opened):
    write(
        root,
        "src/settle.ts",
        "import { x } from './x';\nx();\n\n/** Wait. */\nexport function settle() {\n  return x;\n}\n",
    )
    note = write(root, ".notes/a.md", "[`settle`](../src/settle.ts)\n")
    engine = opened(root)
    assert [link.line for link in engine.note_links(str(note))] == [4]


def test_a_renamed_function_is_found_by_the_text_the_link_stood_on(root, opened):
    engine = opened(root)
    about_send(engine, root)
    changed(engine, write(root, "src/net.py", NET.replace("def send(self, request", "def deliver(self, request")))
    assert noted(engine) == {"src/net.py:5": ["Why three attempts"]}


def test_the_link_follows_a_renamed_file_and_a_function_that_moved(root, opened):
    engine = opened(root)
    note = about_send(engine, root)
    (root / "src/net.py").rename(root / "transport.py")
    changed(engine, root / "src/net.py", root / "transport.py")
    assert noted(engine) == {"transport.py:5": ["Why three attempts"]}
    gate, _, rest = NET.partition("\n\nclass Letterbox")
    changed(engine, write(root, "lib/gate.py", gate), write(root, "transport.py", "class Letterbox" + rest))
    assert noted(engine) == {"lib/gate.py:5": ["Why three attempts"]}
    assert [link.path for link in engine.note_links(note.document)] == ["lib/gate.py"]


def test_a_link_to_what_is_gone_leads_nowhere_and_says_so(root, opened):
    engine = opened(root)
    note = about_send(engine, root)
    (root / "src/net.py").unlink()
    changed(engine, root / "src/net.py")
    [link] = engine.note_links(note.document)
    assert (link.document, link.path) == (None, "src/net.py")
    assert noted(engine) == {}


def test_a_link_with_several_places_to_lead_to_leads_to_none(root, opened):
    engine = opened(root)
    write(root, ".notes/a.md", "[`close`](../src/gone.py#L3)\n")
    for name in ("a", "b"):
        write(root, f"src/{name}.py", "def close(handle):\n    return handle\n")
    engine.reconcile()
    assert engine.wait_until_ready(60)
    assert [link.document for link in engine.note_links(str(root / ".notes/a.md"))] == [None]


def test_a_note_that_is_gone_or_lost_its_link_is_not_shown(root, opened):
    engine = opened(root)
    note = Path(about_send(engine, root).document)
    write(note.parent, note.name, note.read_text("utf-8").replace("[", "(").replace("]", ")"))
    assert noted(engine) == {}
    note.unlink()
    assert noted(engine) == {}


def test_an_unsaved_note_points_at_code_as_it_stands(root, opened):
    engine = opened(root)
    document = str(root / ".notes" / "draft.md")
    engine.open_document(document, "markdown", "# Draft\n\nSee [`Gate.send`](../src/net.py).\n")
    assert noted(engine) == {"src/net.py:5": ["Draft"]}
    engine.change_document(document, [Edit(Span(2, 4, 2, 31), "nothing")])
    assert noted(engine) == {}


def test_a_note_written_by_hand_is_found_by_a_server_that_watches(root, opened):
    engine = opened(root, watch=True)
    write(root, ".notes/hand.md", "# By hand\r\n\r\nMarmots chew: [`Gate.send`](../src/net.py#L5)\r\n")
    deadline, tick = time.monotonic() + 30, threading.Event()
    while noted(engine) != {"src/net.py:5": ["By hand"]}:
        assert time.monotonic() < deadline
        tick.wait(0.05)
    assert hits(engine, "marmots chew")[0].name == "By hand"


def test_links_in_other_documents_are_not_notes(root, opened):
    engine = opened(root)
    changed(engine, write(root, "docs/guide.md", "# Guide\n\n[`Gate.send`](../src/net.py)\n"))
    assert noted(engine) == {}
    assert engine.note_links(str(root / "docs/guide.md")) == ()


def test_the_notes_folder_is_a_setting(root, opened):
    engine = opened(root, Settings(notes=NoteSettings(folder="docs/notes/")))
    assert about_send(engine, root).path.startswith("docs/notes/")
    assert noted(engine) == {"src/net.py:5": ["Why three attempts"]}


def test_a_note_about_a_whole_file_stands_behind_those_about_its_parts(root, opened):
    engine = opened(root)
    write(root, ".notes/a.md", "# The file\n\n[net](../src/net.py)\n")
    changed(engine, root / ".notes/a.md")
    about_send(engine, root)
    assert noted(engine)["src/net.py:5"] == ["Why three attempts", "The file"]
    assert noted(engine)["src/net.py:12"] == ["The file"]


def test_a_link_shows_nothing_of_files_that_are_not_indexed(root, opened, tmp_path):
    secret = write(tmp_path, "secret/key.py", "def send():\n    pass\n")
    write(root, ".gitignore", "ignored.py\n")
    write(root, "ignored.py", "def hidden():\n    pass\n")
    (root / "out").symlink_to(secret.parent)
    note = write(
        root, ".notes/a.md", "[a](../out/key.py#L1) [b](../ignored.py#L1) [c](../../secret/key.py#L1) [d](../%00)\n"
    )
    engine = opened(root)
    assert [link.document for link in engine.note_links(str(note))] == [None, None, None]


def test_a_place_that_no_note_can_point_at_is_refused_and_nothing_is_written(root, opened, tmp_path):
    engine = opened(root)
    with pytest.raises(ValueError, match="no folder of the workspace"):
        engine.add_note("Why", (str(tmp_path / "elsewhere.py"), 0))
    with pytest.raises(LookupError, match="14 lines"):
        engine.add_note("Why", (str(root / "src/net.py"), 14))
    with pytest.raises(LookupError, match="cannot be read"):
        engine.add_note("Why", (str(root / "src/nowhere.py"), 0))
    with pytest.raises(ValueError, match="empty"):
        engine.add_note(" ", None)
    assert not list(root.glob(".notes/*"))


def test_a_note_that_will_not_be_found_says_so(root, opened):
    write(root, ".gitignore", ".notes/\n")
    engine = opened(root)
    assert about_send(engine, root).ignored
    assert hits(engine, "why three attempts")[0].space is SpaceName.CODE


def test_odd_notes_harm_nothing(root, opened):
    write(root, ".notes/binary.md", b"\x00\xff\xfe" * 100)
    write(root, ".notes/latin.md", "# Größe\n\n[`Gate.send`](../src/net.py)\n".encode("latin-1"))
    write(root, ".notes/huge.md", "# Huge\n\n[`Gate.send`](../src/net.py)\n" + "word " * 30_000)
    write(root, ".notes/empty.md", "")
    write(root, ".notes/self.md", "# Self\n\n[`Self`](self.md) [`gone`](gone.md)\n")
    assert sorted(noted(opened(root))["src/net.py:5"]) == ["Größe", "Huge"]


def test_files_too_large_to_index_are_no_places(root, opened):
    write(root, "src/large.py", dedent(f"def large():\n    return '{'x' * 3000}'\n"))
    note = write(root, ".notes/a.md", "[`large`](../src/large.py#L1)\n")
    engine = opened(root, Settings(files=FileSettings(max_size=2000)))
    assert [link.document for link in engine.note_links(str(note))] == [None]
