"""Where an answer ends: hits that nothing speaks for but their shape are left out, so that nonsense finds nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dowse.search.tuning import AnswerTuning

if TYPE_CHECKING:
    from dowse.search.features import FeatureTable

_WORDS = ("coverage", "name_full", "stem_full", "folder_tells", "path_named", "symbol")
"""Features that are 0 where a candidate, its name and its path share no word with the query."""


def drop_unfounded(table: FeatureTable, tuning: AnswerTuning) -> FeatureTable:
    """Return the candidates that share a word with the query or are near to it in meaning.

    The least cosines are those of the built-in models; a table by another model must not be given.
    """
    if not table.refs:
        return table
    shares = np.any([table.column(name) > 0 for name in _WORDS], axis=0)
    least = tuning.cosine_without_words if shares.any() else tuning.cosine_where_nothing_shares_words
    kept = np.flatnonzero(shares | (table.column("cosine") >= least)).tolist()
    return replace(
        table,
        refs=[table.refs[row] for row in kept],
        matrix=table.matrix[kept],
        read=None if table.read is None else table.read[kept],
    )
