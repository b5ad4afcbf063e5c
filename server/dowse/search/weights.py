"""The constants that tune ranking, each with what set it. ``docs/evaluation.md`` has the measurements."""

from dowse.search.query import Signal

RRF_K = 60
"""Rank offset of reciprocal-rank fusion; 60 is the value of the paper that introduced it (Cormack et al., 2009)."""

CANDIDATES_PER_HIT = 5
"""How many candidates each retriever proposes for a hit that is asked for."""

MIN_CANDIDATES = 50
"""Fewer candidates than this make fusion a matter of luck, however few hits are asked for."""

HITS_PER_FILE = 3
"""Further hits of one file stand behind the first hits of others."""

SIGNAL_WEIGHTS = {
    Signal.SEMANTIC: 1.0,
    Signal.KEYWORDS: 1.0,
    Signal.SYMBOL: 1.5,
    Signal.PATH: 0.5,
}
"""Weight of each signal in the fusion of a question in words."""

SYMBOL_QUERY_WEIGHTS = {
    Signal.SEMANTIC: 0.5,
    Signal.KEYWORDS: 1.0,
    Signal.SYMBOL: 3.0,
    Signal.PATH: 0.5,
}
"""The same for a query that is a name: whoever types a name wants its definition."""

SIMILAR_WEIGHTS = {Signal.SEMANTIC: 1.0, Signal.KEYWORDS: 0.5}
"""Weights for similar code, where shared words are weaker evidence than shared meaning."""

OTHER_SPACE_WEIGHT = 0.7
"""What a score counts in the space that a query does not ask for: prose, unless it asks for notes or documentation."""

MAX_TERMS = 48
"""Query terms beyond this are left out, the commonest first: a pasted page must not cost seconds."""
