"""The parts behind `rag.foreign`."""
