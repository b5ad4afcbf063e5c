"""How a file is laid out in chunks: what is joined, what is cut, what stays whole."""

import subprocess
import sys
import tracemalloc

import pytest

from dowse.chunking import syntax
from dowse.chunking.chunk import Kind
from dowse.chunking.chunker import chunk_text
from dowse.chunking.split_points import MAX_BYTES, MAX_LINES


def names(path, text):
    return [(chunk.kind, chunk.name) for chunk in chunk_text(path, text)]


def test_one_line_definitions_and_constants_share_a_chunk():
    text = "A = 1\nB = 2\ndef f(): return A\ndef g(): return B\nTABLE = {'first': A, 'second': B}\n"
    assert names("m.py", text) == [(Kind.MODULE, "m")]


def test_a_run_that_is_mostly_one_definition_bears_its_name():
    assert names("m.py", "TABLE = {\n    'first': 1,\n    'second': 2,\n}\n") == [(Kind.CONSTANT, "TABLE")]


def test_nested_functions_stay_inside_their_function():
    text = "def outer():\n    def inner():\n        return 1\n\n    return inner\n"
    assert names("m.py", text) == [(Kind.FUNCTION, "outer")]


def test_a_function_made_of_functions_is_opened():
    inner = "".join(f"  function step{i}() {{\n    run({i});\n    wait({i});\n    stop({i});\n  }}\n" for i in range(8))
    found = chunk_text("m.js", f"function makeSteps() {{\n{inner}  return {{ step0, step1 }};\n}}\n")
    assert ("makeSteps", "step3") in [(chunk.container, chunk.name) for chunk in found]


def test_a_long_function_is_cut_between_statements():
    block = "".join(
        f"    if ready({i}):\n        first({i})\n        second({i})\n    else:\n        third()\n" for i in range(60)
    )
    parts = chunk_text("m.py", f"def long_one():\n{block}")
    assert len(parts) > 2
    for part in parts:
        assert part.end_line - part.start_line <= MAX_LINES * 9 / 8
        assert len(part.text) <= MAX_BYTES * 9 / 8
    assert all(part.text.startswith("    if ready(") for part in parts[1:])


def test_the_few_lines_that_open_a_long_statement_go_with_its_first_part():
    rows = "".join(f"    ('{i}', {i}, 'some words about entry {i}'),\n" for i in range(200))
    parts = chunk_text("m.py", f"register(\n    'table',\n    [\n{rows}    ],\n)\n")
    assert min(part.end_line - part.start_line for part in parts) > 10


def test_closing_lines_go_with_what_they_close():
    (chunk,) = chunk_text("m.cpp", "namespace a {\nnamespace b {\nint f(int x) {\n  int y = x;\n  return y;\n}\n}\n}\n")
    assert (chunk.container, chunk.name, chunk.start_line, chunk.end_line) == ("a.b", "f", 0, 8)


def test_a_documented_prototype_is_a_chunk_and_bare_ones_share_one():
    text = "/**\n * Opens it.\n * Returns null on failure.\n */\nfile *open_it(const char *path);\n\n" + "".join(
        f"int get_{i}(const file *f,\n          int index);\n" for i in range(4)
    )
    assert names("m.h", text) == [(Kind.FUNCTION, "open_it"), (Kind.MODULE, "m")]


def test_a_file_with_a_mistake_keeps_its_other_definitions():
    text = "def good():\n    a = 1\n    return a\n\ndef bad(:\n    return ((\n\ndef fine():\n    b = 2\n    return b\n"
    assert {"good", "fine"} <= {chunk.name for chunk in chunk_text("m.py", text)}


def test_what_is_no_code_at_all_is_cut_at_blank_lines():
    text = "".join(f"){i}({{ ]] ;; %% @@ not code\n" + ("\n" if i % 20 == 0 else "") for i in range(400))
    chunks = chunk_text("m.java", text)
    assert len(chunks) > 3
    assert all(chunk.end_line - chunk.start_line <= MAX_LINES * 9 / 8 for chunk in chunks)


