"""Which line of a hit is shown, and which words of it are marked."""

import time
from statistics import median

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.chunking.identifiers import words
from dowse.search.answer_line import MOST_SHOWN, AnswerLines
from dowse.search.query import SearchRequest
from dowse.search.term_matcher import TermMatcher
from dowse.workspace.text import Span


def asked(question: str, unknown: tuple[str, ...] = (), **rarity: float) -> AnswerLines:
    return AnswerLines(TermMatcher({word: rarity.get(word, 1.0) for word in words(question)}, unknown))


def choose(lines: AnswerLines, text: str, name: str = "send", row: int = 0, first: int = 10, space: str = "code"):
    rows = text.split("\n")
    column = max(0, rows[row].find(name))
    span = Span(first, 0, first + len(rows) - 1, len(rows[-1]))
    selection = Span(first + row, column, first + row, column + len(name))
    return lines.choose(text, span, selection, name, SpaceName(space))


REQUEST = '''async def request(
    self, method, redirects=10,
):
    """Send a request and follow it."""
    history = []
    if len(history) >= redirects:
        raise TooManyRedirects("Client was redirected too many times.")
    else:
        pass'''


def test_the_line_that_says_most_of_the_question_is_chosen_and_its_words_marked():
    line = choose(asked("client redirects times"), REQUEST, "request")
    assert line.text == 'raise TooManyRedirects("Client was redirected too many times.")'
    assert [line.text[start:end] for start, end in line.marks] == ["Redirects", "Client", "redirected", "times"]
    assert line.span == Span(16, 8, 16, 8 + len(line.text))


def test_a_rare_word_counts_more_than_several_common_ones():
    text = "def f(job):\n    data = load(path)\n    schedule(job)"
    assert choose(asked("load data schedule", schedule=9.0), text, "f").text == "schedule(job)"
    assert choose(asked("load data schedule"), text, "f").text == "data = load(path)"


def test_what_the_name_says_already_counts_less_than_what_it_does_not():
    text = "def retry(call):\n    retry(retry)\n    sleep(backoff)"
    assert choose(asked("retry backoff"), text, "retry").text == "sleep(backoff)"
    assert choose(asked("retry"), text, "retry").text == "retry(retry)"


def test_the_definition_is_shown_where_nothing_in_it_says_as_much():
    text = "def send(parcel, carrier):\n    return 1"
    assert choose(asked("carrier of parcels"), text).text == "def send(parcel, carrier):"
    commented = "def send(parcel, carrier):\n    # carrier and parcel\n    return 1"
    assert choose(asked("carrier of parcels"), commented).text == "carrier and parcel"


@pytest.mark.parametrize(
    "line",
    [
        "import redirects",
        "from redirects import follow",
        "import { redirects } from './redirects';",
        'const redirects = require("redirects");',
        "use crate::redirects;",
        "using Net.Redirects;",
        "package redirects;",
        "#include <redirects.h>",
        '    "redirects",',
        "# Copyright 2024 The Redirects Authors",
        "// SPDX-License-Identifier: redirects",
        " * Licensed under the Redirects License",
        " * @author Redirects",
        "# pylint: disable=redirects",
    ],
)
def test_lines_that_every_file_has_are_never_shown(line):
    text = f"{line}\nfollow = redirects_allowed()"
    assert choose(asked("redirects"), text, "follow", row=1).text == "follow = redirects_allowed()"
    assert choose(asked("redirects"), line, "nothing") is None


@pytest.mark.parametrize("line", ["else:", "} else {", "}", "});", "end", "pass", "return", "try:", "----", ""])
def test_a_line_without_a_word_of_its_own_is_never_shown(line):
    text = f"def f(\n    a):\n    {line}\n    store(a)"
    assert choose(asked("else return end try pass"), text, "f").text == "store(a)"


def test_a_licence_at_the_top_of_a_file_is_passed_over_and_a_remark_on_licences_is_not():
    licence = "/*\n * Copyright (c) 2020\n * You may redistribute it with the software.\n */\n"
    text = licence + "// Checks the licence of the software.\nconst checks = run();"
    line = choose(asked("redistribute software licence"), text, "checks", row=5, first=0)
    assert line.text == "Checks the licence of the software."


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("    # wait longer", "wait longer"),
        ('    """Wait longer."""', "Wait longer."),
        ("    /// Wait longer.", "Wait longer."),
        ("    /** Wait longer. */", "Wait longer."),
        ("     * Wait longer.", "Wait longer."),
        ("    -- wait longer", "wait longer"),
        ("    ;; wait longer", "wait longer"),
        ("    <!-- wait longer -->", "wait longer"),
        ("    *wait = longer;", "*wait = longer;"),
        ("    --wait_longer;", "--wait_longer;"),
        ("    wait(longer)  # now", "wait(longer)  # now"),
    ],
)
def test_neither_indentation_nor_the_signs_of_a_comment_belong_to_the_line(line, shown):
    found = choose(asked("wait longer"), f"f:\n{line}", "f")
    assert found.text == shown
    column = line.index(shown)
    assert found.span == Span(11, column, 11, column + len(shown))
    assert line[found.span.start_column : found.span.end_column] == shown


