"""The constants of search that were set by hand, each with what it was set by; the weights of the ranking are learned.

A search takes them from its :class:`~dowse.search.view.SearchView`, so that an experiment or a test passes others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dowse.search.query import Signal


@dataclass(frozen=True, slots=True)
class RetrievalTuning:
    """How many candidates are asked for, and by what."""

    candidates_per_hit: int = 3
    """Candidates that each retriever proposes for a hit that is asked for."""
    min_candidates: int = 80
    """Least number of candidates of a retriever. Features are scaled by the 60th score, so that fewer than 60 change
    the ranking. With 60 and 120 pieces of the benchmark's development part have an NDCG@10 of 0.453 and 0.459, files
    0.654 and 0.665."""
    copies: int = 3
    """Most candidates with one and the same text, so that a file in sixty folders leaves room for other answers. Where
    code is compared with code, copies are what is looked for, and this does not apply."""
    max_terms: int = 48
    """Words that a long query or a piece of code is looked for by, the rarest first."""
    most_terms_with_forms: int = 16
    """Queries of more words are pasted code, whose words need no other forms."""
    form_weight: float = 0.5
    """What another form of a word counts in BM25 beside the word itself."""
    other_space_weight: float = 0.7
    """What a score counts in the space that a query does not ask for: in prose, unless it asks for documentation."""
    model_patience: float = 0.25
    """Seconds that a hybrid search waits for its query's vector: a model that still loads must not hold up words."""


@dataclass(frozen=True, slots=True)
class FeatureTuning:
    """How features are scaled. The weights were learned with these values and fit no others."""

    scale_rank: int = 60
    """A retriever's scores are taken relative to its first and this one, however many are asked for."""
    lead_rank: int = 9
    """How many scores after the best show whether a retriever separates its best from the others."""
    chunks_per_file: int = 8
    """How many of a file's candidates count as evidence for each of them."""
    long_query_terms: int = 8
    """Terms from which on a query is wholly a long one."""
    logarithm_scale: int = 5
    """Natural logarithms of lengths and of mentions are divided by it: 1 stands for 147 lines."""
    depth_scale: int = 5
    """Folders around a file that count as 1."""


@dataclass(frozen=True, slots=True)
class AnswerTuning:
    """Where an answer ends, by cosines of the built-in models; measured on the benchmark's development part."""

    cosine_without_words: float = 0.2
    """Least cosine of a hit that shares no word with the query: 2 of 1,533 right hits have less. With 0.35 it is 12,
    and what a question says in wholly other words is lost (4 of the 52 golden queries)."""
    cosine_where_nothing_shares_words: float = 0.65
    """The same where no candidate shares a word. The models read letters that are no word by their pieces, and find
    neighbours up to 0.6. Of 2,881 queries 8 are of this sort, and one of them has a right hit."""


@dataclass(frozen=True, slots=True)
class SimilarityTuning:
    """How code is compared with code."""

    weights: Mapping[Signal, float] = field(
        default_factory=lambda: {Signal.SEMANTIC: 1.0, Signal.KEYWORDS: 0.25, Signal.STRUCTURE: 1.0}
    )
    """What each signal counts. Shared words are weaker evidence than shared meaning: with 0.5 for words the mean
    reciprocal rank of ``dowse-dev eval-similar`` was 0.949 instead of 0.959, with 0 it was 0.957."""
    least_unasked: float = 0.5
    """Least similarity of a neighbour that is shown on hover or in a lens, without having been asked for."""
    model_patience: float = 5.0
    """Seconds to wait for the vector of the compared text; without it shared words alone would answer."""


@dataclass(frozen=True, slots=True)
class DuplicateTuning:
    """Which functions of a workspace are compared with which."""

    least_likeness: float = 0.45
    """Least likeness of sketches at which two functions of one language are read and compared; an estimate."""
    least_cosine: float = 0.85
    """The same by their vectors, for copies whose statements stand in another order; an estimate."""
    least_cosine_cross_language: float = 0.4
    """Least cosine of two functions of different languages. Of translations 8 in 10 have more."""
    next_in_bucket: int = 6
    """In each bucket of a band, every function is paired with this many next ones and with the bucket's first: the
    number of pairs stays linear, not quadratic."""
    nearest: int = 6
    """Nearest functions of one language that become pairs, for each function; of other languages half as many."""
    exact_up_to: int = 20_000
    """Functions that are compared with all others by their vectors; more are compared in cells."""
    cell_size: int = 300
    """Functions in a cell, on average."""
    cells_of_each: int = 2
    """Cells that a function belongs to."""
    most_pairs: int = 1_000_000
    """Pairs that are read and compared, the most alike by their sketches first: a bound of memory, seldom reached."""
    candidates_of_each: int = 8
    """Candidates of each retriever that are read for one function of an open document."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """All constants that a search takes."""

    retrieval: RetrievalTuning = field(default_factory=RetrievalTuning)
    features: FeatureTuning = field(default_factory=FeatureTuning)
    answers: AnswerTuning = field(default_factory=AnswerTuning)
    similarity: SimilarityTuning = field(default_factory=SimilarityTuning)
    duplicates: DuplicateTuning = field(default_factory=DuplicateTuning)


# Forms of words

SHARED_LETTERS = 4
"""Letters that two forms of a word share at their beginning, at least; an estimate."""

SHARED_SHARE = 0.65
"""Least share of the shorter of two forms that is shared: ``retry`` and ``retries``, but not ``interface`` and
``internal``."""

SHORTEST_BEGINNING = 3
"""Letters of an unknown term that is taken for the beginning of a word."""

SHORTEST_SLIP = 4
"""Letters of a term in which one may be wrong."""

# Functions

BAND_SIZE = 4
"""Places of a sketch in a band, which is compared as one number of 32 bits. Of pairs with a likeness of 0.7 all but 1
in 100 agree in one of 16 bands, of 0.5 six in ten."""

FEWEST_PLACES = 12
"""Places of a sketch that must not be empty. A function with fewer is compared by its lines alone."""

MOST_PARTS = 40
"""Chunks of one function that are compared; a function of more is a table of data."""

# Boilerplate

PLAIN_SHARE = 0.8
"""Share of the lines of a function's body that assign, give back or pass on, from which on it is an accessor."""

GENERATED_HEAD_LINES = 6
"""First lines of a file that are searched for a note that a program wrote it."""
