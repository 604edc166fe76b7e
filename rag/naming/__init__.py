"""The parts behind `rag.names` and `rag.abbreviations`."""
