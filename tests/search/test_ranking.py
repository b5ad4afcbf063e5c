"""The final order of candidates."""

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dowse.chunking.chunker import chunk_text
from dowse.search.chunk_ref import ChunkRef
from dowse.search.corpus import CorpusStatistics
from dowse.search.evidence import Evidence
from dowse.search.features import extract_features
from dowse.search.paths import descriptive_stem
from dowse.search.query import SearchRequest, Signal
from dowse.search.question import understand
from dowse.search.ranking import rank
from dowse.search.ranking_model import FEATURES, NAMES, learned_model
from dowse.search.retrieval import merge_proposals
from dowse.search.tuning import FeatureTuning


@cache
def ref(path, name="work", line=0, code=None):
    code = code or f"return '{path}', {line}"
    (chunk,) = chunk_text(path, "\n" * line + f"def {name}():\n    {code}\n", "python")
    return ChunkRef(path, None, path, chunk)


def answer(query, *proposed, mode="hybrid", without=frozenset(), mentions=None, signal=Signal.KEYWORDS):
    """Rank pieces that a retriever found in this order, with scores that fall evenly."""
    scored = {signal: [(1.0 - 0.1 * position, each) for position, each in enumerate(proposed)]}
    return ranked(query, scored, mode, without, mentions)


def ranked(query, scored, mode="hybrid", without=frozenset(), mentions=None):
    return list(rank(measure(query, scored, mentions), learned_model().weights[mode], without))


def measure(query, scored, mentions=None):
    statistics = CorpusStatistics({}, frozenset(), mentions or {})
    refs = merge_proposals(scored)
    return extract_features(
        refs,
        scored,
        Evidence(np.zeros(len(refs)), np.zeros(len(refs)), {}),
        understand(SearchRequest(query)),
        statistics,
        learned_model(),
        FeatureTuning(),
    )


def paths(answered):
    return [entry.ref.path for entry in answered]


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_what_serves_others_stands_behind_them(mode):
    found = answer("parcel weight", ref("tests/weigh.py"), ref("src/weigh.py"), mode=mode)
    assert paths(found)[0] == "src/weigh.py"


def test_tests_stand_where_they_are_when_tests_are_asked_for():
    found = answer("tests of parcel weight", ref("tests/weigh.py"), ref("src/weigh.py"))
    assert paths(found)[0] == "tests/weigh.py"


def test_a_file_named_after_the_matter_goes_first():
    assert paths(answer("session expiry", ref("src/core.py"), ref("src/session.py")))[0] == "src/session.py"


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("flask/json/__init__.py", "json"),
        ("view/Index.test.ts", "view"),
        ("axum/src/mod.rs", "mod"),
        ("init.lua", "init"),
        ("src/session.store.ts", "session"),
    ],
)
def test_what_a_file_is_called_after(path, stem):
    assert descriptive_stem(path) == stem


@pytest.mark.parametrize(("mode", "signal"), [("lexical", Signal.KEYWORDS), ("semantic", Signal.SEMANTIC)])
def test_a_function_named_after_the_matter_goes_first(mode, signal):
    """In hybrid mode the two signals say it already."""
    found = answer("expire sessions", ref("a.py", "run"), ref("b.py", "expire_session"), mode=mode, signal=signal)
    assert found[0].ref.chunk.name == "expire_session"


def test_a_definition_goes_before_what_uses_it():
    uses = [ref(f"src/use{number}.py", "run", code="return parse_invoice()") for number in range(9)]
    definition = ref("src/invoices.py", "parse_invoice")
    scored = {
        Signal.KEYWORDS: [(1.0 - 0.01 * position, each) for position, each in enumerate([*uses, definition])],
        Signal.SYMBOL: [(1.0, definition)],
    }
    assert paths(ranked("parse_invoice", scored))[0] == "src/invoices.py"


def test_a_retriever_tells_more_where_its_best_stands_alone():
    refs = [ref(f"src/f{number}.py") for number in range(10)]

    def leads(*scores):
        scored = {Signal.KEYWORDS: list(zip(scores, refs, strict=True))}
        return measure("zebra", scored).column("keywords_lead").tolist()

    alone, among = leads(9, *[1] * 9), leads(*[9] * 9, 1)
    assert alone[0] > 0.8 > 0.2 > among[0]
    assert alone[0] == max(alone)


