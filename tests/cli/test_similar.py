"""``dowse similar``."""

import json

import pytest

from dowse.cli.similar import parse_place


def test_finds_what_does_the_same_as_the_function_around_a_line(dowse):
    done = dowse("similar", "net/retry.py:10", "--json")
    answer = json.loads(done.out)
    assert done.code == 0
    assert (answer["source"]["name"], answer["source"]["kindName"]) == ("fetch_with_backoff", "Method")
    assert answer["source"]["range"]["start"]["line"] == 6
    assert answer["results"][0]["name"] == "retryRequest"
    assert "fetch_with_backoff" not in {hit["name"] for hit in answer["results"]}


def test_a_column_and_a_range_of_lines_are_places_too(dowse):
    assert dowse("similar", "net/retry.py:10:5").code == 0
    answer = json.loads(dowse("similar", "web/retry.ts:3-9", "--json").out)
    assert answer["source"]["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 9, "character": 0}}
    assert answer["results"][0]["name"] == "fetch_with_backoff"


def test_the_formats_are_those_of_search(dowse):
    assert "web/retry.ts:1:23: retryRequest — " in dowse("similar", "net/retry.py:10", "--format", "quickfix").out
    assert "web/retry.ts:1: retryRequest (function)" in dowse("similar", "net/retry.py:10").out


def test_where_to_look_can_be_narrowed(dowse):
    def paths(*options):
        return {
            hit["path"] for hit in json.loads(dowse("similar", "net/retry.py:10", *options, "--json").out)["results"]
        }

    assert paths("web") <= {"web/retry.ts", "web/hostile.js"}
    assert paths("web/retry.ts") == {"web/retry.ts"}
    assert paths("--scope", "file") <= {"net/retry.py"}
    assert "net/retry.py" not in paths("--exclude-same-file")


def test_a_file_outside_the_workspace_can_be_compared_with_it(dowse, tmp_path):
    (tmp_path / "mine.py").write_text("def again(url):\n    'retry with exponential backoff'\n    return fetch(url)\n")
    answer = json.loads(dowse("similar", f"{tmp_path / 'mine.py'}:1", ".", "--json").out)
    assert answer["source"]["name"] == "again"
    assert answer["results"]


@pytest.mark.parametrize("language", [(), ("--language", "python")])
def test_text_on_standard_input_can_be_compared(process, language):
    text = b"def again(url):\n    # retry with exponential backoff\n    return fetch(url)\n"
    done = process("similar", "-", "--json", *language, stdin=text)
    assert done.code == 0
    names = [hit["name"] for hit in json.loads(done.out)["results"]]
    assert "fetch_with_backoff" in names
    assert "again" not in names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["net/retry.py"], "FILE:LINE"),
        (["net/retry.py:0"], "count from 1"),
        (["net/retry.py:3:0"], "count from 1"),
        (["net/retry.py:9-3"], "ends before it begins"),
        (["net/retry.py:9999"], "nothing to compare"),
        (["net/retry.py:900-999"], "nothing to compare"),
        (["net/absent.py:3"], "does not exist"),
        (["net:3"], "no file"),
        (["net/retry.py:3", "absent"], "does not exist"),
        (["net/retry.py:3", "--scope", "file", "--exclude-same-file"], "nothing to look in"),
        (["net/retry.py:" + "9" * 5000], "9999"),
    ],
)
def test_a_bad_place_is_one_clear_line_and_exit_code_2(dowse, arguments, said):
    done = dowse("similar", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert said in done.err


def test_empty_standard_input_is_an_error(process):
    done = process("similar", "-", stdin=b" \n")
    assert (done.code, done.out) == (2, "")
    assert "no text" in done.err


def test_names_with_colons_and_digits_are_read_from_the_right(tmp_path):
    (tmp_path / "odd:12").touch()
    place = parse_place(f"{tmp_path}/odd:12:3:4")
    assert (place.file.name, place.line, place.column) == ("odd:12", 3, 4)
