"""Words: the same from code and from a question about it."""

import pytest

from dowse.chunking.identifiers import split_identifier, words


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("HTTPServer2", ["http", "server", "2"]),
        ("parseHTTPHeader", ["parse", "http", "header"]),
        ("snake_case__name", ["snake", "case", "name"]),
        ("SCREAMING_CASE", ["screaming", "case"]),
        ("__init__", ["init"]),
        ("getURLs", ["get", "urls"]),
        ("base64Encode", ["base", "64", "encode"]),
        ("kebab-case", ["kebab", "case"]),
        ("größeÄndern", ["größe", "ändern"]),
        ("ΔxΔy", ["δx", "δy"]),
        ("", []),
        ("___", []),
    ],
)
def test_an_identifier_splits_at_case_sign_and_digit(name, parts):
    assert split_identifier(name) == parts


def test_a_compound_identifier_is_a_word_as_well_as_its_parts():
    assert words("server.parseHTTPHeader(raw_line)") == [
        *["server", "parsehttpheader", "parse", "http", "header"],
        *["raw_line", "raw", "line"],
    ]


def test_a_question_and_the_code_share_words():
    assert set(words("where are HTTP headers parsed: parse header")) & set(words("def parseHTTPHeader")) == {
        "http",
        "parse",
        "header",
    }


def test_numbers_are_words():
    assert words("error 404 at 0x1F") == ["error", "404", "at", "0x1f", "0", "x", "1", "f"]


def test_text_without_spaces_gives_pairs_of_characters():
    assert words("検索結果 日") == ["検索", "索結", "結果", "日"]
    assert words("get検索") == ["get", "検索"]


def test_letters_of_all_scripts_are_kept():
    assert words("поиск Straße élan") == ["поиск", "straße", "élan"]


def test_encoded_data_is_no_word():
    assert words("key = '" + "aB3" * 1000 + "'") == ["key"]
