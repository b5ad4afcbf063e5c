"""``dowse note``, and what ``dowse search`` shows of notes."""

import json

import pytest

from cli.conftest import write_workspace


@pytest.fixture
def workspace(tmp_path):
    """A workspace that each test may write to."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return write_workspace(folder)


def test_a_note_is_written_and_shown_with_the_code_it_is_about(workspace, dowse):
    written = dowse("note", "Why five attempts: the depot is restarted every night", "--at", "net/retry.py:9")
    assert (written.code, written.err) == (0, "")
    path = written.out.strip()
    text = (workspace / path).read_text("utf-8")
    assert "[`Client.fetch_with_backoff` in `net/retry.py`](../net/retry.py#L9 " in text
    found = dowse("search", "fetch with backoff", "--space", "code", "-n", "1").out
    assert f"  note: Why five attempts: the depot is restarted every night ({path}:3)\n" in found
    found = dowse("search", "depot is restarted every night", "--space", "prose", "-n", "1").out
    assert found.startswith(f"{path}:1: Why five attempts")
    assert "  about: Client.fetch_with_backoff (net/retry.py:9)\n" in found


def test_json_has_notes_and_links(workspace, dowse):
    note = json.loads(dowse("note", "Why five attempts", "--at", "net/retry.py:8", "--json").out)
    assert (note["about"]["symbol"], note["repeats"], note["searched"]) == ("Client.fetch_with_backoff", [], True)
    [hit] = json.loads(dowse("search", "fetch with backoff", "--space", "code", "-n", "1", "--json").out)["results"]
    assert [each["location"]["uri"] for each in hit["notes"]] == [note["uri"]]
    [hit] = json.loads(dowse("search", "five attempts", "--space", "prose", "-n", "1", "--json").out)["results"]
    [link] = hit["links"]
    assert link["target"]["range"]["start"]["line"] == 7
    assert (workspace / note["path"]).read_text("utf-8").split("\n")[link["range"]["start"]["line"]]


def test_a_repeated_note_is_told_so_and_not_refused(workspace, dowse):
    first = dowse("note", "The depot is restarted every night, so we try five times").out.strip()
    again = dowse("note", "We try five times because the depot is restarted every night")
    assert again.code == 0
    assert f"{first}:1 says nearly the same" in again.err
    assert len(list((workspace / ".notes").iterdir())) == 2


def test_a_note_from_standard_input_has_a_title_and_a_body(workspace, process):
    written = process("note", "-", stdin=b"# Why\r\n\r\nBecause \xff.\r\n")
    text = (workspace / written.out.strip()).read_text("utf-8")
    assert text.startswith("# Why\n\n")
    assert text.endswith("\n\nBecause \ufffd.\n")


def test_an_ignored_note_says_how_to_have_it_found(workspace, dowse):
    (workspace / ".gitignore").write_text(".notes/\n", "utf-8")
    written = dowse("note", "Marmots chew through the cables")
    assert "'!.notes/' in .dowseignore" in written.err
    (workspace / ".dowseignore").write_text("!.notes/\n", "utf-8")
    assert dowse("search", "marmots", "-n", "1").out.startswith(written.out.strip())


def test_what_cannot_be_noted_is_refused_in_one_line(workspace, dowse, tmp_path):
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text("x = 1\n", "utf-8")
    for arguments, message in (
        ((" ",), "The note is empty."),
        (("Why", "--at", "net/retry.py"), "is no place"),
        (("Why", "--at", "net/retry.py:999"), "there is no line 999"),
        (("Why", "--at", f"{elsewhere}:1"), "is not in the workspace"),
        (("Why", "--set", "notes.folder=../out"), "a folder inside the workspace folder"),
    ):
        refused = dowse("note", *arguments)
        assert (refused.code, refused.out) == (2, "")
        assert message in refused.err
    assert not (workspace / ".notes").exists()
