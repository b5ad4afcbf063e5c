"""How an event changes the state; :mod:`~dowse.indexing.transitions.record` is where to begin."""
