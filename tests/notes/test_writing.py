"""A new note's file."""

import os
from datetime import date
from pathlib import Path

import pytest

from dowse.notes.links import Anchor
from dowse.notes.note_file import title_and_body, write_note

DAY = date(2026, 3, 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "w"
    folder.mkdir()
    return folder


def test_a_short_line_is_the_title_and_the_rest_the_body() -> None:
    assert title_and_body("Why retries wait") == ("Why retries wait", "")
    assert title_and_body("# Why\r\n\r\nBecause.\r\n") == ("Why", "Because.")
    long = "word " * 40
    assert title_and_body(long) == (("word " * 16).strip() + "…", long.strip())
    assert title_and_body("再" * 200)[0] == "再" * 80 + "…"
    for nothing in ("", " \n ", "##"):
        with pytest.raises(ValueError, match="empty"):
            title_and_body(nothing)


def test_a_note_is_a_markdown_file_of_its_day(root: Path) -> None:
    file = write_note(
        root, "docs/notes", "Why retries wait\n\nThe carrier throttles.", Anchor("net.py", 4, "send"), DAY
    )
    assert file == root / "docs/notes/2026-03-02-why-retries-wait.md"
    assert file.read_bytes().decode() == (
        "# Why retries wait\n\n2026-03-02 · [`send` in `net.py`](../../net.py#L5)\n\nThe carrier throttles.\n"
    )


def test_no_note_takes_the_place_of_another(root: Path) -> None:
    names = [write_note(root, ".notes", text, None, DAY).name for text in ("Why?", "why", "…")]
    assert names == ["2026-03-02-why.md", "2026-03-02-why-2.md", "2026-03-02-note.md"]
    assert (root / ".notes" / names[0]).read_text("utf-8").startswith("# Why?")


@pytest.mark.parametrize("title", ["../../etc/passwd", "a/b\\c:d*e", "𠀀" * 80, ".hidden", "con\x00trol"])
def test_any_title_gives_a_name_in_the_folder(root: Path, title: str) -> None:
    file = write_note(root, ".notes", title, None, DAY)
    assert file.parent == root / ".notes"
    assert file.is_file()


def test_broken_characters_are_replaced(root: Path) -> None:
    file = write_note(root, ".notes", "odd \udcff", None, DAY)
    assert file.read_text("utf-8").startswith("# odd ?")


def test_a_link_leads_no_note_out_of_the_workspace(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".notes").symlink_to(outside)
    (root / "docs").mkdir()
    (root / "docs" / "notes").symlink_to(outside)
    for folder in (".notes", "docs/notes", "docs/notes/deeper"):
        with pytest.raises(ValueError, match="is a link"):
            write_note(root, folder, "Why", None, DAY)
    assert list(outside.iterdir()) == []
