"""Parts of `rag.restore`: words of a question, counts, candidates, the search for the likeliest reading."""
