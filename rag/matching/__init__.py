"""Whether evidence speaks of what a question names: texts as words with places, names, opposites."""