def test_lines_that_end_in_a_carriage_return_alone_are_lines():
    text = "# first\rdef f():\r    x = 1\r    return x\r\rdef g():\r    y = 2\r    return y\r"
    assert [(c.name, c.start_line, c.end_line) for c in chunk_text("m.py", text)] == [("f", 0, 4), ("g", 5, 8)]


def test_a_name_after_wide_characters_has_its_column_in_code_points():
    (chunk,) = chunk_text("m.js", "/* 🚀é */ function launch() {\n  go();\n  return 1;\n}\n")
    assert (chunk.name_line, chunk.name_column, chunk.name_length) == (0, 18, 6)


def test_an_editor_may_name_the_language_where_path_and_text_do_not():
    text = "def f():\n    x = 1\n    return x\n"
    assert chunk_text("untitled:1", text, "python")[0].name == "f"
    assert chunk_text("a.zork", text, "python")[0].name == "f"
    assert chunk_text("a.py", text, "no-such-language")[0].name == "f"
    assert chunk_text("data.csv", "text", "no-such-language") == []


@pytest.mark.parametrize(
    ("path", "said", "text"),
    [
        ("a.kt", "plaintext", "fun f(): Int {\n    val x = 1\n    return x\n}\n"),
        ("a.zig", "plaintext", "fn f() u8 {\n    const x = 1;\n    return x;\n}\n"),
        ("a.h", "cpp", "#import <A.h>\n@interface F : NSObject\n/** Reads\n * all\n * of it. */\n- (int)f;\n@end\n"),
        ("a.php", "html", "<?php\nfunction f() {\n    $x = 1;\n    return $x;\n}\n"),
        ("a.tf", "hcl", 'resource "a" "f" {\n  x = 1\n}\n'),
        ("a.py", "javascript", "def f():\n    x = 1\n    return x\n"),
        ("n.ipynb", "json", '{"cells": [{"cell_type": "code", "source": "def f():\\n    x = 1\\n    return x"}]}\n'),
        ("run", "plaintext", "#!/usr/bin/env ruby\ndef f\n  x = 1\n  x\nend\n"),
        ("Dockerfile.dev", "plaintext", "FROM alpine AS f\nRUN make\n"),
    ],
)
def test_an_open_document_is_never_worse_than_the_closed_file(path, said, text):
    assert chunk_text(path, text, said) == chunk_text(path, text)
    assert "f" in [chunk.name for chunk in chunk_text(path, text, said)]


def test_text_that_crashes_a_grammar_is_cut_without_it():
    hostile = {
        "yaml": "".join(" " * depth + "a:\n" for depth in range(600)),
        "kotlin": '"${' * 2_000,
        "perl": '"${' * 2_000,
        "shellscript": "n f(){\U000edf66ˤ}\n" * 50,
        "odin": '뾑ụ^䂻.\U000ccd6c"\n' * 50,
    }
    program = (
        "import sys; from dowse.chunking.chunker import chunk_text as cut; cut('a', sys.stdin.read(), sys.argv[1])"
    )
    for language, text in hostile.items():
        command = [sys.executable, "-X", "utf8", "-c", program, language]
        assert subprocess.run(command, input=text, encoding="utf-8", check=False).returncode == 0, language


def test_definitions_may_nest_without_end():
    text = "mod a {\nfn f() {\nlet x = 1;\n}\n" * 3_000 + "}\n" * 3_000
    chunks = chunk_text("a.rs", text)
    assert chunks[0].name == "f"
    assert max(len(chunk.container.split(".")) for chunk in chunks if chunk.container) <= 50


def test_what_has_been_parsed_is_not_kept():
    text = b"value = 12345\n" * 5_000
    syntax.parse(text, "python")
    tracemalloc.start()
    try:
        for _ in range(5):
            assert syntax.parse(text + b"\n", "python") is not None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < len(text)
