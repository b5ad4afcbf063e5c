"""What a query is taken to ask for."""

import pytest

from dowse.search.query import SearchRequest
from dowse.search.question import understand


def question(text, **fields):
    return understand(SearchRequest(text, **fields))


def test_a_question_is_searched_by_the_words_that_say_something():
    assert question("where are retries with backoff handled?").terms == ("retries", "backoff", "handled")


def test_a_query_of_nothing_but_small_words_keeps_them():
    assert question("what is this").terms == ("what", "is", "this")


@pytest.mark.parametrize("text", ["", "   \n", "?!…"])
def test_a_query_without_words_asks_nothing(text):
    asked = question(text)
    assert not asked.terms
    assert not asked.names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("parse_header", ("parse_header",)),
        ("HttpClient.send", ("HttpClient.send", "send")),
        ("HttpClient::send()", ("HttpClient.send", "send")),
        ("Enum#each_slice", ("Enum.each_slice", "each_slice")),
        ("empty?", ("empty?", "empty")),
    ],
)
def test_an_identifier_on_its_own_is_a_name(text, names):
    asked = question(text)
    assert asked.is_name
    assert asked.names[: len(names)] == names


def test_identifiers_inside_a_question_are_names_too():
    asked = question("who calls parse_header and HttpClient after a timeout")
    assert asked.names == ("parse_header", "HttpClient")
    assert not asked.is_name


def test_a_word_of_prose_is_a_name_only_when_it_stands_alone():
    assert question("timeout").is_name
    assert question("timeout handling").names == ()


def test_paths_in_a_query_are_recognised():
    assert question("retry logic in net/http_client.py").paths == ("net/http_client.py",)


@pytest.mark.parametrize("text", ["why was sqlite chosen", "deployment runbook", "notes on the parser"])
def test_asking_for_reasons_or_notes_asks_for_prose(text):
    assert question(text).wants_prose


def test_a_query_type_can_ask_for_prose():
    assert question("sqlite", query_type="documentation").wants_prose
    assert not question("sqlite").wants_prose


def test_a_pasted_file_does_not_cost_more_than_its_beginning():
    assert len(question("alpha beta " * 1_000_000).text) <= 20_000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("url_for(", "url_for"),
        ("@app.route", "app.route"),
        ("`Flask`", "Flask"),
        ("def url_for(self, endpoint):", "url_for"),
        ("async def go(", "go"),
        ("class Flask(App):", "Flask"),
        ("interface Foo {", "Foo"),
        ("pub fn merge<T>(one: T)", "merge"),
        ("func (m *Mux) Handle(pattern string)", "Handle"),
        ("export default function App() {", "App"),
    ],
)
def test_a_name_is_one_as_it_is_typed_copied_or_defined(text, name):
    asked = question(text)
    assert asked.is_name
    assert asked.names[0] == name


@pytest.mark.parametrize("text", ["class names", "function call", "fun times (and flags)", "how (", "a class for (x)"])
def test_words_that_may_define_something_are_words_in_a_question(text):
    assert not question(text).is_name


def test_of_data_without_a_space_only_the_beginning_is_looked_at():
    asked = question("payload " + "QUJD" * 4000 + " is decoded")
    assert len(asked.text) < 300
    assert (asked.terms[0], asked.terms[-1]) == ("payload", "decoded")
