"""From a request to hits: understanding, retrieving, ranking, and checking against the present text."""
