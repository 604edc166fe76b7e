"""Training of the span reader: from the data folder to rag/data/reader.safetensors (`make reader`, docs/reader.md)."""
