"""Other search libraries over the same passages and questions, each in an environment of its own."""
