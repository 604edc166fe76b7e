"""How files become raw articles: finding them, their encodings, one module a format."""
