"""The constants of retrieval and of similar code that were set by hand; those of the ranking are learned."""

from dowse.search.query import Signal

CANDIDATES_PER_HIT = 3
"""How many candidates each retriever proposes for a hit that is asked for."""

MIN_CANDIDATES = 60
"""However few hits are asked for; the ranking takes scores relative to the 60th."""

SIMILAR_WEIGHTS = {Signal.SEMANTIC: 1.0, Signal.KEYWORDS: 0.25, Signal.STRUCTURE: 1.0}
"""Weights for similar code, where shared words are weaker evidence than shared meaning."""

NEIGHBOUR = 0.5
"""Least similarity of a neighbour that is shown without having been asked for, on hover or in a lens."""

OTHER_SPACE_WEIGHT = 0.7
"""What a score counts in the space that a query does not ask for: prose, unless it asks for notes or documentation."""

MAX_TERMS = 48
"""Words that a piece of code, or a long query, is looked for by: the most telling."""
