"""The parts of `rag.values`: numerals, units, days, and how two values stand to each other."""
