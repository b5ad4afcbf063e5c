import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from dowse.chunking.chunk import Kind
from dowse.chunking.prepared_file import MissingFile
from dowse.index.errors import IndexUnavailable
from dowse.index.names import CASE_DIFFERS
from dowse.index.records import ChunkFilter, ModelChange
from dowse.index.writer import IndexWriter
from dowse.workspace.source import FileStamp, SkippedFile, SkipReason
from index.samples import (
    CODE,
    MODEL,
    OTHER_MODEL,
    PROSE,
    chunk,
    embed,
    embedded,
    file,
    maintain,
    matching,
    nearest,
    places,
)


def reopened(index, cache):
    index.close()
    return IndexWriter.open(index.root, cache)


def test_a_file_is_found_by_its_words_at_once_and_by_meaning_when_it_has_vectors(index):
    missing = index.apply([file("a.py", chunk("retry", "wait and try again"), chunk("parse", "read the header"))])
    assert matching(index, "try again") == {"retry"}
    assert nearest(index, "retry\nwait and try again") == []
    embed(index, missing)
    assert nearest(index, "retry\nwait and try again") == ["retry", "parse"]


def test_what_a_file_held_before_is_gone(index):
    embed(index, index.apply([file("a.py", chunk("old", "alpha"))]))
    embed(index, index.apply([file("a.py", chunk("new", "beta"), stamp=2)]))
    assert matching(index, "alpha") == set()
    assert nearest(index, "old\nalpha") == ["new"]
    assert [each.name for each in index.snapshot.chunks_of("a.py")] == ["new"]


def test_a_removed_file_is_found_by_nothing(index):
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.apply([MissingFile("a.py"), MissingFile("never.py")])
    assert (matching(index, "alpha"), nearest(index, "f\nalpha"), index.snapshot.spaces[CODE].named("f", 5)) == (
        set(),
        [],
        [],
    )
    assert index.snapshot.files() == {}


def test_of_several_updates_of_one_file_the_last_counts(index):
    index.apply([file("a.py", chunk("f", "alpha")), MissingFile("a.py"), file("a.py", chunk("g", "beta"))])
    assert [each.name for each in index.snapshot.chunks_of("a.py")] == ["g"]
    assert index.snapshot.counts().chunks == 1


def test_chunks_come_back_as_they_went_in(index):
    stored = chunk("f", "body", line=7, container="Outer.Inner", kind=Kind.METHOD, part=2)
    index.apply([file("a.py", stored)])
    (found,) = index.snapshot.chunks_of("a.py")
    fields = ("name", "container", "kind", "language", "start_line", "end_line", "name_column", "signature", "part")
    assert [getattr(found, name) for name in fields] == [getattr(stored, name) for name in fields]


def test_skipped_files_are_remembered_and_counted(index):
    stamp = FileStamp(-5, 10, 2**100, 2**70)
    index.apply([SkippedFile("a.bin", SkipReason.BINARY, stamp)])
    record = index.snapshot.file("a.bin")
    assert (record.stamp, record.skipped, record.digest) == (stamp, SkipReason.BINARY, None)
    assert index.snapshot.counts().skipped == {SkipReason.BINARY: 1}


def test_any_file_name_and_any_text_is_kept(index, cache):
    path = os.fsdecode(b"bad\xff/\xe2\x98\x83.py")
    index.apply([file(path, chunk("n\udcff", "lone \ud800 surrogate \x00 end"))])
    again = reopened(index, cache)
    try:
        assert list(again.snapshot.files()) == [path]
        assert again.snapshot.chunks_of(path)[0].name == "n\udcff"
        assert matching(again, "surrogate") == {"n\udcff"}
        assert len(again.snapshot.spaces[CODE].named("n\udcff", 5)) == 1
    finally:
        again.close()


def test_a_text_is_asked_for_once_and_never_again(index):
    first = index.apply([file("a.py", chunk("f", "same")), file("b.py", chunk("f", "same"))])
    assert len(first) == 1
    embed(index, first)
    assert index.apply([MissingFile("a.py"), MissingFile("b.py")]) == []
    assert index.apply([file("moved.py", chunk("f", "same", line=90))]) == []
    assert nearest(index, "f\nsame") == ["f"]


def test_chunks_of_one_text_share_its_vector(index):
    embed(index, index.apply([file("a.py", chunk("f", "same")), file("b.py", chunk("f", "same"), chunk("g", "other"))]))
    found = index.snapshot.spaces[CODE].nearest(embedded(["f\nsame"])[0], 2)
    assert {path for path, _, _ in places(index, [each.chunk_id for each in found])} == {"a.py", "b.py"}
    assert index.snapshot.counts().chunks_embedded == 3


