"""How evidence becomes an answer: short answers, agreement, conflicts, lists, overviews. Pure functions, no models."""
