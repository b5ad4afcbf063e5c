"""Words: the same from code and from a question about it."""

import pytest

from dowse.chunking.identifiers import split_identifier, words
from dowse.chunking.scripts import asked_for


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


def test_text_without_spaces_gives_pairs_of_characters_and_what_can_stand_alone():
    assert words("検索結果 ひらく") == ["検", "索", "検索", "結", "索結", "果", "結果", "ひら", "らく"]
    assert words("값을") == ["값", "을", "값을"]
    assert words("get検索") == ["get", "検", "索", "検索"]


def test_a_syllable_of_thai_is_one_letter_with_its_vowels_and_tone():
    assert words("ให้แล้ว") == ["ให้แล้", "แล้ว"]
    assert words("ខ្មែរ") == ["ខ្មែរ"]


def test_letters_of_all_scripts_are_kept_with_their_marks():
    assert words("поиск йод पासवर्ड में नमक") == ["поиск", "йод", "पासवर्ड", "में", "नमक"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
        ("ＣＳＶ１", "csv1"),
        ("ﬁle", "file"),
        ("Straße", "STRASSE"),
        ("élan dégressif", "elan degressif"),
        ("cafe\u0301s", "cafés"),
        ("ΚΩΔΙΚΌΣ ΛΌΓΟΣ", "κωδικός λόγος"),
        ("ещё ЁЖ", "еще еж"),
        ("كَلِمَة إضافة", "كلمه اضافة"),
        ("סִיסְמָה", "סיסמה"),
        ("İstanbul ısı", "istanbul isi"),
        ("ϐ Æther", "β aether"),
    ],
)
def test_one_word_in_several_spellings_is_one_word(one, other):
    assert words(one) == words(other) != []


def test_a_question_leaves_out_characters_of_which_a_pair_says_more():
    assert asked_for(words("税を検索 検索")) == ("税", "税を", "を検", "検索")
    assert asked_for(words("retry retry 税")) == ("retry", "税")


def test_encoded_data_is_no_word():
    assert words("key = '" + "aB3" * 1000 + "'") == ["key"]
