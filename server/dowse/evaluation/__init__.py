"""How good the answers are: metrics, sets of queries with known answers, runs of the engine over them, comparisons."""
