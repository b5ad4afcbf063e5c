"""Answers as people and editors get them."""

import json
import re
from dataclasses import replace

import pytest

from cli.hits import hit
from dowse.chunking.chunk import Kind, SpaceName
from dowse.cli.explanation import explain
from dowse.cli.presentation import present
from dowse.cli.styled import styled_hits
from dowse.search.query import AnswerLine, Completeness, Reason, Signal
from dowse.search.ranking import RANKED_SIGNALS
from dowse.status import IndexState
from dowse.workspace.text import Span

INDEX = Completeness(IndexState.READY, 3, 3, 7)
QUICKFIX = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?P<message>.+)")


@pytest.fixture
def shown(capsys):
    def show(hits, form):
        present(hits, INDEX, 1.5, form)
        return capsys.readouterr().out

    return show


def test_text_shows_place_name_kind_and_dedented_preview(tmp_path, monkeypatch, shown):
    monkeypatch.chdir(tmp_path)
    assert shown([hit(tmp_path)], "text") == (
        "pkg/net.py:11: Client.retry (method)\n    @cached\n    def retry(self):\n        # 𝛼 wait\n        return 1\n"
    )


def test_the_line_that_answers_is_shown_with_what_stands_around_it(tmp_path, monkeypatch, shown):
    monkeypatch.chdir(tmp_path)
    body = "".join(f"    step({number})\n" for number in range(20))
    text = f"def retry():\n{body}    wait()\n    again(backoff)\n    end()\n"
    answer = AnswerLine(Span(31, 4, 31, 18), "again(backoff)", ((6, 13),))
    found = hit(tmp_path, span=Span(9, 0, 33, 0), selection=Span(9, 4, 9, 9), text=text, answer=answer)
    assert shown([found], "text").splitlines()[1:] == [
        "    def retry():",
        "        step(0)",
        "        step(1)",
        "    …",
        "        wait()",
        "        again(backoff)",
        "        end()",
    ]
    assert shown([found], "quickfix") == "pkg/net.py:10:5: Client.retry — again(backoff)\n"


def test_the_terminal_marks_the_words_that_matched(tmp_path):
    text = "def retry():\n\tagain(é\u202e, backoff)\n"
    answer = AnswerLine(Span(10, 1, 10, 19), "again(é\u202e, backoff)", ((10, 17),))
    found = hit(tmp_path, span=Span(9, 0, 10, 19), selection=Span(9, 4, 9, 9), text=text, answer=answer)
    out = styled_hits([replace(found, name_marks=((0, 5),))])
    assert re.findall(r"\x1b\[1;31(?:;49)?m([^\x1b]+)", out) == ["retry", "backoff"]


def test_why_a_hit_is_there_is_said_in_words(tmp_path, monkeypatch, shown, capsys):
    monkeypatch.chdir(tmp_path)
    reasons = (
        Reason(Signal.NAME, 0.5, ("retry",)),
        Reason(Signal.SEMANTIC, 0.3),
        Reason(Signal.PATH, 0.1, ("net", "pkg")),
        Reason(Signal.KEYWORDS, 0.07),
        Reason(Signal.SHAPE, 0.03),
    )
    why = "its name says “retry”; close in meaning; its path says “net”, “pkg”; words of the question stand in it"
    found = hit(tmp_path, reasons=reasons)
    assert "why:" not in shown([found], "text")
    present([found], INDEX, 1.5, "text", explained=True)
    assert capsys.readouterr().out.splitlines()[-1] == f"  why: {why}"
    assert f"why: {why}" in re.sub(r"\x1b\[[0-9;]*m", "", styled_hits([found], explained=True))


def test_every_signal_has_words(tmp_path):
    for signal in [*RANKED_SIGNALS, Signal.STRUCTURE]:
        assert explain(hit(tmp_path, reasons=(Reason(signal, 1.0),))) not in ("", str(signal))


def test_hits_are_separated_by_a_blank_line(tmp_path, shown):
    out = shown([hit(tmp_path), hit(tmp_path, name="other")], "text")
    assert len(out.split("\n\n")) == 2


def test_a_path_outside_the_current_folder_is_absolute(tmp_path, shown):
    assert shown([hit(tmp_path)], "text").startswith(f"{tmp_path}/pkg/net.py:11: ")


def test_headings_are_joined_as_a_path(tmp_path, shown):
    prose = hit(tmp_path, name="Backoff", container="Guide > Retries", space=SpaceName.PROSE, kind=Kind.STRING)
    assert " Guide > Retries > Backoff (string)\n" in shown([prose], "text")


