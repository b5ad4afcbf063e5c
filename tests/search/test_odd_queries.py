"""What people really type and paste: each gives something sensible."""

import pytest

from dowse.search.query import SearchRequest
from dowse.settings import ModelSettings, Settings

FILES = {
    "net/retry.py": """
def fetch_with_backoff(url, attempts=5):
    \"\"\"Fetch a page, waiting longer after each failure.\"\"\"
    for attempt in range(attempts):
        try:
            return download(url)
        except OSError:
            pause(2**attempt)
    raise TimeoutError("the depot did not answer")
""",
    "net/download.py": """
def download(url):
    \"\"\"Read the bytes behind a URL.\"\"\"
    with open_connection(url) as connection:
        return connection.read()
""",
    "config/loading.py": """
def load_cfg(path):
    \"\"\"Read the settings file.\"\"\"
    return parse(path.read_text())
""",
    "shop/basket.py": """
class ShoppingBasket:
    \"\"\"What a customer is about to buy.\"\"\"

    def total(self):
        return sum(item.price for item in self.items)
""",
    "shop/顧客.py": """
def 住所を確認する(住所):
    \"\"\"顧客の住所を確認する\"\"\"
    return bool(住所)
""",
}


@pytest.fixture(scope="module")
def ask(open_shared_workspace):
    settings = Settings(models=ModelSettings(code="hash", prose="hash"))
    engine = open_shared_workspace({path: text.lstrip() for path, text in FILES.items()}, settings=settings)
    return lambda query, **fields: [hit.name for hit in engine.search(SearchRequest(query, **fields)).hits]


@pytest.mark.parametrize("query", ["", "  \n", "?", "…", "()", "{};"])
def test_nothing_asked_nothing_found(ask, query):
    assert ask(query) == []


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize("typed", ["fet", "fetch_w", "fetch_with_back", "FETCH_WITH", "Shopping", "shoppingBas"])
def test_a_name_is_found_while_it_is_typed(ask, typed, mode):
    expected = "ShoppingBasket" if typed.lower().startswith("shop") else "fetch_with_backoff"
    assert ask(typed, mode=mode)[0] == expected


def test_a_phrase_is_found_before_its_last_word_is_whole(ask):
    assert ask("customer baske", mode="lexical")[0] == "ShoppingBasket"


@pytest.mark.parametrize(("query", "name"), [("shopping basket", "ShoppingBasket"), ("down load", "download")])
def test_a_word_is_found_that_the_query_writes_as_two(ask, query, name):
    assert ask(query, mode="lexical")[0] == name


def test_what_is_said_in_everyday_words_is_found_by_the_technical_one(ask):
    assert ask("where is it tried again", mode="lexical")[0] == "fetch_with_backoff"


def test_data_without_a_space_is_no_burden(ask):
    assert ask("download " + "QUJDRA" * 3000)[0] == "download"


@pytest.mark.parametrize("query", ["fetch_with_backoff(", "def fetch_with_backoff(url):", "`fetch_with_backoff`"])
def test_a_name_is_found_as_it_is_copied(ask, query):
    assert ask(query)[0] == "fetch_with_backoff"


@pytest.mark.parametrize("query", ["bakcoff", "backof", "fetch with bakoff"])
def test_a_slip_of_the_finger_is_forgiven(ask, query):
    assert ask(query, mode="lexical")[0] == "fetch_with_backoff"


@pytest.mark.parametrize("query", ["configuration", "config loader", "load configurations"])
def test_code_is_found_by_what_its_abbreviations_stand_for(ask, query):
    assert ask(query, mode="lexical")[0] == "load_cfg"


def test_one_letter_answers_or_says_that_there_is_nothing(ask):
    assert len(ask("a")) <= len(FILES) * 3


def test_a_pasted_trace_finds_the_function_that_failed(ask):
    trace = """Traceback (most recent call last):
  File "/home/somebody/app/main.py", line 3, in <module>
    run()
  File "/home/somebody/app/net/retry.py", line 8, in fetch_with_backoff
    raise TimeoutError("the depot did not answer")
TimeoutError: the depot did not answer
"""
    assert ask(trace, mode="lexical")[0] == "fetch_with_backoff"
    assert ask(trace)[0] == "fetch_with_backoff"


def test_forty_lines_of_code_find_the_code_that_is_alike(ask):
    pasted = "\n".join(f"value_{number} = compute_{number}(value_{number - 1}, offset)" for number in range(36))
    pasted += "\nwith open_connection(url) as connection:\n    data = connection.read()\n    return data\n"
    assert ask(pasted)[0] == "download"


@pytest.mark.parametrize("query", ["住所", "顧客の住所を確認する"])
def test_other_scripts_are_words_too(ask, query):
    assert ask(query, mode="lexical")[0] == "住所を確認する"
