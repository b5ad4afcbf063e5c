"""The constants that tune ranking, in one place.

They were set by hand on the public queries of nineteen repositories in as many languages, looked at in two halves: a
value was taken only where both halves gained or one gained and the other did not lose. The metric was NDCG@10.
"""

from dowse.search.query import Signal
from dowse.search.roles import Role

RRF_K = 60
"""Rank offset of reciprocal-rank fusion; 60 is the value of the paper that introduced it (Cormack et al., 2009)."""

CANDIDATES_PER_HIT = 5
"""How many candidates each retriever proposes for a hit that is asked for."""

MIN_CANDIDATES = 50
"""Fewer candidates than this make fusion a matter of luck, however few hits are asked for."""

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

NEIGHBOUR = 0.5
"""Least similarity of a neighbour that is shown without having been asked for, on hover or in a lens."""

OTHER_SPACE_WEIGHT = 0.7
"""What a score counts in the space that a query does not ask for: prose, unless it asks for notes or documentation."""

COHERENT = 8
COHERENCE = 0.5
"""A candidate gains this share of the mean score of its file's :data:`COHERENT` best: a file about the matter
beats a file that mentions it."""

STEM = 0.5
NAME = 0.3
"""Gain of a candidate whose file's stem, or whose own name, is all words of the query; a part of it for a part."""

ROLES = {Role.TEST: 0.4, Role.EXAMPLE: 0.5, Role.VENDORED: 0.5, Role.DECLARATION: 0.7}
"""What a candidate counts in a file that serves others, unless the query asks for such files."""

REPEAT = 0.5
"""What each further candidate of a file counts beside the one before it: ten hits of one file help less than ten files.
The metric sees only a file's first hit; a stronger discount would please it and hide a file's second answer."""

MAX_TERMS = 48
"""Words of a piece of code that its neighbours are looked for by, the most telling first."""
