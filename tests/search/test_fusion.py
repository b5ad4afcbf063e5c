"""Fusing rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.chunking.chunker import chunk_text
from dowse.search.fusion import fuse
from dowse.search.piece import Piece
from dowse.search.query import Signal

WEIGHTS = {Signal.SEMANTIC: 1.0, Signal.KEYWORDS: 1.0, Signal.SYMBOL: 1.5, Signal.PATH: 0.5}

(CHUNK,) = chunk_text("a.py", "def f():\n    return 1\n")


def piece(name):
    return Piece(str(name), None, str(name), CHUNK)


def fused(**rankings):
    return fuse({Signal(signal): [piece(name) for name in ranking] for signal, ranking in rankings.items()}, WEIGHTS)


def test_what_two_retrievers_agree_on_comes_before_what_one_puts_first():
    assert fused(semantic=["a", "b"], keywords=["c", "b"])[0].piece.path == "b"


def test_first_everywhere_scores_one():
    assert fused(semantic=["a"], keywords=["a"])[0].score == pytest.approx(1.0)


def test_a_retriever_without_candidates_takes_nothing_from_the_score():
    assert fused(semantic=["a"], symbol=[])[0].score == pytest.approx(1.0)


def test_reasons_name_the_signals_strongest_first():
    (only,) = fused(semantic=["a"], symbol=["a"])
    assert [reason.signal for reason in only.reasons] == [Signal.SYMBOL, Signal.SEMANTIC]


rankings = st.dictionaries(st.sampled_from(list(Signal)), st.lists(st.integers(0, 30), unique=True, max_size=20))


@given(rankings)
def test_every_candidate_is_ranked_once_with_a_score_and_shares_in_bounds(by_signal):
    ranked = fused(**{signal.value: ranking for signal, ranking in by_signal.items()})
    assert sorted(entry.piece.path for entry in ranked) == sorted(map(str, set().union(*by_signal.values(), set())))
    assert [entry.score for entry in ranked] == sorted((entry.score for entry in ranked), reverse=True)
    for entry in ranked:
        assert 0 < entry.score <= 1 + 1e-9
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(1.0)