def test_where_no_line_says_a_word_the_documentation_stands_for_the_whole():
    lines = asked("wire")
    assert choose(lines, REQUEST, "request").text == "Send a request and follow it."
    documented = "/**\n * Sends it.\n */\nfunction send() {\n  go();\n}"
    assert choose(lines, documented, row=3).text == "Sends it."
    assert choose(AnswerLines(), documented, row=3).marks == ()


def test_without_documentation_the_definition_does_unless_it_breaks_off():
    assert choose(asked("wire"), "def send(parcel, carrier):\n    go()").text == "def send(parcel, carrier):"
    assert choose(asked("wire"), "def send(\n    parcel,\n):\n    go(parcel)").text == "go(parcel)"


def test_a_note_is_shown_by_what_it_says_below_its_heading_and_its_date():
    text = "## Decision\n\n2026-03-02 · [`send`](../a.py#L1)\n\n- Scans are a log.\n- Depots send them."
    assert choose(asked("why log"), text, "Decision", space="prose").text == "Scans are a log."
    assert choose(asked("wire"), text, "Decision", space="prose").text == "Scans are a log."
    underlined = "Decision\n--------\n\n.. graphviz::\n\n:param log: what\n\nBetween depots."
    assert choose(asked("log"), underlined, "Decision", space="prose").text == "Between depots."


def test_parts_of_names_are_marked_in_every_way_of_writing_them():
    lines = asked("retry delay")
    for name in ("retryDelay", "RETRY_DELAY", "retry-delay", "RetryDelays", "_retry__delay_"):
        assert [name[start:end].lower().rstrip("s") for start, end in lines.mark(name)] == ["retry", "delay"]
    assert lines.mark("telegraph") == ()
    assert asked("getthing").mark("getThing") == ((0, 8),)


@pytest.mark.parametrize(
    ("term", "word"),
    [("retried", "retrying"), ("retry", "retries"), ("cached", "caching"), ("running", "run"), ("config", "cfg"),
     ("database", "db"), ("scaled", "scales")],
)  # fmt: skip
def test_forms_of_a_word_are_marked(term, word):
    assert asked(term).mark(f"x {word}") == ((2, 2 + len(word)),)
    assert asked(word).mark(f"x {term}") == ((2, 2 + len(term)),)


@pytest.mark.parametrize(("term", "word"), [("cat", "car"), ("request", "require"), ("use", "user"), ("is", "i")])
def test_other_words_are_not(term, word):
    assert asked(term).mark(word) == ()


def test_slips_and_other_scripts_are_marked_too():
    assert asked("dely known", unknown=("dely",)).mark("max_delay") == ((4, 9),)
    assert asked("größe").mark("die Größe") == ((4, 9),)
    assert asked("重试").mark("请求重试次数") == ((2, 4),)


def test_of_a_very_long_line_the_part_around_the_first_match_is_shown():
    line = "x" * 3 + " word" * 100 + " backoff" + " word" * 100
    found = choose(asked("backoff"), f"f:\n    {line}", "f")
    assert len(found.text) == MOST_SHOWN
    [(start, end)] = found.marks
    assert found.text[start:end] == "backoff"
    assert f"    {line}"[found.span.start_column : found.span.end_column] == found.text


def test_a_hit_of_a_search_brings_its_line_and_the_words_of_its_reasons(open_workspace):
    engine = open_workspace(
        {
            "net/carrier.py": "import time\n\n\ndef call_carrier(parcel):\n"
            "    for wait in (1, 2, 4):\n        time.sleep(wait)  # retries back off\n    return parcel\n"
        }
    )
    [hit, *_] = engine.search(SearchRequest("carrier retries")).hits
    assert hit.answer is not None
    assert (hit.answer.span.start_line, hit.answer.text) == (5, "time.sleep(wait)  # retries back off")
    assert [hit.name[start:end] for start, end in hit.name_marks] == ["carrier"]
    said = {str(reason.signal): reason.words for reason in hit.reasons}
    assert said["name"] == ("carrier",)
    assert said["path"] == ("carrier",)
    assert said["keywords"] == ("retries",)
    assert said.get("semantic", ()) == ()


@pytest.mark.parametrize(
    "line",
    ["use " + "a" * 3_000, "const " + " " * 3_000, "from " + "." * 3_000, "/* " + " " * 100_000 + "x", "= " * 3_000,
     "'" * 3_000, "_" * 3_000, "@" * 3_000, "a" * 100_000],
)  # fmt: skip
@pytest.mark.parametrize("space", ["code", "prose"])
def test_no_text_takes_long(line, space):
    started = time.perf_counter()
    choose(asked("carrier"), "\n".join(["f", *[line] * 100, line + " carrier"]), "f", space=space)
    assert time.perf_counter() - started < 1


def test_a_line_is_chosen_in_a_fraction_of_a_millisecond():
    text = "def send(parcel):\n" + "    deliver(parcel, carrier=choose_carrier(parcel), attempt=number + 1)\n" * 40
    lines, spent = asked("carrier attempts when delivery fails"), []
    for _ in range(50):
        started = time.perf_counter()
        choose(lines, text)
        spent.append(time.perf_counter() - started)
    assert median(spent) < 0.002  # 0.1 ms where nothing else runs