def test_a_file_that_the_query_names_goes_first():
    found = answer("why does net/retry.py sleep", ref("src/sleep.py", "sleep"), ref("src/net/retry.py"))
    assert paths(found)[0] == "src/net/retry.py"


def test_of_two_names_alike_the_one_that_others_mention_goes_first():
    rare, often = ref("a.py", "rare"), ref("b.py", "often")
    tied = {Signal.SYMBOL: [(0.8, rare), (0.8, often)]}
    assert ranked("open it", tied, mentions={"often": 400, "rare": 1})[0].ref.chunk.name == "often"


def test_a_files_second_candidate_counts_less_than_another_files_first():
    found = answer("zebra", ref("a.py"), ref("a.py", line=9), ref("b.py"))
    assert paths(found) == ["a.py", "b.py", "a.py"]


def test_a_copy_counts_less_than_something_else():
    copies = [ref(f"{folder}/a.py", code="return 1") for folder in ("one", "two")]
    assert paths(answer("zebra", *copies, ref("other/b.py"))) == ["one/a.py", "other/b.py", "two/a.py"]


def test_definitions_of_the_very_name_do_not_make_way_for_other_files():
    one, two, other = ref("a.py", "send"), ref("a.py", "send", line=9), ref("b.py", "sender")
    scored = {Signal.KEYWORDS: [(1.0, one), (1.0, two), (1.0, other)], Signal.SYMBOL: [(1.0, one), (1.0, two)]}
    assert paths(ranked("send", scored)) == ["a.py", "a.py", "b.py"]


def test_a_name_that_a_question_mentions_does_not_fill_the_answer():
    one, two, other = ref("a.py", "send_mail"), ref("a.py", "send_mail", line=9), ref("b.py", "sender")
    scored = {Signal.KEYWORDS: [(1.0, one), (1.0, two), (1.0, other)], Signal.SYMBOL: [(1.0, one), (1.0, two)]}
    assert paths(ranked("what happens when send_mail fails", scored)) == ["a.py", "b.py", "a.py"]


def test_reasons_name_what_speaks_for_a_hit_strongest_first():
    (only,) = answer("zebra crossing", ref("src/zebra_crossing.py", "paint"))
    shares = [reason.share for reason in only.reasons]
    assert Signal.PATH in [reason.signal for reason in only.reasons]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)


def test_a_signal_left_out_gives_nothing():
    (only,) = answer("zebra", ref("src/zebra.py"), without=frozenset({Signal.PATH}))
    assert Signal.PATH not in [reason.signal for reason in only.reasons]


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "semantic"])
def test_the_weights_know_no_other_features_and_keep_their_bounds(mode):
    for feature, weight in zip(FEATURES, learned_model().weights[mode].features, strict=True):
        low, high = feature.bounds
        assert low is None or weight >= 0, feature.name
        assert high is None or weight <= 0, feature.name
    assert len(set(NAMES)) == len(NAMES)


proposals = st.dictionaries(
    st.sampled_from([Signal.SEMANTIC, Signal.KEYWORDS, Signal.SYMBOL]),
    st.lists(st.integers(0, 30), unique=True, max_size=20),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first pieces load a grammar
@given(st.text(max_size=40), proposals)
def test_every_candidate_is_ranked_once_with_a_score_and_shares_in_bounds(query, by_signal):
    scored = {
        signal: [(1.0 - 0.04 * position, ref(f"src/f{number}.py")) for position, number in enumerate(numbers)]
        for signal, numbers in by_signal.items()
    }
    found = ranked(query, scored)
    assert sorted(paths(found)) == sorted({f"src/f{number}.py" for numbers in by_signal.values() for number in numbers})
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)
    for entry in found:
        assert 0 < entry.score < 1
        assert np.isclose(sum(reason.share for reason in entry.reasons), 1.0) or not entry.reasons
