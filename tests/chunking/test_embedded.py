"""Invariant 4: what is embedded depends on language and text alone, so that moving code embeds nothing again."""

from dowse.chunking.chunker import chunk_text

FUNCTION = '''def fetch(url):
    """Fetch a page."""
    return open_url(url).read()
'''


def embedded(path, text):
    return {chunk.name: chunk.embedded_text for chunk in chunk_text(path, text)}


def test_renaming_a_file_changes_no_embedded_text():
    text = "import os\nimport sys\nfrom pathlib import Path, PurePath\n\n\n" + FUNCTION
    before = [chunk.embedded_text for chunk in chunk_text("src/net/http.py", text)]
    assert before == [chunk.embedded_text for chunk in chunk_text("lib/client.py", text)]
    assert len(before) == 2


def test_moving_a_function_down_the_file_changes_nothing_in_it():
    above = "def other():\n    value = compute()\n    return value\n\n\n"
    assert embedded("a.py", FUNCTION)["fetch"] == embedded("a.py", above + FUNCTION)["fetch"]


def test_line_ends_and_indentation_do_not_count():
    unix = embedded("a.py", FUNCTION)["fetch"]
    assert embedded("a.py", FUNCTION.replace("\n", "\r\n"))["fetch"] == unix
    assert embedded("a.py", FUNCTION.replace("\n", "\r"))["fetch"] == unix


def test_it_opens_with_language_container_and_name():
    text = "class Client:\n    retries = 3\n\n" + "".join("    " + line + "\n" for line in FUNCTION.splitlines())
    assert embedded("a.py", text)["fetch"].splitlines()[:2] == ["python Client.fetch", "def fetch(url):"]


def test_a_class_header_lists_the_signatures_of_its_methods():
    text = "class Client:\n    retries = 3\n\n" + "".join("    " + line + "\n" for line in FUNCTION.splitlines())
    assert embedded("a.py", text)["Client"].splitlines() == [
        "python Client",
        "class Client:",
        "    retries = 3",
        "def fetch(url)",
    ]


def test_every_part_of_a_long_function_repeats_its_signature():
    body = "".join(f"    total += weigh(items[{i}], scale={i})\n" for i in range(200))
    parts = chunk_text("a.py", f"def weigh_all(items, total=0):\n{body}    return total\n")
    assert [part.part for part in parts] == list(range(len(parts)))
    assert len(parts) > 2
    for part in parts:
        assert part.name == "weigh_all"
        assert "def weigh_all(items, total=0)" in part.embedded_text
    assert [part.name_length for part in parts] == [9] + [0] * (len(parts) - 1)


def test_a_line_of_any_length_is_embedded_up_to_a_limit():
    (chunk,) = chunk_text("a.py", "x = '" + "a" * 100_000 + "'\n")
    assert len(chunk.embedded_text) <= 6_000
    assert len(chunk.text) > 100_000
