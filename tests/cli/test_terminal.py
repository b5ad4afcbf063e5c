"""``dowse`` as a process: streams, terminals, signals, start-up."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import without_escapes, write_workspace

QUERY = "where are failed requests retried with backoff"


def write_many_files(folder):
    for number in range(1500):
        (folder / f"module_{number}.py").write_text(
            f"def compute_{number}(value):\n    return value + {number}\n\n\n"
            f"def undo_{number}(value):\n    return value - {number}\n"
        )


def test_a_terminal_shows_progress_the_first_time_and_colour(terminal, tmp_path):
    write_many_files(tmp_path)
    first = terminal("search", "compute 7", str(tmp_path), "-n", "2")
    first.read_until("Indexing")
    done = first.finish()
    assert done.code == 0
    assert "\x1b[" in done.out
    assert "\x1b]8;" in done.out
    again = terminal("search", "compute 7", str(tmp_path), "-n", "2").finish()
    assert again.code == 0


def test_a_terminal_shows_hits_with_numbered_lines(terminal):
    done = terminal("search", QUERY, "-n", "3").finish()
    shown = without_escapes(done.out)
    assert "net/retry.py:7  Client.fetch_with_backoff  method" in shown
    assert "   7  def fetch_with_backoff(self, url, attempts=5):" in shown


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_sequence_where_the_user_wants_none(terminal, variables):
    done = terminal("search", QUERY, **variables).finish()
    assert "net/retry.py:7: Client.fetch_with_backoff (method)" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_nor_while_it_takes_long(terminal, tmp_path, variables):
    write_many_files(tmp_path)
    done = terminal("search", "compute 7", str(tmp_path), **variables).finish()
    assert done.code == 0
    assert "\x1b" not in done.out


@pytest.mark.parametrize("form", ["text", "json", "quickfix"])
def test_a_pipe_gets_no_escape_sequence(process, form):
    done = process("search", "paint the terminal title", "--format", form)
    assert "hostile.js" in done.out
    assert "\x1b" not in done.out + done.err


def test_the_escape_sequences_of_a_source_never_reach_the_terminal(terminal):
    done = terminal("search", "paint the terminal title", "web/hostile.js").finish()
    assert r"\x1b]0;owned\x07" in without_escapes(done.out)
    assert "\x1b]0;" not in done.out
    assert "\x07" not in done.out


def test_machine_formats_own_standard_output_even_in_a_terminal(terminal):
    done = terminal("search", QUERY, "--json").finish()
    assert json.loads(done.out.splitlines()[-1].rpartition("\x1b[2K")[2])["results"]


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_output_is_utf_8_whatever_the_locale(process, tmp_path, locale):
    (tmp_path / "umlaut.py").write_text("def gruss():\n    return 'schöne Grüße 日本'\n", "utf-8")
    done = process("search", "gruss", str(tmp_path), **locale)
    assert done.code == 0
    assert "schöne Grüße 日本" in done.out


def test_a_file_whose_name_is_no_utf_8_is_found_and_shown(process, tmp_path):
    folder = os.fsencode(tmp_path)
    try:
        with open(folder + b"/caf\xe9.py", "w") as file:
            file.write("def pour_coffee():\n    return 'coffee'\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert r"caf\xe9.py:1: pour_coffee" in process("search", "pour coffee", str(tmp_path)).out
    hit = json.loads(process("search", "pour coffee", str(tmp_path), "--json").out)["results"][0]
    assert hit["path"] == "caf\udce9.py"
    assert hit["location"]["uri"].endswith("/caf%E9.py")


def test_a_reader_that_goes_away_is_no_error(command, environment, workspace):
    process = subprocess.Popen(
        [*command, "search", QUERY], cwd=workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_in_one_line(command, environment, workspace):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*command, "search", QUERY], cwd=workspace, env=environment, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert done.stderr == b"dowse: cannot write the output: No space left on device\n"


def test_ctrl_c_ends_indexing_with_130_and_no_traceback(terminal, tmp_path):
    for number in range(1500):
        (tmp_path / f"module_{number}.py").write_text(
            "".join(f"def f_{number}_{part}(value):\n    return value + {part}\n\n\n" for part in range(60))
        )
    running = terminal("search", "anything", str(tmp_path))
    running.read_until("Indexing")
    os.killpg(running.process.pid, signal.SIGINT)
    done = running.finish()
    assert done.code == 130
    assert "Traceback" not in done.out
    assert "\x1b[?25h" in done.out  # the cursor is shown again


def test_searches_that_begin_together_find_the_same(command, environment, tmp_path):
    root = write_workspace(tmp_path / "tree")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    searches = [
        subprocess.Popen([*command, "search", QUERY, str(root), "-n", "2"], env=environment, **pipes) for _ in range(3)
    ]
    answers = [search.communicate(timeout=60) for search in searches]
    assert [(search.returncode, err) for search, (_, err) in zip(searches, answers, strict=True)] == [(0, "")] * 3
    assert len({out for out, _ in answers}) == 1


def test_a_folder_that_cannot_be_read_is_an_error(process, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (tmp_path / "closed").mkdir(mode=0)
    done = process("search", QUERY, str(tmp_path / "closed"))
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_the_command_alone_prints_help(dowse):
    done = dowse()
    assert done.code == 0
    assert all(name in done.out for name in ("search", "similar", "index", "status", "doctor", "server"))


def test_version(dowse):
    from dowse import __version__

    assert dowse("--version").out == f"dowse {__version__}\n"


def loaded(environment, workspace, *arguments):
    """Modules that a run of ``dowse`` has imported."""
    code = "import sys\nfrom dowse.cli.app import run\nrun(sys.argv[1:])\nprint(*sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def test_the_version_is_told_without_loading_the_engine(environment, workspace):
    assert not loaded(environment, workspace, "--version") & {
        "dowse.engine",
        "rich",
        "numpy",
        "msgspec",
        "platformdirs",
    }


def test_a_pipe_needs_no_rich_and_a_search_no_server(environment, workspace):
    modules = loaded(environment, workspace, "search", QUERY)
    assert "dowse.engine" in modules
    assert not {name for name in modules if name.split(".")[0] in {"rich", "pygments", "pygls", "lsprotocol", "torch"}}