def test_a_text_in_both_spaces_is_found_in_both(index):
    embed(index, index.apply([file("a.py", chunk("f", "same"), chunk("f", "same", space=PROSE))]))
    query = embedded(["f\nsame"])[0]
    assert [len(index.snapshot.spaces[space].nearest(query, 5)) for space in (CODE, PROSE)] == [1, 1]


def test_before_there_is_a_model_every_text_is_missing(root, cache):
    index = IndexWriter.open(root, cache)
    try:
        missing = index.apply([file("a.py", chunk("f", "alpha"))])
        assert [each.text for each in missing] == ["f\nalpha"]
        assert index.use_model(CODE, "sample", MODEL) is ModelChange.FIRST
        assert index.snapshot.paths_without_vectors(10) == ["a.py"]
    finally:
        index.close()


def test_vectors_that_cannot_be_are_refused(index):
    (missing,) = index.apply([file("a.py", chunk("f", "alpha"))])
    for vectors in (np.full((1, 16), np.nan), np.ones((2, 16)), np.ones((1, 3)), np.ones(16)):
        with pytest.raises(ValueError):
            index.add_vectors(MODEL.fingerprint, [missing.digest], vectors.astype(np.float32))
    with pytest.raises(ValueError):
        index.add_vectors("unknown", [missing.digest], np.ones((1, 16), np.float32))
    assert index.snapshot.counts().chunks_embedded == 0


def test_vectors_may_come_before_the_file(index):
    (missing,) = index.apply([file("a.py", chunk("f", "alpha"))])
    index.apply([MissingFile("a.py")])
    embed(index, [missing])
    assert nearest(index, "f\nalpha") == []
    assert index.apply([file("b.py", chunk("f", "alpha"))]) == []
    assert nearest(index, "f\nalpha") == ["f"]


def test_everything_is_there_after_reopening(index, cache):
    embed(index, index.apply([file("a.py", chunk("f", "alpha")), file("notes.md", chunk("n", "beta", space=PROSE))]))
    before = index.snapshot.generation
    again = reopened(index, cache)
    try:
        assert again.snapshot.stale_paths() == []
        assert again.snapshot.paths_without_vectors(10) == []
        assert (matching(again, "alpha"), matching(again, "beta", PROSE)) == ({"f"}, {"n"})
        assert nearest(again, "f\nalpha") == ["f"]
        assert again.snapshot.generation == before
        assert again.snapshot.serving(CODE) == ("sample", MODEL)
    finally:
        again.close()


def test_it_can_be_counted_while_its_files_come_and_go(index):
    """Rebuilding an index, or another model, removes whole directories of it."""
    stop, passing = threading.Event(), index.directory / "passing"

    def come_and_go():
        while not stop.is_set():
            (passing / "deep").mkdir(parents=True)
            (passing / "deep").rmdir()
            passing.rmdir()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(1_000):
            assert index.snapshot.counts().disk_bytes > 0
    finally:
        stop.set()
        thread.join()


def test_clearing_keeps_the_vectors(index):
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.clear()
    assert (index.snapshot.files(), index.snapshot.counts().chunks, matching(index, "alpha")) == ({}, 0, set())
    assert index.apply([file("a.py", chunk("f", "alpha"))]) == []
    assert nearest(index, "f\nalpha") == ["f"]


def test_every_change_has_a_generation_of_its_own(index):
    seen = [index.snapshot.generation]
    missing = index.apply([file("a.py", chunk("f", "alpha"))])
    seen.append(index.snapshot.generation)
    embed(index, missing)
    seen.append(index.snapshot.generation)
    index.clear()
    seen.append(index.snapshot.generation)
    assert seen == sorted(set(seen))


def test_filters_restrict_by_language_kind_and_path(index):
    embed(
        index,
        index.apply(
            [
                file("src/a.py", chunk("f", "alpha"), chunk("C", "alpha class", kind=Kind.CLASS)),
                file("tests/b.py", chunk("g", "alpha"), chunk("h", "alpha go", language="go")),
            ]
        ),
    )
    filters = {
        ChunkFilter(languages=("go",)): {"h"},
        ChunkFilter(kinds=(Kind.CLASS,)): {"C"},
        ChunkFilter(accepts_path=lambda path: path.startswith("tests/")): {"g", "h"},
        ChunkFilter(languages=("python",), accepts_path=lambda path: path.startswith("tests/")): {"g"},
        ChunkFilter(languages=("cobol",)): set(),
    }
    for allowed, names in filters.items():
        assert matching(index, "alpha", allowed=allowed) == names
        assert set(nearest(index, "f\nalpha", allowed=allowed)) == names


