"""How the embedding model is unpacked and run: weights, tokenizer, runtimes, and the choice between them."""
