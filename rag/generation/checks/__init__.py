"""What a sentence of a model is held against its evidence by, one rule a module."""