def test_a_path_filter_is_asked_once_for_each_file(index):
    embed(index, index.apply([file(f"{n}.py", chunk("f", f"alpha {n}"), chunk("g", f"beta {n}")) for n in range(5)]))
    asked = []
    allowed = ChunkFilter(accepts_path=lambda path: not asked.append(path))
    for _ in range(3):
        matching(index, "alpha", allowed=allowed)
        nearest(index, "x", allowed=allowed)
    assert sorted(asked) == [f"{n}.py" for n in range(5)]


def test_a_narrow_filter_still_gets_its_limit_of_word_matches(index):
    index.apply([file(f"{n}.py", chunk(f"f{n}", "alpha " * (1 + n % 7))) for n in range(1500)])
    allowed = ChunkFilter(accepts_path=lambda path: path in {"3.py", "700.py", "1400.py"})
    assert matching(index, "alpha", allowed=allowed) == {"f3", "f700", "f1400"}
    half = ChunkFilter(accepts_path=lambda path: int(path[:-3]) % 5 == 0)
    assert len(index.snapshot.spaces[CODE].matching(["alpha"], 250, half)) == 250


def test_names_are_found_exactly_then_in_other_case_then_within_their_container(index):
    index.apply(
        [
            file(
                "a.py",
                chunk("Parse", "1", container="Reader"),
                chunk("parse", "2", container="Reader.Inner"),
                chunk("parse_all", "3"),
                chunk("Größe", "4"),
            )
        ]
    )
    code = index.snapshot.spaces[CODE]

    def named(name):
        found = code.named(name, 10)
        names = [name for _, name, _ in places(index, [each.chunk_id for each in found])]
        return list(zip(names, [each.score for each in found], strict=True))

    assert [name for name, _ in named("parse")] == ["parse", "Parse"]
    assert named("parse")[0][1] == 1.0 > named("parse")[1][1]
    assert [name for name, _ in named("Inner.parse")] == ["parse"]
    assert [name for name, _ in named("Reader::Parse")] == ["Parse"]
    assert [name for name, _ in named("GRÖSSE")] == ["Größe"]
    typed = {name for name, score in named("pars") if score < CASE_DIFFERS}
    assert typed == {"parse", "Parse", "parse_all"}
    assert named("pa") == named("") == named(".") == []


