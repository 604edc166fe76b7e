"""Which articles reprint others: sketches, the comparison of two texts, and groups. Behind `rag.copies`."""
