"""Where an answer ends: hits that nothing speaks for but their shape are left out, so that nonsense finds nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dowse.search.tuning import AnswerTuning

if TYPE_CHECKING:
    from dowse.search.features import FeatureTable

_WORDS = ("coverage", "name_full", "stem_full", "folder_tells", "path_named", "symbol")
"""Features that are 0 where a candidate, its name and its path share no word with the query."""


def drop_unfounded(table: FeatureTable, models: Iterable[str], tuning: AnswerTuning) -> FeatureTable:
    """Return the candidates that share a word with the query or are near to it in meaning.

    ``models`` are the specs of those that answer. Unless all are built in every candidate is returned: what a cosine
    says differs from model to model, and the least ones are known of these alone.
    """
    if not table.refs or not all(spec.startswith("builtin:") for spec in models):
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