def test_files_are_private_to_their_owner(index):
    if os.name != "posix":
        pytest.skip("Windows keeps a user's cache folder private by itself")
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    maintain(index)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [index.directory, *index.directory.rglob("*")]}
    assert {path.name: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_two_folders_of_one_name_do_not_meet(tmp_path, cache):
    indexes = []
    for parent in ("one", "two"):
        (tmp_path / parent / "same").mkdir(parents=True)
        indexes.append(IndexWriter.open(tmp_path / parent / "same", cache))
    try:
        indexes[0].apply([file("a.py", chunk("f", "alpha"))])
        assert indexes[1].snapshot.files() == {}
    finally:
        for each in indexes:
            each.close()


def test_a_cache_folder_that_cannot_be_used_gives_an_index_for_the_time_being(root, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    index = IndexWriter.open(root, blocked / "cache")
    index.apply([file("a.py", chunk("f", "alpha"))])
    assert matching(index, "alpha") == {"f"}
    assert str(blocked) in index.warning
    directory = index.directory
    index.close()
    assert not directory.exists()


def test_nothing_is_written_after_closing(index):
    index.close()
    index.close()
    with pytest.raises(IndexUnavailable):
        index.apply([file("a.py", chunk("f", "alpha"))])
    assert index.maintain() is False


def test_a_model_that_changes_only_its_name_goes_on_serving(index):
    assert index.use_model(CODE, "sample", MODEL) is ModelChange.UNCHANGED
    assert index.use_model(CODE, "renamed", MODEL) is ModelChange.UNCHANGED
    assert index.snapshot.serving(CODE) == ("renamed", MODEL)


def test_the_old_model_answers_until_the_new_one_is_complete(index, cache):
    files = [file("a.py", chunk("f", "alpha"), chunk("g", "beta"))]
    embed(index, index.apply(files))
    assert index.use_model(CODE, "other", OTHER_MODEL) is ModelChange.BUILDING
    missing = index.apply(files)
    assert len(missing) == 2
    embed(index, missing[:1], OTHER_MODEL)
    again = reopened(index, cache)
    try:
        assert again.snapshot.serving(CODE) == ("sample", MODEL)
        assert again.snapshot.building(CODE) == ("other", OTHER_MODEL)
        assert again.snapshot.paths_without_vectors(10) == ["a.py"]
        assert nearest(again, "g\nbeta") == ["g", "f"]
        assert nearest(again, "g\nbeta", model=OTHER_MODEL) == []
        embed(again, missing[1:], OTHER_MODEL)
        assert (again.snapshot.serving(CODE), again.snapshot.building(CODE)) == (("other", OTHER_MODEL), None)
        assert nearest(again, "g\nbeta", model=OTHER_MODEL) == ["g", "f"]
        assert again.use_model(CODE, "sample", MODEL) is ModelChange.SWITCHED
    finally:
        again.close()


def test_a_model_takes_over_although_a_kill_came_between_its_last_vector_and_that(index, cache, monkeypatch):
    files = [file("a.py", chunk("f", "alpha"))]
    embed(index, index.apply(files))
    index.use_model(CODE, "other", OTHER_MODEL)
    missing = index.apply(files)
    with monkeypatch.context() as killed:
        killed.setattr(index._builder, "_switch_if_complete", lambda: None)
        embed(index, missing, OTHER_MODEL)
    again = reopened(index, cache)
    try:
        assert again.snapshot.building(CODE) == ("other", OTHER_MODEL)
        assert again.use_model(CODE, "other", OTHER_MODEL) is ModelChange.SWITCHED
        assert (again.snapshot.serving(CODE), again.snapshot.building(CODE)) == (("other", OTHER_MODEL), None)
    finally:
        again.close()


def test_removing_the_last_file_without_a_vector_completes_a_model(index):
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.use_model(CODE, "other", OTHER_MODEL)
    index.apply([MissingFile("a.py")])
    assert index.snapshot.serving(CODE) == ("other", OTHER_MODEL)


def test_a_folder_that_is_still_being_read_completes_no_model(index):
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.clear()
    index.use_model(CODE, "other", OTHER_MODEL)
    embed(index, index.apply([file("b.py", chunk("g", "beta"))]), OTHER_MODEL)
    assert index.snapshot.serving(CODE) == ("sample", MODEL)
    index.mark_complete()
    assert (index.snapshot.serving(CODE), index.snapshot.building(CODE)) == (("other", OTHER_MODEL), None)


def test_what_lacks_vectors_is_named_by_who_answers_then_by_age(index):
    index.apply([file(f"{n}.py", chunk(f"f{n}", f"alpha {n}"), stamp=n) for n in range(4)])
    embed(index, index.apply([file("4.py", chunk("f4", "alpha 4"), stamp=4)]))
    index.use_model(CODE, "other", OTHER_MODEL)
    assert index.snapshot.paths_without_vectors(10, first=["1.py"]) == ["1.py", "3.py", "2.py", "0.py"]
    assert index.snapshot.paths_without_vectors(2) == ["3.py", "2.py"]
    only_other = index.snapshot.paths_without_vectors(10, lambda spec, fingerprint: spec == "other", first=["0.py"])
    assert only_other == ["0.py", "4.py", "3.py", "2.py", "1.py"]


def test_going_back_to_the_serving_model_ends_the_building_of_another(index):
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.use_model(CODE, "other", OTHER_MODEL)
    assert index.use_model(CODE, "sample", MODEL) is ModelChange.UNCHANGED
    assert index.snapshot.building(CODE) is None


def test_a_full_cache_folder_name_says_which_folder_it_is_of(index):
    assert index.directory.name.startswith("workspace-")


def test_an_index_within_a_path_that_does_not_exist_yet_is_made(root, tmp_path):
    index = IndexWriter.open(root, Path(tmp_path / "deep" / "er"))
    assert index.writable
    index.close()


def test_folders_that_are_opened_together_in_a_new_cache_are_kept_there(tmp_path):
    for number in range(20):
        together, cache = Barrier(4), tmp_path / f"cache{number}"

        def open_folder(name, together=together, cache=cache):
            together.wait(30)
            with closing(IndexWriter.open(tmp_path / name, cache)) as index:
                return index.warning

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(open_folder, "abcd")) == [None] * 4
