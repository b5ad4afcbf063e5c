"""The constants of retrieval and of similar code that were set by hand; the others are learned."""

from dowse.search.query import Signal

CANDIDATES_PER_HIT = 3
"""How many candidates each retriever proposes for a hit that is asked for."""

MIN_CANDIDATES = 60
"""However few hits are asked for; the ranking takes scores relative to the 60th."""

COPIES = 3
"""Of pieces with one and the same text, so many are proposed by each retriever: a file that stands in sixty folders
leaves room for other answers. Where code is looked for by code, copies are what is looked for."""

SIMILAR_WEIGHTS = {Signal.SEMANTIC: 1.0, Signal.KEYWORDS: 0.25, Signal.STRUCTURE: 1.0}
"""Weights for similar code, where shared words are weaker evidence than shared meaning: with 0.5 for words the mean
reciprocal rank of ``dowse eval --similar`` was 0.949 instead of 0.959, with 0 it was 0.957."""

NEIGHBOUR = 0.5
"""Least similarity of a neighbour that is shown without having been asked for, on hover or in a lens."""

OTHER_SPACE_WEIGHT = 0.7
"""What a score counts in the space that a query does not ask for: prose, unless it asks for notes or documentation."""

CANDIDATE_LIKENESS = 0.45
"""Least likeness of sketches at which two functions of one language are read and compared; an estimate."""

CANDIDATE_COSINE = 0.85
"""The same by their vectors, for copies whose statements stand in another order."""

CANDIDATE_COSINE_ABROAD = 0.4
"""Least cosine of two functions of different languages: of translations 8 in 10 have more."""

MAX_TERMS = 48
"""Words that a piece of code, or a long query, is looked for by: the most telling."""
