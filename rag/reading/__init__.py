"""Parts of `rag.reader`: windows over passages, the networks that score them, spans and sentences out of scores."""
