"""Days that a text names: what `rag.dates` is made of."""
