"""The engine as both faces use it: real folders, real threads, a real index in a temporary cache."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest

from dowse.chunking.chunk import Kind, SpaceName
from dowse.embedding.hash_model import HashingModel
from dowse.engine import Edit, Engine, Span
from dowse.index.writer import IndexWriter
from dowse.search.query import Cancelled, Filter, SearchRequest, Signal, SimilarRequest
from dowse.settings import FileSettings, ModelSettings, Settings
from dowse.status import IndexState, Message
from waiting import until

RETRY = '''
    def call_until_it_works(operation, attempts=5):
        """Try again with growing pauses while the remote side fails."""
        for attempt in range(attempts):
            try:
                return operation()
            except ConnectionError:
                pause(2 ** attempt)
        raise GaveUp(attempts)
'''

MONEY = '''
    def format_amount(cents, currency):
        """Write an amount of money for people to read."""
        return f"{cents // 100}.{cents % 100:02d} {currency}"
'''


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), "utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    write(root, "net/retry.py", RETRY)
    write(root, "shop/money.py", MONEY)
    write(
        root,
        "docs/decisions.md",
        "# Decisions\n\n## Storage\n\nWe keep parcels in SQLite because it needs no server.\n",
    )
    return root


class Opened:
    """An engine with what it has said."""

    def __init__(self, tmp_path: Path, settings: Settings) -> None:
        self.messages: list[Message] = []
        self.engine = Engine(settings, cache_dir=tmp_path / "cache", on_message=self.messages.append)

    def start(self, *folders: Path, watch: bool = False) -> Engine:
        self.engine.start(folders, watch=watch)
        assert self.engine.wait_until_ready(30)
        return self.engine


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    made: list[Opened] = []

    def make(settings: Settings | None = None) -> Opened:
        made.append(Opened(tmp_path, settings or Settings()))
        return made[-1]

    yield make
    for each in made:
        each.engine.stop()


def names(engine: Engine, query: str, **fields) -> list[str]:
    return [hit.name for hit in engine.search(SearchRequest(query, **fields)).hits]


def paths(engine: Engine, query: str, **fields) -> list[str]:
    return [hit.path for hit in engine.search(SearchRequest(query, **fields)).hits]


def test_a_question_finds_the_function_that_does_it(folder, opened):
    engine = opened().start(folder)
    answer = engine.search(SearchRequest("try again with growing pauses"))
    hit = answer.hits[0]
    assert (hit.name, hit.kind, hit.path) == ("call_until_it_works", Kind.FUNCTION, "net/retry.py")
    assert hit.document == str(folder / "net/retry.py")
    assert hit.folder == str(folder)
    assert hit.text.startswith("def call_until_it_works")
    assert hit.selection == Span(hit.span.start_line, 4, hit.span.start_line, 4 + len("call_until_it_works"))
    assert {reason.signal for reason in hit.reasons} >= {Signal.SEMANTIC, Signal.KEYWORDS}
    assert answer.index.state is IndexState.READY
    assert answer.index.files_indexed == answer.index.files_total == 3


def test_notes_answer_beside_code(folder, opened):
    engine = opened().start(folder)
    hit = engine.search(SearchRequest("why was SQLite decided on")).hits[0]
    assert hit.space is SpaceName.PROSE
    assert hit.path == "docs/decisions.md"
    assert "docs/decisions.md" not in paths(engine, "SQLite server", space="code")


@pytest.mark.parametrize("query", ["", "  \n\t", "???"])
def test_nothing_asked_is_nothing_found(folder, opened, query):
    assert names(opened().start(folder), query) == []


@pytest.mark.parametrize(("limit", "min_score"), [(0, 0.0), (201, 0.0), (5, -0.1), (5, 1.1)])
def test_a_request_out_of_bounds_is_an_error(folder, opened, limit, min_score):
    with pytest.raises(ValueError, match="must be"):
        opened().start(folder).search(SearchRequest("money", limit=limit, min_score=min_score))


def test_filters_leave_only_what_matches(folder, opened):
    engine = opened().start(folder)
    assert paths(engine, "amount of money pauses", filter=Filter(include=("/net/",))) == ["net/retry.py"]
    assert "net/retry.py" not in paths(engine, "growing pauses", filter=Filter(exclude=("retry.*",)))
    assert paths(engine, "money", filter=Filter(languages=("go",))) == []
    assert names(engine, "money", filter=Filter(kinds=(Kind.FUNCTION,)))[0] == "format_amount"
    assert paths(engine, "money", filter=Filter(folders=("/elsewhere",))) == []


def test_a_cancelled_search_ends(folder, opened):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        opened().start(folder).search(SearchRequest("money"), cancel)


def test_partial_results_are_the_answer_in_pieces(folder, opened):
    engine = opened().start(folder)
    pieces = []
    answer = engine.search(SearchRequest("money pauses server"), partial=pieces.append)
    assert [hit for piece in pieces for hit in piece] == list(answer.hits)
    assert answer.hits


def test_an_unsaved_edit_is_found_before_it_is_saved_and_forgotten_when_it_is_discarded(folder, opened):
    engine = opened().start(folder)
    document = str(folder / "shop/money.py")
    engine.open_document(document, "python", (folder / "shop/money.py").read_text())
    edit = Edit(Span(0, 0, 0, 0), "def levitate_elephants():\n    return broomstick\n\n\n")
    engine.change_document(document, [edit])
    hit = engine.search(SearchRequest("levitate elephants")).hits[0]
    assert (hit.name, hit.span.start_line, hit.document) == ("levitate_elephants", 0, document)
    moved = engine.search(SearchRequest("format_amount")).hits[0]
    assert moved.text.lstrip().startswith("def format_amount")
    engine.close_document(document)
    assert "levitate_elephants" not in names(engine, "levitate elephants")
    assert engine.search(SearchRequest("format_amount")).hits[0].span.start_line == 1


def test_an_unsaved_edit_is_done_when_it_has_its_vectors(folder, opened, monkeypatch):
    engine = opened(Settings(models=ModelSettings(code="hash", prose="hash"))).start(folder)
    let_go = threading.Event()
    embed = HashingModel.embed_documents
    monkeypatch.setattr(HashingModel, "embed_documents", lambda *given: let_go.wait(30) and embed(*given))
    engine.open_document(str(folder / "net/retry.py"), "python", dedent(MONEY))
    assert not engine.wait_until_ready(0.5)
    let_go.set()
    assert engine.wait_until_ready(30)


def test_untitled_text_is_searched_without_a_folder(opened):
    engine = opened().start()
    engine.open_document("untitled:Untitled-1", "python", "def levitate_elephants():\n    return broomstick\n")
    hit = engine.search(SearchRequest("levitate elephants")).hits[0]
    assert (hit.document, hit.path, hit.folder) == ("untitled:Untitled-1", "untitled:Untitled-1", None)
    engine.close_document("untitled:Untitled-1")
    assert names(engine, "levitate elephants") == []


def test_a_document_that_is_not_open_cannot_be_changed(opened):
    with pytest.raises(KeyError):
        opened().start().change_document("untitled:1", [Edit(None, "x")])


def test_a_file_deleted_behind_our_back_is_never_shown(folder, opened):
    engine = opened().start(folder)
    (folder / "net/retry.py").unlink()
    assert "net/retry.py" not in paths(engine, "try again with growing pauses")


def test_a_file_changed_behind_our_back_is_shown_as_it_is_now(folder, opened):
    engine = opened().start(folder)
    write(folder, "net/retry.py", "\n\n# moved down\n\n" + dedent(RETRY))
    hit = engine.search(SearchRequest("call_until_it_works")).hits[0]
    lines = (folder / "net/retry.py").read_text().splitlines()
    assert lines[hit.selection.start_line][hit.selection.start_column :].startswith("call_until_it_works")
    until(lambda: engine.status().generation > 0 and engine.wait_until_ready(5))
    assert engine.search(SearchRequest("call_until_it_works")).hits[0].span == hit.span


def test_reported_changes_are_taken_in(folder, opened):
    engine = opened().start(folder)
    new = write(folder, "net/levitation.py", "def levitate_elephants():\n    return broomstick\n")
    (folder / "shop/money.py").rename(folder / "shop/coins.py")
    engine.files_changed([str(new), str(folder / "shop/money.py"), str(folder / "shop/coins.py")])
    assert engine.wait_until_ready(10)
    assert names(engine, "levitate elephants")[0] == "levitate_elephants"
    assert paths(engine, "format_amount")[0] == "shop/coins.py"
    assert "shop/money.py" not in paths(engine, "format_amount")


def test_a_reported_directory_is_taken_in_with_all_that_lies_in_it(folder, opened):
    engine = opened().start(folder)
    write(folder, "new/deep/levitation.py", "def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(folder / "new")])
    assert engine.wait_until_ready(10)
    assert names(engine, "levitate elephants")[0] == "levitate_elephants"
    subprocess.run(["rm", "-r", str(folder / "new"), str(folder / "net")], check=True)
    engine.files_changed([str(folder / "new"), str(folder / "net")])
    assert engine.wait_until_ready(10)
    assert engine.status().folders[0].files_indexed == 2


def test_files_are_found_while_they_are_read_again(folder, opened):
    engine = opened().start(folder)
    file = str(folder / "net/retry.py")
    done = threading.Event()

    def save_again_and_again() -> None:
        for number in range(25):
            os.utime(file, (number, number))
            engine.files_changed([file])
            engine.wait_until_ready(30)
        done.set()

    threading.Thread(target=save_again_and_again).start()
    while not done.is_set():
        assert "call_until_it_works" in names(engine, "try again after a failure")


def test_watching_takes_in_changes_by_itself(folder, opened):
    engine = opened().start(folder, watch=True)
    write(folder, "net/levitation.py", "def levitate_elephants():\n    return broomstick\n")
    until(lambda: "levitate_elephants" in names(engine, "levitate elephants"))
    (folder / ".gitignore").write_text("net/\n")
    until(lambda: engine.status().folders[0].files_indexed == 2)


def test_reopening_reads_and_embeds_nothing_again(folder, opened):
    first = opened().start(folder)
    before = first.status().folders[0]
    first.stop()
    second = opened().start(folder)
    assert second.status().folders[0].generation == before.generation
    assert names(second, "try again with growing pauses")[0] == "call_until_it_works"


def test_a_rebuild_gives_the_same_answers(folder, opened):
    engine = opened().start(folder)
    before = paths(engine, "growing pauses money server")
    engine.rebuild()
    assert engine.wait_until_ready(20)
    assert paths(engine, "growing pauses money server") == before


def test_a_folder_inside_another_owns_its_files(folder, opened):
    engine = opened().start(folder)
    engine.change_folders([folder / "shop"], [])
    assert engine.wait_until_ready(20)
    hits = engine.search(SearchRequest("format_amount")).hits
    assert [(hit.folder, hit.path) for hit in hits if hit.name == "format_amount"] == [
        (str(folder / "shop"), "money.py")
    ]
    engine.change_folders([], [folder / "shop"])
    assert engine.wait_until_ready(20)
    hits = engine.search(SearchRequest("format_amount")).hits
    assert [(hit.folder, hit.path) for hit in hits if hit.name == "format_amount"] == [(str(folder), "shop/money.py")]


def test_settings_decide_what_is_indexed(folder, opened):
    each = opened()
    engine = each.start(folder)
    engine.change_settings(Settings(files=FileSettings(exclude=("net/",))))
    assert engine.wait_until_ready(20)
    assert "net/retry.py" not in paths(engine, "growing pauses")
    engine.change_settings(Settings())
    assert engine.wait_until_ready(20)
    assert paths(engine, "growing pauses")[0] == "net/retry.py"


def test_a_larger_limit_brings_back_files_that_were_too_large(folder, opened):
    write(folder, "big.py", "def levitate_elephants():\n    return broomstick\n" + "# filler\n" * 1000)
    engine = opened(Settings(files=FileSettings(max_size=1_000))).start(folder)
    assert engine.status().folders[0].skipped == {"too-large": 1}
    engine.change_settings(Settings())
    assert engine.wait_until_ready(20)
    assert names(engine, "levitate elephants")[0] == "levitate_elephants"


def test_an_index_is_opened_with_the_limit_of_now(folder, opened):
    write(folder, "big.py", "def levitate_elephants():\n    return broomstick\n" + "# filler\n" * 1000)
    small = Settings(files=FileSettings(max_size=1_000))
    for settings, skipped in ((small, {"too-large": 1}), (Settings(), {}), (small, {"too-large": 1})):
        engine = opened(settings).start(folder)
        assert engine.status().folders[0].skipped == skipped
        answer = engine.search(SearchRequest("levitate elephants"))
        assert ("big.py" in [hit.path for hit in answer.hits]) == (not skipped)
        assert answer.index.state is IndexState.READY
        engine.stop()


def test_similar_code_leaves_out_what_was_asked_about(folder, opened):
    write(folder, "net/again.py", RETRY.replace("call_until_it_works", "repeat_until_done"))
    engine = opened().start(folder)
    document = str(folder / "net/retry.py")
    answer = engine.similar(SimilarRequest(document, Span(2, 4, 2, 4)))
    assert answer.source.name == "call_until_it_works"
    assert answer.hits[0].name == "repeat_until_done"
    assert all(hit.name != "call_until_it_works" for hit in answer.hits)


def test_similar_code_takes_a_selection_and_unsaved_text(folder, opened):
    engine = opened().start(folder)
    engine.open_document("untitled:1", "python", "x = 1\nfor attempt in range(attempts):\n    pause(2 ** attempt)\n")
    answer = engine.similar(SimilarRequest("untitled:1", Span(1, 0, 3, 0)))
    assert answer.hits[0].name == "call_until_it_works"
    assert answer.source.span == Span(1, 0, 3, 0)


def test_similar_code_in_nothing_says_so(folder, opened):
    engine = opened().start(folder)
    with pytest.raises(LookupError):
        engine.similar(SimilarRequest(str(folder / "absent.py"), Span(0, 0, 0, 0)))
    with pytest.raises(LookupError):
        engine.similar(SimilarRequest(str(folder / "net/retry.py"), Span(900, 0, 900, 0)))


def test_neighbours_in_memory_are_for_names_of_definitions(folder, opened):
    write(folder, "net/again.py", RETRY.replace("call_until_it_works", "repeat_until_done"))
    engine = opened().start(folder)
    document = str(folder / "net/retry.py")
    answer = engine.similar_in_memory(document, 1, 3)
    assert answer is not None
    assert answer.hits[0].name == "repeat_until_done"
    assert engine.similar_in_memory(document, 3, 3) is None
    assert engine.similar_in_memory("untitled:7", 0, 3) is None


def test_a_model_that_cannot_be_used_is_told_once_and_words_still_answer(folder, opened):
    from dowse.settings import ModelSettings

    each = opened(Settings(models=ModelSettings(code="sentence-transformers:/no/such/folder")))
    engine = each.start(folder)
    assert names(engine, "format_amount")[0] == "format_amount"
    assert engine.status().state is IndexState.DEGRADED
    assert [message.severity for message in each.messages] == ["error"]
    assert "/no/such/folder" in each.messages[0].text


def test_a_folder_may_be_closed_in_the_middle_of_a_search(folder, opened):
    engine = opened().start(folder)
    assert names(engine, "format_amount")
    searching, closed = threading.Event(), threading.Event()

    def close(hits) -> None:
        searching.set()
        assert closed.wait(30)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.search, SearchRequest("format_amount"), None, close)
        assert searching.wait(30)
        engine.change_folders([], [folder])
        assert engine.wait_until_ready(30)
        closed.set()
        assert [hit.name for hit in asked.result(30).hits][:1] == [
            "format_amount"
        ]  # the folder as it was when it began
    answer = engine.search(SearchRequest("format_amount"))
    assert (answer.hits, answer.index.files_indexed) == ((), 0)


def test_an_engine_stops_at_once_in_the_middle_of_indexing(tmp_path, opened):
    root = tmp_path / "large"
    for number in range(400):
        write(
            root,
            f"pkg{number % 20}/m{number}.py",
            "\n\n".join(f"def f{number}_{i}(a):\n    return a + {i}" for i in range(30)),
        )
    each = opened()
    each.engine.start([root], watch=False)
    each.engine.stop()
    with closing(IndexWriter.open(root, tmp_path / "cache")) as left:
        assert left.snapshot.counts().files_indexed < 400
    assert opened().start(root).status().folders[0].files_indexed == 400


def test_a_second_process_reads_what_the_first_writes_and_takes_over(folder, opened, tmp_path):
    script = """
        import sys
        from pathlib import Path
        from dowse.engine import Engine
        from dowse.settings import Settings
        engine = Engine(Settings(), cache_dir=Path(sys.argv[1]))
        engine.start([Path(sys.argv[2])], watch=False)
        engine.wait_until_ready()
        print("ready", flush=True)
        sys.stdin.read()
    """
    writer = subprocess.Popen(
        [sys.executable, "-c", dedent(script), str(tmp_path / "cache"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        engine = opened().start(folder)
        assert not engine.status().folders[0].writable
        assert names(engine, "growing pauses")[0] == "call_until_it_works"
        write(folder, "net/levitation.py", "def levitate_elephants():\n    return broomstick\n")
    finally:
        writer.kill()
        writer.wait()
    until(lambda: engine.status().folders[0].writable)
    until(lambda: "levitate_elephants" in names(engine, "levitate elephants"))


def test_text_that_was_open_before_the_writer_had_a_model_is_compared_by_a_process_that_only_reads(
    folder, opened, tmp_path
):
    write(tmp_path / "elsewhere", "retry.py", RETRY)
    opened().start(tmp_path / "elsewhere").stop()
    with closing(IndexWriter.open(tmp_path / "elsewhere", tmp_path / "cache")) as filled:
        model = filled.snapshot.serving(SpaceName.CODE)
    with closing(IndexWriter.open(folder, tmp_path / "cache")) as writer:
        engine = opened().engine
        engine.start([folder], watch=False)
        document = str(folder / "net" / "retry.py")
        engine.open_document(document, "python", dedent(RETRY) + dedent(RETRY).replace("call_until", "repeat_until"))
        assert names(engine, "growing pauses")[0] == "call_until_it_works"
        assert engine.similar_in_memory(document, 1, 3) is None
        writer.use_model(SpaceName.CODE, *model)
        until(lambda: engine.similar_in_memory(document, 1, 3) is not None)
        assert not engine.status().folders[0].writable


def test_a_missing_folder_is_told_and_loses_nothing(folder, opened):
    opened().start(folder).stop()
    hidden = folder.with_name("elsewhere")
    folder.rename(hidden)
    each = opened()
    each.start(folder)
    assert each.messages
    each.engine.stop()
    hidden.rename(folder)
    assert names(opened().start(folder), "growing pauses")[0] == "call_until_it_works"


def test_odd_file_names_are_indexed(folder, opened):
    odd = os.fsencode(folder) + b"/net/new\nline \xff.py"
    with open(odd, "wb") as file:
        file.write(b"def levitate_elephants():\n    return broomstick\n")
    engine = opened().start(folder)
    assert os.fsencode(engine.search(SearchRequest("levitate elephants")).hits[0].document) == odd
