"""Training of the network that tells whether a sentence follows from a text: see docs/checking.md."""
