"""The parts of `rag.question`: what is asked, the form of its answer, and what follow-ups leave out."""