def test_no_hits_print_nothing(shown):
    assert shown([], "text") == ""
    assert shown([], "quickfix") == ""


def test_json_is_one_object_on_one_line_even_when_nothing_was_found(shown):
    out = shown([], "json")
    assert out.endswith("}\n")
    assert json.loads(out) == {
        "results": [],
        "index": {"state": "ready", "filesIndexed": 3, "filesTotal": 3, "generation": 7},
        "tookMs": 1.5,
    }


def test_json_is_ascii_so_that_no_locale_and_no_terminal_can_harm_it(tmp_path, shown):
    out = shown(
        [hit(tmp_path, name="n\x9b\x1bé", path="caf\udce9.py", document=str(tmp_path / "caf\udce9.py"))], "json"
    )
    assert out.isascii()
    result = json.loads(out)["results"][0]
    assert result["name"] == "n\x9b\x1bé"
    assert result["location"]["uri"].endswith("caf%E9.py")


def test_quickfix_points_at_the_name_with_a_byte_column(tmp_path, monkeypatch, shown):
    monkeypatch.chdir(tmp_path)
    found = hit(tmp_path, span=Span(4, 0, 5, 8), selection=Span(4, 7, 4, 10), text="é𝛼 def get():\n    pass\n")
    out = shown([found], "quickfix")
    match = QUICKFIX.fullmatch(out.rstrip("\n"))
    assert match is not None
    assert match.groupdict() == {
        "file": "pkg/net.py",
        "line": "5",
        "column": str(len("é𝛼 def ".encode()) + 1),
        "message": "Client.retry — é𝛼 def get():",
    }


@pytest.mark.parametrize("form", ["text", "quickfix"])
def test_hostile_names_paths_and_sources_cannot_command_the_terminal(tmp_path, shown, form):
    hostile = hit(
        tmp_path,
        path="a\nb\x1b[2J.py",
        document=str(tmp_path / "a\nb\x1b[2J.py"),
        name="f\x1b]0;owned\x07\n",
        text="x\n\x1b]0;owned\x07\n\x9b31m\u202e\n",
        container="C\r",
    )
    out = shown([hostile], form)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    if form == "quickfix":
        assert out.count("\n") == 1


def test_a_long_comment_does_not_hide_the_definition_below_it(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = (
        "".join(f"# remark {number}\n" for number in range(20)) + "def retry():\n    wait()\n    again()\n    end()\n"
    )
    found = hit(tmp_path, span=Span(9, 0, 33, 0), selection=Span(29, 4, 29, 9), text=text)
    plain = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", styled_hits([found]))
    assert [line.split(maxsplit=1)[0] for line in plain.splitlines()[1:]] == ["27", "28", "29", "30", "31", "32"]
    assert "  30  def retry():" in plain


def test_lines_of_any_length_are_cut(tmp_path, shown):
    out = shown([hit(tmp_path, text="x" * 1_000_000)], "text")
    assert len(out) < 1_000


def test_the_terminal_gets_colour_links_and_numbered_lines(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = styled_hits([hit(tmp_path)])
    plain = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", out)
    assert f"{(tmp_path / 'pkg/net.py').as_uri()}\x1b\\" in out
    assert re.search(r"\x1b\[[0-9;]*m.*retry", out)
    assert plain.startswith(f"{tmp_path}/pkg/net.py:11  Client.retry  method")
    assert re.search(r"^ *10  @cached$", plain, re.MULTILINE)
    assert re.search(r"^ *11  def retry\(self\):$", plain, re.MULTILINE)
    assert "\x1b" not in plain


def test_the_terminal_never_gets_the_escape_sequences_of_a_source(tmp_path):
    hostile = hit(tmp_path, name="f\x1b[31m", text='print("\x1b]0;owned\x07")\n# \x9b2J\n', container="\x1bc")
    out = styled_hits([hostile])
    assert "\x1b]0;" not in out
    assert "\x9b" not in out
    assert "\x1bc" not in out
    assert "\x07" not in out


def test_a_preview_line_wider_than_the_terminal_stays_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    out = styled_hits([hit(tmp_path, text="x = 1 + " * 50)])
    assert out.count("\n") == 2


@pytest.mark.parametrize("language", ["python", "typescriptreact", "csharp", "shellscript", "no-such-language"])
def test_every_language_is_shown_known_to_pygments_or_not(tmp_path, language):
    assert "retry" in styled_hits([hit(tmp_path, language=language)])
